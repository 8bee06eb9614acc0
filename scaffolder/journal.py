"""The log of a run: the one writer of events, so that their numbers have no gap and no secret stands in them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from integrations.redaction import Redactor
from scaffolder.models import Task, TaskEvent, TaskQuerySet

Type: TypeAlias = TaskEvent.Type
Level: TypeAlias = TaskEvent.Level

# A line is for people; a longer one is cut.
LONGEST_LINE = 64_000
# Lines that come thick and fast are written together.
GATHER_SECONDS = 0.2


class LeaseLost(Exception):
    """Another worker has the run, or it has ended: nothing may be written any more."""


@dataclass(frozen=True)
class Line:
    """An event that is not written yet."""

    message: str
    step_id: str = ""
    level: Level = Level.INFO
    type: Type = Type.LOG


def append(
    task_id: UUID,
    lines: Sequence[Line],
    *,
    fence: int | None = None,
    guard: Q | None = None,
    known_seq: int = 0,
    **changes: Any,
) -> int:
    """Write `lines` and `changes` of the run's own row in one transaction; return the number of the last event.

    Args:
        fence: what the lease gave; None for what needs no lease, such as asking for an end.
        guard: what else must be true of the run's row.
        known_seq: the number that the next event is likely to have; when it has, one statement is saved.

    Raises:
        LeaseLost: the fence is no longer that, the run is not running, or the guard does not hold.
    """
    with transaction.atomic():
        rows = Task.objects.filter(guard or Q(), pk=task_id)
        if fence is not None:
            rows = rows.filter(fence=fence, state=Task.State.PROCESSING)
        # First in the transaction: from here on no other writer of this run comes between.
        following = _count_on(rows, task_id, len(lines), known_seq, changes)
        events = (
            TaskEvent(
                task_id=task_id,
                seq=seq,
                type=line.type,
                level=line.level,
                step_id=line.step_id,
                message=_fit(line.message),
                created_at=Now(),
            )
            for seq, line in enumerate(lines, start=following - len(lines))
        )
        TaskEvent.objects.bulk_create(events)
    return following - 1


def _count_on(rows: TaskQuerySet, task_id: UUID, count: int, known_seq: int, changes: dict[str, Any]) -> int:
    """Write `changes` and take `count` numbers; return the number that follows them."""
    if known_seq and rows.filter(next_seq=known_seq).update(next_seq=known_seq + count, **changes):
        return known_seq + count
    if rows.update(next_seq=F("next_seq") + count, **changes) == 0:
        raise LeaseLost(task_id)
    return Task.objects.values_list("next_seq", flat=True).get(pk=task_id)


def _fit(message: str) -> str:
    """Return a text that a database takes and a page shows."""
    clean = message.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= LONGEST_LINE else f"{clean[:LONGEST_LINE]} … (cut)"


class Journal:
    """The log as the worker that has the lease writes it: masked, and nothing twice after a crash."""

    def __init__(self, task_id: UUID, *, fence: int, redactor: Redactor) -> None:
        self._task_id = task_id
        self._fence = fence
        self._redactor = redactor
        self._waiting: list[Line] = []
        self._written_at = 0.0
        self._next_seq = 0
        self._said_before: Counter[Line] = Counter()

    def replay(self, step_id: str, *, since: int) -> None:
        """Leave out the lines that a lost worker wrote of this step's attempt, which began at event `since`."""
        events = TaskEvent.objects.filter(task_id=self._task_id, step_id=step_id, seq__gte=since)
        self._said_before = Counter(
            Line(event.message, event.step_id, Level(event.level), Type(event.type)) for event in events
        )

    def say(self, line: Line) -> None:
        """Write a line now or soon, but before anything that `write` writes."""
        self._waiting.append(line)
        if time.monotonic() - self._written_at >= GATHER_SECONDS:
            self.write()

    def write(self, *lines: Line, guard: Q | None = None, **changes: Any) -> int:
        """Write what waits, `lines` and `changes` of the run's row in one transaction; see `append`."""
        fresh = self._fresh([*self._waiting, *lines])
        last = append(self._task_id, fresh, fence=self._fence, guard=guard, known_seq=self._next_seq, **changes)
        self._next_seq = last + 1
        self._waiting = []
        self._written_at = time.monotonic()
        return last

    def mask(self, value: Any) -> Any:
        """Return a JSON value with every secret in its texts hidden."""
        return self._redactor.mask_json(value)

    def _fresh(self, lines: Iterable[Line]) -> list[Line]:
        masked = (replace(line, message=_fit(self._redactor.mask(line.message))) for line in lines)
        return [line for line in masked if not self._was_said(line)]

    def _was_said(self, line: Line) -> bool:
        if self._said_before[line] == 0:
            return False
        self._said_before[line] -= 1
        return True
