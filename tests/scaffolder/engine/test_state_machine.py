"""The engine under all that may happen in any order: invariants that must hold whatever comes."""

from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from accounts import actors
from integrations.errors import Unavailable
from scaffolder import engine, undoing
from scaffolder.engine import lease
from scaffolder.models import CreatedResource, Task, TaskEvent, TaskStep, Template
from scaffolder.step import StepFailed
from scaffolder.undoing import Gone, Undoer
from tests.scaffolder.runs import make_template, steps_of

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ACTS = ["work", "die before", "die after", "host away", "fail", "freeze", "double message"]
FATES = st.lists(st.sampled_from(ACTS), min_size=2, max_size=8)
STEPS = steps_of(
    "{id: first, action: 'test:call', input: {name: make}}",
    "{id: rounds, each: [1, 2], action: 'test:call', input: {name: make, n: '${{ each.key }}'}}",
    "{id: last, if: '${{ always() }}', action: 'test:call', input: {name: make}}",
)


class Killed(BaseException):
    """Ends a worker as SIGKILL does."""


class World:
    """The clock, what runs have made outside, and what the next steps will meet."""

    def __init__(self):
        self.now = START
        self.made = {}
        self.gone = set()
        self.script = []
        self.rung = []
        self.depth = 0
        self.violations = []
        self.busy = {}

    def clock(self):
        return self.now

    @contextmanager
    def heartbeat(self, taken):
        watch = lease.Watch()
        lease.beat(taken, watch, now=self.now)
        yield watch

    def make(self, step):
        """Find or create one thing outside, and meet what the script says."""
        row = TaskStep.objects.get(task_id=step.task_id, step_id=step.id)
        if row.state != TaskStep.State.PROCESSING:
            self.violations.append(f"{step.id} runs again when it is {row.state}")
        self.see_nobody_else(step.task_id)
        try:
            return self.meet(step, row.fence)
        finally:
            self.busy.pop(step.task_id, None)

    def meet(self, step, fence):
        act = self.script.pop() if self.script else "work"
        key = f"{step.task_id}/{step.id}/{step.input.get('n', '')}"
        if act == "die before":
            raise Killed
        if act == "fail":
            raise StepFailed("It cannot be done.")
        if act == "host away":
            raise Unavailable("Away.")
        step.intend("thing", url="", key=key, title=key)
        self.made[key] = self.made.get(key, 0) + (key not in self.made)
        if act == "die after":
            raise Killed
        if act == "double message":
            self.work(step.task_id)
        if act == "freeze" and self.depth < 2:
            self.while_frozen(step.task_id)
            self.wake_up(step, key, fence)
        step.made("thing", url="", key=key, title=key)
        step.log.info("made %s", key)
        return {"key": key}

    def take_back(self, step, made):
        """Take one thing back, and meet what the script says."""
        act = self.script.pop() if self.script else "work"
        if act == "die before":
            raise Killed
        if act == "fail":
            raise StepFailed("It cannot be taken back.")
        if act == "host away":
            raise Unavailable("Away.")
        if made.key in self.gone or made.key not in self.made:
            raise Gone("It is gone.")
        self.gone.add(made.key)
        if act == "die after":
            raise Killed

    def see_nobody_else(self, task_id):
        """Note when two workers, both with a lease that is alive, work on one run."""
        if self.busy.get(task_id, START) > self.now:
            self.violations.append("two workers at once")
        self.busy[task_id] = Task.objects.get(pk=task_id).lease_until

    def wake_up(self, step, key, fence):
        """Write after another worker has had the run; whatever is taken is a violation."""
        if Task.objects.get(pk=step.task_id).fence != fence:
            step.made("thing", url="", key=key, title=key)
            self.violations.append("a worker without a lease wrote")

    def while_frozen(self, task_id):
        """Let the lease run out, and another worker take the run."""
        self.now += timedelta(minutes=1)
        self.depth += 1
        self.work(task_id)
        self.depth -= 1

    def work(self, task_id):
        with suppress(Killed):
            engine.run(task_id, clock=self.clock, heartbeat=self.heartbeat)


