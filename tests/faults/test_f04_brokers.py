"""F4, F5, F10, F26: a broker that forgets, goes away or says a thing twenty times; two schedulers."""

import time

import pytest

from scaffolder import tasks
from scaffolder.models import Task
from tests.faults.conftest import ended, lines

pytestmark = [pytest.mark.fault]

LOG = ["Beginning step debug:log", "hi", "Finished step debug:log", "Done."]


def test_f4_a_broker_that_comes_back_empty_loses_no_run(site):
    site.workers[0].freeze()
    waiting = site.small(50)
    site.redis.restart()
    site.workers[0].thaw()
    done = [ended(task) for task in waiting]
    assert [task.state for task in done] == [Task.State.COMPLETED] * 50
    assert all(lines(task) == LOG for task in done)


def test_f5_a_submit_answers_while_the_broker_is_away_and_the_run_ends_later(site):
    site.redis.stop()
    began = time.monotonic()
    waiting = site.small(3)
    answered = time.monotonic() - began
    time.sleep(3)
    assert [Task.objects.get(pk=task.pk).state for task in waiting] == [Task.State.OPEN] * 3
    site.redis.start()
    assert [ended(task).state for task in waiting] == [Task.State.COMPLETED] * 3
    assert answered < 5


def test_f10_a_message_that_comes_twenty_times_runs_once(site):
    site.arm("step:begun", "sleep:1")
    (task,) = site.small(1)
    for _ in range(20):
        tasks.run_task.apply_async(args=[str(task.pk)], retry=False)
    assert ended(task).fence == 1
    assert lines(task) == LOG


def test_f26_two_schedulers_and_two_workers_do_nothing_twice(site):
    site.start_scheduler()
    site.start_worker()
    waiting = site.small(20)
    done = [ended(task) for task in waiting]
    assert [task.fence for task in done] == [1] * 20
    assert all(lines(task) == LOG for task in done)
