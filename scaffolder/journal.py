"""The log of a run: the one writer of events, so that their numbers have no gap and no secret stands in them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from integrations.redaction import Redactor
from scaffolder.models import Task, TaskEvent

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


def append(task_id: UUID, lines: Sequence[Line], *, fence: int | None = None, **changes: Any) -> int:
    """Write `lines` and `changes` of the run's own row in one transaction; return the number of the last event.

    Args:
        fence: what the lease gave; None for what needs no lease, such as asking for an end.

    Raises:
        LeaseLost: the fence is no longer that, or the run is not running.
    """
    with transaction.atomic():
        rows = Task.objects.filter(pk=task_id)
        if fence is not None:
            rows = rows.filter(fence=fence, state=Task.State.PROCESSING)
        # First in the transaction: from here on no other writer of this run comes between.
        if rows.update(next_seq=F("next_seq") + len(lines), **changes) == 0:
            raise LeaseLost(task_id)
        following = Task.objects.values_list("next_seq", flat=True).get(pk=task_id)
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

    def write(self, *lines: Line, **changes: Any) -> int:
        """Write what waits, `lines` and `changes` of the run's row in one transaction; see `append`."""
        last = append(self._task_id, self._fresh([*self._waiting, *lines]), fence=self._fence, **changes)
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
