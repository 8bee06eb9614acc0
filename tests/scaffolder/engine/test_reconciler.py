"""The reconciler: what no message tells."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models.functions import Now

from scaffolder import engine, tasks
from scaffolder.models import Task
from tests.scaffolder.runs import fresh, log_of, make_template, states, steps_of

pytestmark = pytest.mark.django_db

LOG = "{id: log, action: 'debug:log', input: {message: hi}}"
AGO = timedelta(seconds=1)


@pytest.fixture
def rung(monkeypatch):
    """The ids that the bell was rung for."""
    found = []
    monkeypatch.setattr(tasks.run_task, "apply_async", lambda args, **options: found.append(args[0]))
    return found


@pytest.fixture
def reconcile(django_capture_on_commit_callbacks):
    def act():
        with django_capture_on_commit_callbacks(execute=True):
            return engine.reconcile()

    return act


@pytest.fixture
def task(developer):
    return engine.submit(template=make_template(steps_of(LOG)), parameters={}, actor=developer.actor)


def test_a_run_without_a_message_is_rung_for(task, rung, reconcile):
    assert reconcile().rung == 1
    assert rung == [str(task.pk)]


def test_a_run_whose_worker_is_lost_is_rung_for(task, rung, reconcile):
    Task.objects.update(state=Task.State.PROCESSING, lease_until=Now() - AGO)
    assert reconcile().rung == 1


@pytest.mark.parametrize(
    "change",
    [
        {"not_before": Now() + timedelta(minutes=1)},
        {"state": "processing", "lease_until": Now() + timedelta(minutes=1)},
        {"state": "completed"},
        {"state": "failed"},
        {"state": "cancelled"},
    ],
)
def test_a_run_that_wants_nothing_is_left_alone(task, rung, reconcile, change):
    Task.objects.update(**change)
    assert reconcile() == engine.Findings()
    assert rung == []


def test_a_run_that_is_out_of_time_ends_where_no_worker_has_it(task, rung, reconcile):
    Task.objects.update(state=Task.State.PROCESSING, lease_until=Now() - AGO, deadline_at=Now() - AGO)
    assert reconcile().timed_out == 1
    assert (fresh(task).state, states(task)) == (Task.State.FAILED, ["cancelled"])
    assert fresh(task).error.startswith("Timed out")


def test_a_run_that_is_to_be_cancelled_ends_where_no_worker_has_it(task, rung, reconcile):
    Task.objects.update(cancel_asked_at=Now())
    assert reconcile().cancelled == 1
    assert fresh(task).state == Task.State.CANCELLED
    assert log_of(task) == ["Cancelled."]


def test_f26_two_passes_do_nothing_twice(task, rung, reconcile):
    Task.objects.update(cancel_asked_at=Now())
    assert [reconcile().cancelled, reconcile().cancelled] == [1, 0]
    assert log_of(task) == ["Cancelled."]


def test_f27_no_more_are_rung_for_than_there_are_places(platform, rung, reconcile, settings):
    settings.WAYMARK = {**settings.WAYMARK, "scaffolder": {**settings.WAYMARK["scaffolder"], "concurrent_tasks": 3}}
    Task.objects.bulk_create(Task(template_ref="x", actor_ref="x") for _ in range(9))
    assert reconcile().rung == 3


def test_f22_folders_are_swept_unless_their_lease_is_alive(task, rung, reconcile, settings):
    root = settings.VAR_DIR / "workspaces"
    alive, frozen, other = root / f"{task.pk}.7", root / f"{task.pk}.6", root / "notes"
    for folder in (alive, frozen, other):
        (folder / "run-x").mkdir(parents=True)
    Task.objects.update(state=Task.State.PROCESSING, fence=7, lease_until=Now() + timedelta(minutes=1))
    assert reconcile().folders_removed == 1
    assert (alive.exists(), frozen.exists(), other.exists()) == (True, False, True)


def test_the_command_makes_one_pass(task, rung, capsys):
    call_command("reconcile")
    assert capsys.readouterr().out == "rung 1, cancelled 0, timed out 0, folders removed 0\n"


def test_the_messages_do_what_they_say(task):
    tasks.run_task(str(task.pk))
    tasks.reconcile()
    assert fresh(task).state == Task.State.COMPLETED


def test_a_message_for_a_run_that_is_gone_does_nothing(db):
    tasks.run_task("11111111-2222-3333-4444-555555555555")
