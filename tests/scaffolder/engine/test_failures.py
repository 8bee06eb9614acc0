"""What a failure does to a run: end it, make it wait, or park it."""

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.db.models.functions import Now

from accounts.models import RoleGrant
from integrations.errors import Conflict, RateLimited, Refused, Unavailable
from scaffolder import engine
from scaffolder.engine import failures
from scaffolder.models import Task, TaskStep
from tests.scaffolder.runs import fresh, log_of, make_template, no_heartbeat, play, states, steps_of

pytestmark = pytest.mark.django_db

CALL = "{id: call, name: Call, action: 'test:call', input: {name: it}}"


def raising(*errors):
    """Return an action that raises these, one each time, and then works."""
    waiting = list(errors)

    def act(step):
        step.log.info("attempt")
        if waiting:
            raise waiting.pop(0)
        return {}

    return act


def again(task):
    """Let the wait be over, and work on the run."""
    Task.objects.filter(pk=task.pk).update(not_before=Now())
    engine.run(task.pk, heartbeat=no_heartbeat)
    return fresh(task)


def test_a_host_that_is_away_makes_the_run_wait_without_a_worker(developer, hooks):
    hooks["it"] = raising(Unavailable("github.com did not answer."))
    task = play(make_template(steps_of(CALL)), developer.actor)

    assert (task.state, task.worker, task.lease_until) == (Task.State.OPEN, "", None)
    assert 8 <= (task.not_before - task.started_at).total_seconds() <= 11
    assert "github.com did not answer. Trying again in" in log_of(task)[-1]
    assert states(task) == ["waiting"]

    engine.run(task.pk, heartbeat=no_heartbeat)
    assert fresh(task).state == Task.State.OPEN, "it is not its time yet"
    assert again(task).state == Task.State.COMPLETED


def test_waits_outlast_an_outage_of_ten_minutes(settings):
    settings.RUNS = {**settings.RUNS, "BACKOFF": 1}
    waits = [failures.of(Unavailable("Away."), attempt=attempt).wait for attempt in range(1, 5)]
    assert sum(wait.total_seconds() for wait in waits) > 600


def test_after_five_attempts_the_step_gives_up(developer, hooks):
    hooks["it"] = raising(*[Unavailable("Away.")] * 9)
    task = play(make_template(steps_of(CALL)), developer.actor)
    for _ in range(4):
        assert task.state == Task.State.OPEN
        task = again(task)
    assert task.state == Task.State.FAILED
    assert task.error == "Call: Away. Gave up after 5 attempts; retry the run later."
    assert log_of(task).count("attempt") == 5


def test_a_pause_that_the_host_names_is_kept(developer, hooks):
    hooks["it"] = raising(RateLimited("Wait.", retry_after=90))
    task = play(make_template(steps_of(CALL)), developer.actor)
    assert 89 < (task.not_before - task.started_at).total_seconds() < 95


def test_a_wait_puts_the_deadline_off(developer, hooks):
    hooks["it"] = raising(RateLimited("Wait.", retry_after=3600))
    task = play(make_template(steps_of(CALL)), developer.actor)
    assert (task.deadline_at - task.started_at).total_seconds() == pytest.approx(30 * 60 + 3600, abs=5)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (Refused("GitHub refused the credential."), "GitHub refused the credential."),
        (Conflict("It is there."), "It is there."),
        (PermissionDenied("Not yours."), "Not yours."),
        (SoftTimeLimitExceeded(), "The step took longer than a run may take, and was stopped (timed out)."),
        (ValueError("odd"), "The step failed in a way that nobody foresaw: ValueError: odd"),
    ],
)
def test_what_time_does_not_heal_fails_at_once(developer, hooks, error, message):
    hooks["it"] = raising(error)
    task = play(make_template(steps_of(CALL)), developer.actor)
    assert (task.state, task.error) == (Task.State.FAILED, f"Call: {message}")
    assert TaskStep.objects.get(task=task).error == message


def test_an_error_of_the_database_hands_the_run_back(developer, hooks):
    hooks["it"] = raising(OperationalError("deadlock detected"))
    task = play(make_template(steps_of(CALL)), developer.actor)
    assert (task.state, states(task)) == (Task.State.OPEN, ["waiting"])
    assert again(task).state == Task.State.COMPLETED


def test_rights_that_were_taken_away_stop_the_run_before_the_next_step(developer, hooks):
    hooks["it"] = lambda step: RoleGrant.objects.all().delete() and None
    task = play(make_template(steps_of(CALL, "{id: b, action: 'debug:log'}")), developer.actor)
    assert task.state == Task.State.FAILED
    assert states(task) == ["completed", "cancelled"]
    assert task.error == "Stopped before the next step. As viewer, Ada may not run a template."


def test_a_person_who_is_gone_runs_nothing(developer, hooks):
    hooks["it"] = lambda step: developer.user.delete() and None
    task = play(make_template(steps_of(CALL, "{id: b, action: 'debug:log'}")), developer.actor)
    assert states(task) == ["completed", "cancelled"]
    assert "user:default/ada is no longer known here" in task.error


def test_a_run_that_is_out_of_time_ends_before_the_next_step(developer, hooks):
    hooks["it"] = lambda step: Task.objects.update(deadline_at="2026-01-01T00:00:00Z") and None
    task = play(make_template(steps_of(CALL, "{id: b, action: 'debug:log'}")), developer.actor)
    assert task.state == Task.State.FAILED
    assert task.error.startswith("Timed out: the run took longer than 30 minutes.")
