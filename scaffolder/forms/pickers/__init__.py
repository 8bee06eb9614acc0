"""The fields that a template can name with `ui:field`, one file each.

A picker says which control is shown, what it offers, how a post is read and which answers are wrong beyond what JSON
Schema can say. A new one is a new file here, or a module of another package under the entry point `waymark.fields`:
its import calls `register`.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable
from importlib.metadata import entry_points

from scaffolder.forms.pickers.base import Choice, Data, Picker

__all__ = ["ENTRY_POINTS", "Choice", "Data", "Picker", "find", "names", "register"]

ENTRY_POINTS = "waymark.fields"

_pickers: dict[str, Picker] = {}
_lock = threading.RLock()
_state = {"is_discovered": False}


def register(*field_names: str) -> Callable[[type[Picker]], type[Picker]]:
    """Make a class the picker of the `ui:field`s that are named so."""

    def decorate(picker: type[Picker]) -> type[Picker]:
        _pickers.update(dict.fromkeys(field_names, picker()))
        return picker

    return decorate


def find(field_name: str) -> Picker | None:
    """Return the picker of a `ui:field`; None for one that nobody registered."""
    _discover()
    return _pickers.get(field_name)


def names() -> list[str]:
    _discover()
    return sorted(_pickers)


def _discover() -> None:
    """Import our own pickers and those of installed packages, once."""
    with _lock:
        if _state["is_discovered"]:
            return
        for module in pkgutil.iter_modules(__path__, f"{__name__}."):
            importlib.import_module(module.name)
        for entry in entry_points(group=ENTRY_POINTS):
            entry.load()
        _state["is_discovered"] = True
