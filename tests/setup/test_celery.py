"""What the scheduler and the workers are told must fit together; Celery finds a slip only when the hour comes."""

import pytest
from django.conf import settings

from portal.celery import app

OURS = ("catalog.", "delivery.", "scaffolder.")


@pytest.fixture(scope="module")
def tasks():
    app.loader.import_default_modules()
    return {name: task for name, task in app.tasks.items() if name.startswith(OURS)}


def test_every_scheduled_task_exists(tasks):
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(tasks)


def test_no_task_is_stopped_hard_before_it_is_asked(tasks):
    late = {
        name
        for name, task in tasks.items()
        if (task.soft_time_limit or settings.CELERY_TASK_SOFT_TIME_LIMIT)
        > (task.time_limit or settings.CELERY_TASK_TIME_LIMIT)
    }
    assert late == set()


def test_no_task_keeps_a_result(tasks):
    assert all(task.ignore_result for task in tasks.values())
