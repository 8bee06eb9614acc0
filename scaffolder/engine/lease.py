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
from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Now

from scaffolder.models import Task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lease:
    """The right to write to a task, until somebody takes it over."""

    task_id: UUID
    fence: int
    worker: str


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
    places = settings.WAYMARK["scaffolder"]["concurrent_tasks"]
    claim = {
        "state": Task.State.PROCESSING,
        "worker": worker,
        "lease_until": now + seconds("LEASE"),
        "heartbeat_at": now,
        "started_at": Coalesce(F("started_at"), now),
        "deadline_at": Coalesce(F("deadline_at"), now + _run_time()),
        "fence": F("fence") + 1,
    }
    free = Task.objects.filter(pk=task_id).open_to_lease(now)
    if free.annotate(running=_running(now)).filter(running__lt=places).update(**claim) == 0:
        return None
    fence = Task.objects.filter(pk=task_id, worker=worker).values_list("fence", flat=True).first()
    return Lease(task_id, fence, worker) if fence is not None else None


def _run_time() -> timedelta:
    return timedelta(minutes=settings.WAYMARK["scaffolder"]["limits"]["run_minutes"])


def _running(now: Any) -> Any:
    """Return how many other tasks live workers have now, as part of a query."""
    others = Task.objects.filter(state=Task.State.PROCESSING, lease_until__gte=now).exclude(pk=OuterRef("pk"))
    counted = others.order_by().annotate(all=Value(1)).values("all").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def beat(lease: Lease, *, now: Any = None) -> bool:
    """Keep the lease for another while; False when it is another's by now."""
    now = Now() if now is None else now
    mine = Q(pk=lease.task_id, fence=lease.fence, state=Task.State.PROCESSING)
    return Task.objects.filter(mine).update(lease_until=now + seconds("LEASE"), heartbeat_at=now) == 1


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Keep the lease from a thread of its own, so that a step may take its time."""
    done = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(lease, done), name=f"heartbeat {lease.task_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=5)


def _beat_until(lease: Lease, done: threading.Event) -> None:
    try:
        while not done.wait(settings.RUNS["HEARTBEAT"]):
            try:
                if not beat(lease):
                    return
            except DatabaseError as error:
                log.warning("The heartbeat of run %s was not written: %s", lease.task_id, error)
                connection.close()
    finally:
        connection.close()
