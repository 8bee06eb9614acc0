"""What a worker writes about a run: each thing that happens is one transaction under the fence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts import approvals
from scaffolder import secrets
from scaffolder.engine import storage, waking
from scaffolder.engine.lease import Lease
from scaffolder.journal import Journal, LeaseLost, Level, Line, Type
from scaffolder.models import Task, TaskStep
from scaffolder.step import Outputs

Clock = Callable[[], Any]
IDLE: dict[str, Any] = {"worker": "", "lease_until": None}


class Records:
    """The rows of one run, as the worker with the lease writes them."""

    def __init__(self, lease: Lease, journal: Journal, *, clock: Clock = Now) -> None:
        self._lease = lease
        self._journal = journal
        self._clock = clock

    def take_over(self, row: TaskStep) -> None:
        """Count the worker that was lost in this step, and do not say again what it said."""
        line = Line(f"The worker was lost; another one goes on with {row.name}.", type=Type.RECOVERED)
        row.deaths += 1
        self._write(row, line, deaths=row.deaths)
        if row.state == TaskStep.State.PROCESSING:
            self._journal.replay(row.step_id, since=row.log_from)

    def begin(self, row: TaskStep) -> bool:
        """Begin a step; False when the run is to stop, is out of time, or is another worker's by now."""
        now = self._clock()
        line = Line(f"Beginning step {row.name}", row.step_id, Level.STEP)
        changes = {"state": TaskStep.State.PROCESSING, "attempts": row.attempts + 1, "started_at": now, "error": ""}
        try:
            with transaction.atomic():
                last = self._journal.write(line, guard=goes_on(now))
                self._update(row, log_from=last, **changes)
        except LeaseLost:
            return False
        row.state, row.attempts, row.log_from = TaskStep.State.PROCESSING, row.attempts + 1, last
        return True

    def skip(self, row: TaskStep, why: str) -> None:
        row.state = TaskStep.State.SKIPPED
        line = Line(f"Skipping step {row.name}: {why}", row.step_id, Level.STEP)
        self._write(row, line, state=row.state, ended_at=self._clock())

    def save(self, row: TaskStep, outputs: Outputs, save_workspace: Callable[[int], None]) -> None:
        """Checkpoint: the step's outputs, its log and its files become true together."""
        row.state, row.output = TaskStep.State.COMPLETED, outputs
        with transaction.atomic():
            self._journal.write(Line(f"Finished step {row.name}", row.step_id, Level.STEP))
            save_workspace(row.position)
            self._update(row, state=row.state, output=outputs, ended_at=self._clock())

    def fail(self, row: TaskStep, message: str) -> None:
        row.state, row.error = TaskStep.State.FAILED, self._journal.mask(message)
        line = Line(message, row.step_id, Level.ERROR)
        self._write(row, line, state=row.state, error=row.error, ended_at=self._clock())

    def wait(self, row: TaskStep, message: str, wait: timedelta) -> None:
        """Let go of the run after a failure until `wait` is over, to try the step again."""
        error = self._journal.mask(message)
        self._let_go(row, Line(message, row.step_id, Level.WARN), wait, error=error)

    def pause(self, row: TaskStep, message: str, wait: timedelta) -> None:
        """Let go of the run until `wait` is over, as its step asked for: that is no attempt which failed."""
        row.attempts -= 1
        self._let_go(row, Line(message, row.step_id), wait, attempts=row.attempts)

    def _let_go(self, row: TaskStep, line: Line, wait: timedelta, **changes: Any) -> None:
        """Leave the run to nobody for a while, which does not count as the run's time."""
        now = self._clock()
        with transaction.atomic():
            self._journal.write(
                line,
                state=Task.State.OPEN,
                not_before=now + wait,
                deadline_at=F("deadline_at") + wait,
                **IDLE,
            )
            self._update(row, state=TaskStep.State.WAITING, **changes)

    def end(self, state: Task.State, message: str, *, output: dict[str, Any] | None = None) -> None:
        """End the run; nothing of it is written after this."""
        with transaction.atomic():
            self._journal.write(end_line(state, message), **end_changes(state, message, self._clock(), self._journal))
            if output is not None:
                Task.objects.filter(pk=self._lease.task_id).update(output=output)
            clear(self._lease.task_id, state, now=self._clock())

    def _write(self, row: TaskStep, line: Line, **changes: Any) -> None:
        with transaction.atomic():
            self._journal.write(line)
            self._update(row, **changes)

    def _update(self, row: TaskStep, **changes: Any) -> None:
        TaskStep.objects.filter(pk=row.pk).update(fence=self._lease.fence, **changes)


def goes_on(now: Any) -> Q:
    """Return what is true of a run whose next step may begin."""
    return Q(cancel_asked_at__isnull=True, deadline_at__gte=now)


def end_line(state: Task.State, message: str) -> Line:
    """Return the last event of a run."""
    if state == Task.State.CANCELLED:
        return Line(message, level=Level.WARN, type=Type.CANCELLED)
    level = Level.INFO if state == Task.State.COMPLETED else Level.ERROR
    return Line(message, level=level, type=Type.COMPLETION)


def end_changes(state: Task.State, message: str, now: Any, journal: Journal | None = None) -> dict[str, Any]:
    """Return what the row of a run says at its end."""
    shown = journal.mask(message) if journal else message
    error = "" if state == Task.State.COMPLETED else shown
    return {"state": state, "error": error, "ended_at": now, "not_before": None, **IDLE}


def clear(task_id: Any, state: Task.State, *, now: Any) -> None:
    """Put away what a run that ends leaves: open steps, secrets, and files that no retry needs."""
    left = TaskStep.objects.filter(task_id=task_id, state__in=(TaskStep.State.WAITING, TaskStep.State.PROCESSING))
    left.update(state=TaskStep.State.CANCELLED, ended_at=now)
    secrets.forget(task_id)
    approvals.withdraw(waking.subject_of(task_id))
    if state == Task.State.COMPLETED:
        storage.forget(task_id)
