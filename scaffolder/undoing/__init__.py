"""How the things that runs made outside are taken back, kind by kind.

A company's own action that makes things of another kind says here how they are undone, in the module that its entry
point names:

    @undoes("queue", warning=_("The queue is deleted with what is in it."))
    def delete_queue(step: Step, made: Made) -> None: ...

Each is asked again after a crash, so it must take it well that the thing is gone.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from scaffolder import registry
from scaffolder.step import Step

if TYPE_CHECKING:
    from scaffolder.models import CreatedResource


class Kept(Exception):
    """A thing that a run made stays as it is; the message says why, and what the reader may do."""


class Gone(Exception):
    """There is nothing to take back: the thing is not there any more, or never was."""


@dataclass(frozen=True)
class Made:
    """What is to be taken back."""

    kind: str
    # What makes it one: "github.com/acme/checkout".
    key: str
    url: str
    title: str
    # The run that made it.
    run: str
    # That run was cut off, so that it may not be there, or be somebody else's.
    is_unsure: bool = False

    @classmethod
    def from_row(cls, row: CreatedResource) -> Made:
        is_unsure = row.kind == row.UNSURE
        kind, key = row.key.split(" ", 1) if is_unsure else (row.kind, row.key)
        return cls(kind, key, row.url, row.title or key, str(row.task_id), is_unsure)

    @property
    def mark(self) -> str:
        """What shows on a thing outside that the run made it."""
        return f"portal-run:{self.run}"


Undo = Callable[[Step, Made], None]


@dataclass(frozen=True)
class Undoer:
    """A way to take things of a kind back; `warning` tells whoever asks for it what becomes of them."""

    undo: Undo
    warning: str | Promise


_undoers: dict[str, Undoer] = {}
_lock = threading.RLock()
_state = {"is_discovered": False}


def undoes(kind: str, *, warning: str | Promise) -> Callable[[Undo], Undo]:
    """Register a function as the way to take things of `kind` back.

    It raises `Kept` when the thing must stay, `Gone` when there is none, and else what actions raise.
    """

    def register(undo: Undo) -> Undo:
        _undoers[kind] = Undoer(undo, warning)
        return undo

    return register


def find(kind: str) -> Undoer | None:
    """Return the way to take things of `kind` back, if there is one."""
    with _lock:
        if not _state["is_discovered"]:
            # Those of other packages stand beside their actions.
            registry.all()
            for module in pkgutil.iter_modules(__path__, f"{__name__}."):
                importlib.import_module(module.name)
            _state["is_discovered"] = True
    return _undoers.get(kind)
