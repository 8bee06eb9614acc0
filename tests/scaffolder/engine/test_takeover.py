"""Workers that die, freeze and come back: what the next one finds, and what the last one may still write."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from scaffolder import engine
from scaffolder.engine import lease
from scaffolder.models import Task, TaskEvent, TaskStep
from tests.scaffolder.runs import fresh, log_of, make_template, no_heartbeat, output, states, steps_of

pytestmark = pytest.mark.django_db

CALL = "{id: call, name: Call, action: 'test:call', input: {name: it}}"
LOG = "{id: log, name: Log, action: 'debug:log', input: {message: hi}}"


class Killed(BaseException):
    """Ends a worker as SIGKILL does: no handler of the engine sees it."""


def submit(template, actor):
    return engine.submit(template=template, parameters={}, actor=actor)


def work(task):
    engine.run(task.pk, heartbeat=no_heartbeat)
    return fresh(task)


def die(task):
    with pytest.raises(Killed):
        work(task)
    end_lease(task)


def end_lease(task):
    Task.objects.filter(pk=task.pk).update(lease_until=Now() - timedelta(seconds=1))


def dying(times, say=()):
    """Return an action that says something and kills its worker, `times` times, and then works."""
    left = [times]

    def act(step):
        for message in say:
            step.log.info(message)
            step.ledger.remember(message, True)
        if left[0]:
            left[0] -= 1
            raise Killed
        step.log.info("after")
        return {"ok": True}

    return act


def test_another_worker_goes_on_at_the_step_that_was_not_done(developer, hooks):
    hooks["it"] = dying(1)
    task = submit(make_template(steps_of(LOG, CALL)), developer.actor)
    die(task)
    task = work(task)
    assert (task.state, states(task), task.fence) == (Task.State.COMPLETED, ["completed", "completed"], 2)
    assert log_of(task).count("hi") == 1
    assert "The worker was lost; another one goes on with Call." in log_of(task)


def test_nobody_takes_a_run_whose_worker_is_alive(developer, hooks):
    seen = []
    hooks["it"] = lambda step: seen.append(step.id) or (work(Task.objects.get()) and None)
    task = work(submit(make_template(steps_of(CALL)), developer.actor))
    assert (seen, task.state) == (["call"], Task.State.COMPLETED)


def test_a_line_that_the_lost_worker_wrote_is_not_written_again(developer, hooks):
    hooks["it"] = dying(1, say=["one", "two"])
    task = submit(make_template(steps_of(CALL)), developer.actor)
    die(task)
    messages = log_of(work(task))
    assert [messages.count(line) for line in ("Beginning step Call", "one", "two", "after")] == [1, 1, 1, 1]


def test_f20_a_step_that_ends_two_workers_is_parked(developer, hooks):
    hooks["it"] = dying(9)
    task = submit(make_template(steps_of(CALL, LOG)), developer.actor)
    die(task)
    die(task)
    task = work(task)
    assert task.state == Task.State.FAILED
    assert task.error.startswith("Parked: the step Call ended its worker 2 times.")
    assert states(task) == ["failed", "cancelled"]

    hooks["it"] = lambda step: {}
    engine.retry(task, developer.actor)
    assert work(task).state == Task.State.COMPLETED


def test_f9_a_worker_that_was_frozen_writes_nothing_any_more(developer, hooks):
    def freeze(step):
        if step.recalls("second"):
            return {"by": "second"}
        step.ledger.remember("second", True)
        end_lease(Task.objects.get())
        work(Task.objects.get())
        step.log.info("late")
        return {"by": "first"}

    hooks["it"] = freeze
    task = submit(make_template(steps_of(CALL)), developer.actor)
    engine.run(task.pk, heartbeat=no_heartbeat)
    assert output(task, "call") == {"by": "second"}
    assert "late" not in log_of(task)
    assert TaskEvent.objects.filter(task=task, type="completion").count() == 1


@pytest.mark.parametrize("write", ["remember", "made", "say"])
def test_f9_every_paper_of_a_frozen_worker_is_refused(developer, hooks, write):
    from scaffolder.journal import LeaseLost

    refused = []

    def freeze(step):
        Task.objects.update(fence=99)
        try:
            {
                "remember": lambda: step.ledger.remember("a", 1),
                "made": lambda: step.made("repository", url="", key="k", title="t"),
                "say": lambda: [step.log.info("late") for _ in range(2)] and step.ledger.remember("b", 1),
            }[write]()
        except LeaseLost:
            refused.append(write)
            raise
        return {}

    hooks["it"] = freeze
    task = submit(make_template(steps_of(CALL)), developer.actor)
    engine.run(task.pk, heartbeat=no_heartbeat)
    assert refused == [write]
    assert TaskStep.objects.get().checkpoints == {}


def test_rounds_that_are_done_are_not_done_again(developer, hooks):
    seen = []

    def count(step):
        seen.append(step.input["n"])
        step.workspace.write_bytes(f"{step.input['n']}.txt", b"x")
        if seen == [1, 2]:
            raise Killed
        return {"n": step.input["n"]}

    hooks["it"] = count
    each = "{id: call, each: [1, 2, 3], action: 'test:call', input: {name: it, n: '${{ each.value }}'}}"
    show = "{id: show, action: 'debug:log', input: {listWorkspace: true}}"
    task = submit(make_template(steps_of(each, show)), developer.actor)
    die(task)
    work(task)
    assert seen == [1, 2, 2, 3]
    assert output(task, "call") == {"n": [1, 2, 3]}
    assert "Workspace:\n  - 1.txt\n  - 2.txt\n  - 3.txt" in log_of(task)


def test_files_that_a_lost_step_left_behind_are_gone_when_it_runs_again(developer, hooks):
    seen = []

    def act(step):
        seen.append([file.path for file in step.workspace.walk()])
        step.workspace.write_bytes("half.txt", b"x")
        if len(seen) == 1:
            raise Killed
        return {}

    hooks["it"] = act
    task = submit(make_template(steps_of(CALL)), developer.actor)
    die(task)
    work(task)
    assert seen == [[], []]


def test_w3_a_workspace_has_a_random_name_and_nobody_elses_rights(developer, hooks, settings):
    found = []
    hooks["it"] = lambda step: found.append((step.workspace.root, step.workspace.root.stat().st_mode & 0o777)) and None
    template = make_template(steps_of(CALL))
    tasks = [work(submit(template, developer.actor)) for _ in range(2)]
    (first, mode), (second, _) = found
    assert (mode, first.name == second.name) == (0o700, False)
    assert first.parent.name == f"{tasks[0].pk}.1"
    assert not first.exists()


def test_the_lease_is_one_workers_alone(developer):
    task = submit(make_template(steps_of(LOG)), developer.actor)
    first = lease.take(task.pk, worker="one")
    assert (first.fence, first.is_takeover) == (1, False)
    assert lease.take(task.pk, worker="two") is None
    end_lease(task)
    second = lease.take(task.pk, worker="two")
    assert (second.fence, second.is_takeover) == (2, True)
    assert not lease.beat(first, lease.Watch())


def test_no_more_runs_are_worked_on_than_there_are_places(developer, settings):
    settings.WAYMARK = {**settings.WAYMARK, "scaffolder": {**settings.WAYMARK["scaffolder"], "concurrent_tasks": 1}}
    template = make_template(steps_of(LOG))
    first, second = submit(template, developer.actor), submit(template, developer.actor)
    assert lease.take(first.pk, worker="one")
    assert lease.take(second.pk, worker="two") is None
    end_lease(first)
    assert lease.take(second.pk, worker="two")


def test_the_heartbeat_learns_of_a_wish_to_stop(developer, hooks):
    task = submit(make_template(steps_of(CALL)), developer.actor)
    taken, watch = lease.take(task.pk, worker="one"), lease.Watch()
    Task.objects.update(cancel_asked_at=Now())
    assert lease.beat(taken, watch)
    assert watch.is_cancel_asked


def test_f23_a_long_step_stops_at_the_next_thing_that_it_writes(developer, hooks):
    watch = lease.Watch()

    def long(step):
        watch.is_cancel_asked = True
        step.log.info("too late")
        return {}

    hooks["it"] = long
    task = submit(make_template(steps_of(CALL)), developer.actor)

    from contextlib import contextmanager

    @contextmanager
    def heartbeat(lease):
        yield watch

    engine.run(task.pk, heartbeat=heartbeat)
    assert (fresh(task).state, states(task)) == (Task.State.CANCELLED, ["cancelled"])
