"""Finds what no message tells: runs without a worker, without time, without a wish to go on. Safe to run twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from integrations.bell import ring
from scaffolder import journal
from scaffolder.engine import storage, waking
from scaffolder.engine.execution import late_message
from scaffolder.engine.records import clear, end_changes, end_line
from scaffolder.models import Task


@dataclass(frozen=True)
class Findings:
    """What one pass did."""

    rung: int = 0
    cancelled: int = 0
    timed_out: int = 0
    woken: int = 0
    folders_removed: int = 0


def reconcile(*, now: Any = None) -> Findings:
    """Look at all runs once.

    Args:
        now: the instant; the database's own clock unless a test gives one.
    """
    now = Now() if now is None else now
    unattended = Task.objects.unattended(now)
    cancelled = _end_all(unattended.filter(cancel_asked_at__isnull=False), Task.State.CANCELLED, "Cancelled.", now)
    timed_out = _end_all(unattended.filter(deadline_at__lt=now), Task.State.FAILED, late_message(), now)
    # Before those that wait are rung for, so that these are among them.
    woken = waking.wake_decided()
    return Findings(
        rung=ring_waiting(now=now),
        cancelled=cancelled,
        timed_out=timed_out,
        woken=woken,
        folders_removed=storage.sweep(now),
    )


def _end_all(tasks: Any, state: Task.State, message: str, now: Any) -> int:
    return sum(end_unattended(pk, state, message, now=now) for pk in tasks.values_list("pk", flat=True))


def end_unattended(task_id: UUID, state: Task.State, message: str, *, now: Any) -> bool:
    """End a run that no worker has; False when one has taken it in between, and will see for itself."""
    with transaction.atomic():
        # The fence rises, so that a worker that was frozen finds nothing to write to.
        ended = Task.objects.unattended(now).filter(pk=task_id)
        if ended.update(fence=F("fence") + 1, **end_changes(state, message, now)) == 0:
            return False
        journal.append(task_id, [end_line(state, message)])
        clear(task_id, state, now=now)
    return True


def ring_waiting(*, now: Any = None, at_most: int | None = None) -> int:
    """Ring for the runs that wait longest, no more than there are free places; return how many."""
    from scaffolder import tasks

    now = Now() if now is None else now
    free = settings.WAYMARK["scaffolder"]["concurrent_tasks"] - Task.objects.running(now).count()
    wanted = free if at_most is None else min(free, at_most)
    if wanted <= 0:
        return 0
    waiting = Task.objects.open_to_lease(now).order_by("created_at").values_list("pk", flat=True)[:wanted]
    for task_id in waiting:
        ring(tasks.run_task, task_id)
    return len(waiting)
