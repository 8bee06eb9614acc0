"""A step that waits: the run holds no worker meanwhile, and the wait is no failure."""

import time

import pytest
from django.db.models.functions import Now

from scaffolder import engine
from scaffolder.models import Task, TaskStep
from tests.scaffolder.runs import fresh, log_of, make_template, no_heartbeat, play, states, steps_of

pytestmark = pytest.mark.django_db
WAIT = "{id: pause, action: debug:wait, input: {minutes: 2}}"
SAY = "{id: say, action: debug:log, input: {message: on we go}}"


def go_on(task):
    """Take the run up again, as the reconciler does when its time has come."""
    Task.objects.filter(pk=task.pk).update(not_before=Now())
    engine.run(task.pk, heartbeat=no_heartbeat)
    return fresh(task)


def test_a_long_wait_lets_go_of_the_worker_and_ends_in_time(developer, monkeypatch):
    task = play(make_template(steps_of(WAIT, SAY)), developer.actor)
    assert (task.state, task.worker, states(task)) == (Task.State.OPEN, "", ["waiting", "waiting"])
    assert 115 < (task.not_before - task.started_at).total_seconds() < 125

    begun = time.time()
    monkeypatch.setattr("scaffolder.actions.debug_wait.time.time", lambda: begun + 120)
    task = go_on(task)
    assert (task.state, states(task)) == (Task.State.COMPLETED, ["completed", "completed"])
    assert "Waiting for 120 s." in log_of(task)
    assert "Waited for 120 s" in log_of(task)


def test_a_wait_is_no_attempt_that_failed(developer):
    task = play(make_template(steps_of(WAIT)), developer.actor)
    for _ in range(3):
        task = go_on(task)
    step = TaskStep.objects.get(task=task)
    assert (task.state, step.attempts, step.error) == (Task.State.OPEN, 0, "")


def test_a_run_that_waits_can_be_cancelled(developer):
    task = play(make_template(steps_of(WAIT)), developer.actor)
    engine.cancel(task, developer.actor)
    assert fresh(task).state == Task.State.CANCELLED


def test_a_short_wait_stays_where_it_is(developer):
    task = play(
        make_template(steps_of("{id: pause, action: debug:wait, input: {milliseconds: 5}}", SAY)), developer.actor
    )
    assert task.state == Task.State.COMPLETED


def test_more_than_ten_minutes_are_refused(developer):
    task = play(
        make_template(steps_of("{id: pause, action: debug:wait, input: {minutes: 10, seconds: 1}}")), developer.actor
    )
    assert task.state == Task.State.FAILED
    assert "601 s is longer than the 10 minutes that a step may wait." in task.error
