"""F23, F25: taking back what a run made, with workers that are killed and a host that is away."""

import pytest
from django.contrib.auth import get_user_model

from accounts import actors
from scaffolder import engine
from scaffolder.models import Task
from tests import servers
from tests.faults.conftest import ended, lines
from tests.scaffolder.runs import fresh, states

pytestmark = [pytest.mark.fault]


def undo(task):
    return engine.undo(task, actors.for_user(get_user_model().objects.get(pk=task.actor_id)))


def deletions(site, name):
    """Return the answers to the calls that delete the repository."""
    path = f"/repos/acme/{name}"
    return [call["status"] for call in site.calls() if (call["method"], call["path"]) == ("DELETE", path)]


@pytest.mark.parametrize("point", ["step:begun", "undo:done", "step:saved"])
def test_f25_a_pool_process_that_is_killed_while_it_takes_back(site, point):
    name = f"f25-{point.replace(':', '-')}"
    made = ended(site.golden_path(name))
    assert made.state == Task.State.COMPLETED
    site.arm(point)
    task = ended(undo(made))
    assert site.armed() == []
    assert (task.state, states(task)) == (Task.State.COMPLETED, ["completed", "completed"])
    assert not made.resources.filter(undone_at=None).exists()
    assert deletions(site, name).count(204) == 1
    lines(task)


def test_f25_an_undo_that_fails_is_tried_again_by_itself(site):
    made = ended(site.golden_path("f25-away"))
    site.fault(outage={"times": 30, "path": "/repos/acme/f25-away"})
    task = undo(made)
    servers.wait_until(lambda: fresh(task).not_before is not None, "the undo waits for the host")
    site.fault(outage=None)
    assert ended(task).state == Task.State.COMPLETED
    assert deletions(site, "f25-away").count(204) == 1


def test_f23_what_a_cancelled_run_has_made_is_what_undo_takes_back(site):
    site.arm("publish:committed", "sleep:2")
    task = site.golden_path("f23-half")
    servers.wait_until(lambda: site.armed() == [], "the step sleeps")
    engine.cancel(task, actors.for_user(get_user_model().objects.get(pk=task.actor_id)))
    made = ended(task)
    assert made.state == Task.State.CANCELLED
    assert list(made.resources.values_list("kind", flat=True)) == ["repository"]
    assert ended(undo(made)).state == Task.State.COMPLETED
    assert deletions(site, "f23-half").count(204) == 1
