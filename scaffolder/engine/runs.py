"""Taking a run and working on it: what a message from the broker asks for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now

from integrations import faults
from scaffolder import journal
from scaffolder.engine import lease, reconciler
from scaffolder.engine.execution import Execution
from scaffolder.engine.lease import Lease, Watch
from scaffolder.engine.records import IDLE, Clock
from scaffolder.journal import LeaseLost, Level, Line
from scaffolder.models import Task, TaskStep

log = logging.getLogger(__name__)

# After the database failed; long enough for a deadlock's other side to end.
PAUSE = timedelta(seconds=1)

Heartbeat = Callable[[Lease], AbstractContextManager[Watch]]


def run(task_id: UUID | str, *, clock: Clock = Now, heartbeat: Heartbeat = lease.heartbeat) -> None:
    """Work on a run until it ends or has to wait. Harmless when it has ended, waits, or another worker has it.

    Args:
        clock: gives the instant; the database's own clock unless a test gives another.
        heartbeat: keeps the lease while the steps are played.
    """
    taken = lease.take(UUID(str(task_id)), worker=lease.worker_name(), now=clock())
    if taken is None:
        return
    faults.point("run:taken")
    try:
        with heartbeat(taken) as watch, Execution(taken, watch, clock=clock) as execution:
            execution.play()
    except LeaseLost:
        log.info("Run %s is no longer this worker's.", task_id)
    except (OperationalError, InterfaceError) as error:
        log.warning("The database failed in run %s: %s", task_id, type(error).__name__)
        _hand_back(taken, clock)
    reconciler.ring_waiting(now=clock(), at_most=1)


def _hand_back(taken: Lease, clock: Clock) -> None:
    """Let go of a run when the database failed; if that fails too, the lease runs out by itself."""
    if not connection.in_atomic_block:
        connection.close()
    line = Line("The database did not answer; the run goes on in a moment.", level=Level.WARN)
    try:
        with transaction.atomic():
            changes = {"state": Task.State.OPEN, "not_before": clock() + PAUSE, **IDLE}
            journal.append(taken.task_id, [line], fence=taken.fence, **changes)
            begun = TaskStep.objects.filter(task_id=taken.task_id, state=TaskStep.State.PROCESSING)
            begun.update(state=TaskStep.State.WAITING)
    except (LeaseLost, DatabaseError) as error:
        log.warning("Run %s could not be handed back (%s); its lease runs out.", taken.task_id, type(error).__name__)
