"""The walk over the steps of a run: order, conditions, rounds, outputs, the end."""

import pytest

from scaffolder.models import Task
from tests.scaffolder.runs import log_of, make_template, play, states, steps_of

pytestmark = pytest.mark.django_db

GREET = "{id: greet, name: Greet, action: 'debug:log', input: {message: 'Hello ${{ parameters.name }}'}}"


def test_a_run_of_one_step_ends_done_with_its_message_in_the_log(developer):
    form = "  parameters:\n    - properties: {name: {type: string}}\n"
    task = play(make_template(form + steps_of(GREET)), developer.actor, parameters={"name": "shop"})

    assert (task.state, task.error) == (Task.State.COMPLETED, "")
    assert log_of(task) == ["Beginning step Greet", "Hello shop", "Finished step Greet", "Done."]
    assert task.title == "Path: shop"
    assert task.ended_at >= task.started_at


def test_a_step_whose_condition_is_false_is_skipped(developer):
    steps = steps_of(
        "{id: a, if: '${{ false }}', action: 'debug:log'}", "{id: b, if: false, action: 'debug:log'}", GREET
    )
    assert states(play(make_template(steps), developer.actor)) == ["skipped", "skipped", "completed"]
