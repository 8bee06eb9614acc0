"""Who runs a task: a lease that only one worker can win, kept alive while it works.

The clock is the database's. Each lease raises the task's fence; a worker that was frozen and wakes up names an old one,
and its writes find no row.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Now

from scaffolder.models import Task, TaskQuerySet

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lease:
    """The right to write to a task, until somebody takes it over."""

    task_id: UUID
    fence: int
    worker: str
    # The worker before was lost in the middle of the run.
    is_takeover: bool = False


class Watch:
    """What the heartbeat learnt; read by the thread that works."""

    def __init__(self) -> None:
        self.is_lost = False
        self.is_cancel_asked = False


def worker_name() -> str:
    """Return a name that no other execution has, so that a lease can be told from another of the same process."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


def seconds(name: str) -> timedelta:
    return timedelta(seconds=settings.RUNS[name])


def take(task_id: UUID, *, worker: str, now: Any = None) -> Lease | None:
    """Take a task: None when another worker has it, it waits for its time, has ended, or all places are taken.

    Args:
        now: the instant; the database's own clock unless a test gives one.
    """
    now = Now() if now is None else now
    task = Task.objects.filter(pk=task_id)
    for free, is_takeover in ((task.ready(now), False), (task.abandoned(now), True)):
        if _claim(free, worker, now):
            fence = task.filter(worker=worker).values_list("fence", flat=True).first()
            return Lease(task_id, fence, worker, is_takeover) if fence is not None else None
    return None


def _claim(free: TaskQuerySet, worker: str, now: Any) -> bool:
    places = settings.WAYMARK["scaffolder"]["concurrent_tasks"]
    claim = {
        "state": Task.State.PROCESSING,
        "worker": worker,
        "lease_until": now + seconds("LEASE"),
        "heartbeat_at": now,
        "not_before": None,
        "started_at": Coalesce(F("started_at"), now),
        "deadline_at": Coalesce(F("deadline_at"), now + _run_time()),
        "fence": F("fence") + 1,
    }
    return free.annotate(running=_running(now)).filter(running__lt=places).update(**claim) == 1


def _run_time() -> timedelta:
    return timedelta(minutes=settings.WAYMARK["scaffolder"]["limits"]["run_minutes"])


def _running(now: Any) -> Any:
    """Return how many other tasks live workers have now, as part of a query."""
    others = Task.objects.running(now).exclude(pk=OuterRef("pk"))
    counted = others.order_by().annotate(all=Value(1)).values("all").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def beat(lease: Lease, watch: Watch, *, now: Any = None) -> bool:
    """Keep the lease for another while, and learn what is asked; False when it is another's by now."""
    now = Now() if now is None else now
    mine = Task.objects.filter(pk=lease.task_id, fence=lease.fence, state=Task.State.PROCESSING)
    watch.is_lost = mine.update(lease_until=now + seconds("LEASE"), heartbeat_at=now) == 0
    watch.is_cancel_asked = mine.filter(cancel_asked_at__isnull=False).exists()
    return not watch.is_lost


@contextmanager
def heartbeat(lease: Lease) -> Iterator[Watch]:
    """Keep the lease from a thread of its own, so that a step may take its time."""
    done, watch = threading.Event(), Watch()
    thread = threading.Thread(
        target=_beat_until, args=(lease, watch, done), name=f"heartbeat {lease.task_id}", daemon=True
    )
    thread.start()
    try:
        yield watch
    finally:
        done.set()
        thread.join(timeout=5)


def _beat_until(lease: Lease, watch: Watch, done: threading.Event) -> None:
    try:
        while not done.wait(settings.RUNS["HEARTBEAT"]):
            try:
                if not beat(lease, watch):
                    return
            except DatabaseError as error:
                log.warning("The heartbeat of run %s was not written: %s", lease.task_id, error)
                connection.close()
    finally:
        connection.close()
