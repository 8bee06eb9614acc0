"""The papers of a step in the database: every write names the fence, and fails once another worker has the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from scaffolder.engine.lease import Lease, Watch
from scaffolder.journal import Journal, LeaseLost, Level, Line
from scaffolder.models import CreatedResource, TaskStep
from scaffolder.step import NotRemembered

TURN = "each"
# The kind of what a run meant to make; it stays where a crash hid whether it did.
UNSURE = CreatedResource.UNSURE


class CancelAsked(Exception):
    """A person wants the run to stop; the step ends at the next thing that it writes."""


class TaskLedger:
    """The ledger of a running step, or of one round of it."""

    def __init__(self, lease: Lease, row: TaskStep, journal: Journal, watch: Watch, *, prefix: str = "") -> None:
        self._lease = lease
        self._row = row
        self._journal = journal
        self._watch = watch
        self._prefix = prefix

    def say(self, level: str, message: str) -> None:
        self._look_up()
        self._journal.say(Line(message, self._row.step_id, Level(level)))

    def recall(self, key: str) -> Any:
        try:
            return self._row.checkpoints[self._prefix + key]
        except KeyError as error:
            raise NotRemembered(key) from error

    def remember(self, key: str, value: Any) -> None:
        with transaction.atomic():
            self._journal.write()
            self.note(key, value)
        self._look_up()

    def note(self, key: str, value: Any) -> None:
        """Remember inside a transaction that has named the fence already."""
        self._row.checkpoints = {**self._row.checkpoints, self._prefix + key: self._journal.mask(value)}
        TaskStep.objects.filter(pk=self._row.pk).update(checkpoints=self._row.checkpoints, fence=self._lease.fence)

    def intend(self, kind: str, url: str, key: str, title: str) -> None:
        self._write_resource(UNSURE, f"{kind} {key}", url, title)
        self._look_up()

    def give_up(self, kind: str, key: str) -> None:
        with transaction.atomic():
            self._journal.write()
            self._intended(kind, key).delete()

    def made(self, kind: str, url: str, key: str, title: str) -> None:
        with transaction.atomic():
            self._write_resource(kind, key, url, title)
            self._intended(kind, key).delete()
        self._look_up()

    def _write_resource(self, kind: str, key: str, url: str, title: str) -> None:
        told = {"step_id": self._row.step_id, "url": url, "title": self._journal.mask(title)[:255]}
        with transaction.atomic():
            self._journal.write()
            CreatedResource.objects.get_or_create(task_id=self._lease.task_id, kind=kind, key=key[:512], defaults=told)

    def _intended(self, kind: str, key: str) -> QuerySet[CreatedResource]:
        return CreatedResource.objects.filter(task_id=self._lease.task_id, kind=UNSURE, key=f"{kind} {key}"[:512])

    def has_made(self, kind: str, key: str) -> bool:
        return CreatedResource.objects.filter(task_id=self._lease.task_id, kind=kind, key=key).exists()

    def _look_up(self) -> None:
        """Stop between two acts when the run is another's, or is to be stopped."""
        if self._watch.is_lost:
            raise LeaseLost(self._lease.task_id)
        if self._watch.is_cancel_asked:
            raise CancelAsked


class TaskDesk:
    """Gives a step its ledger, and keeps what each of its rounds gave together with the workspace."""

    def __init__(
        self, lease: Lease, row: TaskStep, journal: Journal, watch: Watch, save_workspace: Callable[[int], None]
    ) -> None:
        self._papers = (lease, row, journal, watch)
        self._row = row
        self._journal = journal
        self._save_workspace = save_workspace

    def ledger(self, turn: str = "") -> TaskLedger:
        return TaskLedger(*self._papers, prefix=f"{TURN}:{turn}:" if turn else "")

    def finished(self, turn: str) -> Any:
        return self.ledger().recall(f"{TURN}:{turn}")

    def finish(self, turn: str, outcome: Any) -> None:
        with transaction.atomic():
            self._journal.write()
            self.ledger().note(f"{TURN}:{turn}", outcome)
            self._save_workspace(self._row.position)