class Engine(RuleBasedStateMachine):
    """What may happen, in any order."""

    world = World()
    runs = Bundle("runs")

    def __init__(self):
        super().__init__()
        self.world.__init__()
        self.template = Template.objects.get()

    def teardown(self):
        self.world.script = []
        for _ in range(40):
            if not Task.objects.not_ended().exists():
                break
            self.world.now += timedelta(hours=1)
            self.reconcile()
            self.deliver_all()
        assert not Task.objects.not_ended().exists(), "a run never ends"
        self.what_was_made_is_known()
        Task.objects.all().delete()

    @rule(target=runs, acts=FATES)
    def submit(self, acts):
        """A run whose first message comes at once."""
        run = engine.submit(template=self.template, parameters={}, actor=actors.system()).pk
        self.world.script = list(acts)
        self.world.work(run)
        return run

    @rule(target=runs)
    def submit_quietly(self):
        return engine.submit(template=self.template, parameters={}, actor=actors.system()).pk

    @rule(run=runs, acts=FATES)
    def message(self, run, acts):
        """A message, the first one, a double or a late one."""
        self.world.script = list(acts)
        self.world.work(run)

    @rule(acts=FATES)
    def deliver_all(self, acts=()):
        self.world.script = list(acts)
        waiting, self.world.rung[:] = list(self.world.rung), []
        for run in waiting:
            self.world.work(run)

    @rule()
    def lose_messages(self):
        self.world.rung.clear()

    @rule(seconds=st.sampled_from([1, 20, 31, 700]))
    def time_goes_by(self, seconds):
        self.world.now += timedelta(seconds=seconds)

    @rule()
    def reconcile(self):
        engine.reconcile(now=self.world.now)

    @rule(run=runs)
    def cancel(self, run):
        engine.cancel(Task.objects.get(pk=run), actors.system())

    @rule(run=runs)
    def retry(self, run):
        with suppress(engine.NotRetryable):
            engine.retry(Task.objects.get(pk=run), actors.system())

    @rule(target=runs, run=runs, acts=FATES)
    def undo(self, run, acts):
        """Take back what a run made; the run that does so is one like any other."""
        try:
            undo = engine.undo(Task.objects.get(pk=run), actors.system())
        except engine.NotUndoable:
            return multiple()
        self.world.script = list(acts)
        self.world.work(undo.pk)
        return undo.pk

    @invariant()
    def what_is_called_undone_is_gone(self):
        undone = CreatedResource.objects.exclude(undone_at=None)
        for key in undone.values_list("key", flat=True):
            thing = key.removeprefix("thing ")
            assert thing in self.world.gone or thing not in self.world.made

    @invariant()
    def events_are_dense(self):
        for task in Task.objects.all():
            numbers = list(TaskEvent.objects.filter(task=task).values_list("seq", flat=True))
            assert numbers == list(range(1, task.next_seq))

    @invariant()
    def an_end_is_told_once(self):
        for task in Task.objects.all():
            ends = TaskEvent.objects.filter(task=task, type__in=("completion", "cancelled")).count()
            assert ends == int(task.has_ended)

    @invariant()
    def no_step_runs_that_is_done(self):
        assert self.world.violations == []

    @invariant()
    def nothing_is_made_twice(self):
        assert set(self.world.made.values()) <= {1}

    @invariant()
    def no_step_was_written_by_a_fence_to_come(self):
        for row in TaskStep.objects.select_related("task"):
            assert row.fence <= row.task.fence

    @invariant()
    def what_was_made_is_known(self):
        listed = set(CreatedResource.objects.values_list("key", flat=True))
        for key in self.world.made:
            assert listed & {key, f"thing {key}"}


def test_whatever_happens_every_run_ends_and_nothing_is_done_twice(hooks, monkeypatch):
    world = Engine.world
    hooks["make"] = world.make
    make_template(STEPS)
    monkeypatch.setattr("scaffolder.engine.reconciler.ring", lambda task, run: world.rung.append(run))
    monkeypatch.setattr("scaffolder.engine.submission.ring", lambda task, run: world.rung.append(run))
    monkeypatch.setattr("scaffolder.engine.undo_runs.ring", lambda task, run: world.rung.append(run))
    monkeypatch.setattr("scaffolder.engine.submission.Now", world.clock)
    assert undoing.find("thing") is None
    monkeypatch.setitem(undoing._undoers, "thing", Undoer(world.take_back, "It goes."))
    monkeypatch.setattr("scaffolder.journal.Now", world.clock)
    run_state_machine_as_test(
        Engine,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
