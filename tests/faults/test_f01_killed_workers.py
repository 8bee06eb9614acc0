"""F1, F2, F3, F9: workers that are killed, told to stop, or frozen."""

import signal

import pytest

from scaffolder.models import Task, TaskStep
from tests import servers
from tests.faults.conftest import ended, lines, resources
from tests.scaffolder.runs import states

pytestmark = [pytest.mark.fault]

POINTS = [
    "run:taken",
    "step:begun",
    "step:played",
    "step:saved",
    "publish:created",
    "publish:committed",
    "register:registered",
]


def assert_done_once(site, task, name):
    """One repository, two commits (the first one and ours), one location, a log without gap or double."""
    assert task.error == ""
    assert task.state == Task.State.COMPLETED
    assert states(task) == ["completed", "completed", "completed"]
    assert len(site.created()) == 1
    assert site.commits(name) == [f"initial commit\n\nWaymark-Run: {task.pk}", "Initial commit"]
    assert [kind for kind, _ in resources(task)] == ["location", "repository"]
    lines(task)


@pytest.mark.parametrize("point", POINTS)
def test_f1_a_pool_process_that_is_killed(site, point):
    name = f"f1-{point.replace(':', '-')}"
    site.arm(point)
    task = ended(site.golden_path(name))
    assert site.armed() == []
    assert task.fence == 2
    assert_done_once(site, task, name)


@pytest.mark.parametrize("point", ["publish:created", "publish:committed", "register:registered"])
def test_f2_a_worker_that_is_killed_with_its_children(site, point):
    name = f"f2-{point.replace(':', '-')}"
    site.arm(point, "worker")
    task = site.golden_path(name)
    servers.wait_until(lambda: not site.workers[0].is_running, "the worker is killed")
    site.start_worker()
    assert_done_once(site, ended(task), name)


def test_f3_a_worker_that_is_told_to_stop_finishes_its_run(site):
    site.arm("publish:created", "sleep:3")
    task = site.golden_path("f3")
    servers.wait_until(lambda: site.armed() == [], "the step sleeps")
    site.workers[0].terminate()
    site.start_worker()
    assert_done_once(site, ended(task), "f3")


def test_f9_a_worker_that_was_frozen_changes_nothing_when_it_wakes(site):
    site.arm("publish:created", "sleep:1")
    task = site.golden_path("f9")
    servers.wait_until(lambda: site.armed() == [], "the step sleeps")
    frozen = site.workers[0]
    frozen.freeze()
    site.start_worker()
    done = ended(task)
    output = TaskStep.objects.get(task=task, step_id="publish").output
    frozen.thaw()
    servers.wait_until(lambda: f"Run {task.pk} is no longer this worker's." in frozen.text, "the worker gives up")
    assert_done_once(site, done, "f9")
    assert TaskStep.objects.get(task=task, step_id="publish").output == output
    frozen.signal(signal.SIGKILL)
