"""The workspace of a run between its workers: a folder while one works, an archive in the database after each step."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from scaffolder import models, secrets
from scaffolder.engine.lease import Lease
from scaffolder.files.workspace import Workspace, WorkspaceFile

FOLDER = "workspaces"
# A folder says whose it is, so that the sweep needs no list: run and fence.
NAME = re.compile(r"([0-9a-f-]{36})\.([0-9]+)", re.ASCII)


class Storage:
    """The workspace of the run that a lease is for."""

    def __init__(self, lease: Lease, *, is_secret: bool) -> None:
        self._lease = lease
        # A step may have written a secret into a file.
        self._is_secret = is_secret
        self._parent = _root() / f"{lease.task_id}.{lease.fence}"
        self.workspace = Workspace.create(self._parent)
        self._saved: list[WorkspaceFile] = []

    def restore(self) -> None:
        """Fill the workspace with the files of the last step that ended."""
        archive = models.Workspace.objects.filter(task_id=self._lease.task_id).values_list("archive", flat=True).first()
        if archive is not None:
            self.workspace.restore(secrets.open_bytes(bytes(archive)))
            self._saved = self.workspace.walk()

    def save(self, position: int) -> None:
        """Archive the workspace after the step at `position`, if it changed; in a transaction that named the fence."""
        files = self.workspace.walk()
        if files == self._saved:
            return
        archive = self.workspace.archive()
        kept = secrets.seal_bytes(archive) if self._is_secret else archive
        models.Workspace.objects.update_or_create(
            task_id=self._lease.task_id,
            defaults={"fence": self._lease.fence, "after_position": position, "archive": kept},
        )
        self._saved = files

    def discard(self) -> None:
        """Remove the folder; the archive stays."""
        shutil.rmtree(self._parent, ignore_errors=True)


def forget(task_id: UUID) -> None:
    """Delete the archive of a run that needs it no more."""
    models.Workspace.objects.filter(task_id=task_id).delete()


def sweep(now: Any = None) -> int:
    """Remove the folders on this machine whose lease is no longer alive, and return how many."""
    root = _root()
    if not root.is_dir():
        return 0
    found = {path: match for path in root.iterdir() if (match := NAME.fullmatch(path.name))}
    tasks = models.Task.objects.running(now or Now()).filter(pk__in={match[1] for match in found.values()})
    alive = {f"{task_id}.{fence}" for task_id, fence in tasks.values_list("pk", "fence")}
    left = [path for path in found if path.name not in alive]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _root() -> Path:
    return Path(settings.VAR_DIR) / FOLDER
