"""The actions that a template's steps can name, each with its schemas and examples.

A company's own package adds some by the entry point group `waymark.actions`: each entry names a module whose import
registers them, as those in `scaffolder/actions/` do.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import entry_points
from typing import Any

import jsonschema_rs

from scaffolder.step import Outputs, Step, StepFailed, StepWaits

__all__ = [
    "ENTRY_POINTS",
    "ActionInfo",
    "Outputs",
    "Step",
    "StepFailed",
    "StepWaits",
    "UnknownAction",
    "action",
    "find",
]

ENTRY_POINTS = "waymark.actions"
NO_OUTPUT: dict[str, Any] = {"type": "object", "properties": {}}

Run = Callable[[Step], Outputs]


class UnknownAction(LookupError):
    """No action has that id."""


class ActionIsThere(Exception):
    """Two functions claim one id."""


@dataclass(frozen=True)
class ActionInfo:
    """An action: what it is called, what it takes and gives, inputs that a reader can paste."""

    id: str
    description: str
    run: Run
    input_schema: dict[str, Any]
    output_schema: dict[str, Any] = field(default_factory=lambda: NO_OUTPUT)
    examples: Sequence[Mapping[str, Any]] = ()
    # Whether the function heeds `step.dry_run`; without that a dry run leaves it out and makes up its outputs.
    can_run_dry: bool = False

    @cached_property
    def _validator(self) -> Any:
        return jsonschema_rs.Draft202012Validator(self.input_schema)

    def mistakes(self, value: object) -> list[str]:
        """Return what is wrong with an input, a sentence each, as `path: message`."""
        return [
            f"{'.'.join(map(str, error.instance_path)) or 'input'}: {error.message}"
            for error in self._validator.iter_errors(value)
        ]

    def made_up_outputs(self) -> Outputs:
        """Return outputs of the right shape, for steps after one that a dry run leaves out (T17)."""
        return {name: _made_up(schema) for name, schema in self.output_schema.get("properties", {}).items()}


def _made_up(schema: Mapping[str, Any]) -> Any:
    """Return a value of a schema's type, nothing of it real."""
    match schema.get("type"):
        case "number" | "integer":
            return 0
        case "boolean":
            return False
        case "array":
            return [_made_up(schema.get("items", {}))]
        case "object":
            return {name: _made_up(part) for name, part in schema.get("properties", {}).items()}
        case _:
            return "<example>"


_actions: dict[str, ActionInfo] = {}
_lock = threading.RLock()
_state = {"is_discovered": False}


def action(
    action_id: str,
    *,
    description: str,
    input_schema: dict[str, Any],
    output_schema: dict[str, Any] | None = None,
    examples: Sequence[Mapping[str, Any]] = (),
    can_run_dry: bool = False,
) -> Callable[[Run], Run]:
    """Register a function as the action `action_id`.

    Args:
        examples: inputs for the docs page; a test runs each one dry.
        can_run_dry: the function heeds `step.dry_run` and then touches nothing but the workspace.

    Raises:
        ActionIsThere: another function has that id.
    """

    def register(run: Run) -> Run:
        info = ActionInfo(
            action_id, description, run, input_schema, output_schema or NO_OUTPUT, tuple(examples), can_run_dry
        )
        if action_id in _actions:
            raise ActionIsThere(f"Two actions are called {action_id}: {_actions[action_id].run} and {run}.")
        _actions[action_id] = info
        return run

    return register


def get(action_id: str) -> ActionInfo:
    """Return an action.

    Raises:
        UnknownAction: there is none; the message names those that sound alike.
    """
    found = find(action_id)
    if found is None:
        family = sorted(known for known in all() if known.split(":")[0] == action_id.split(":")[0])
        hint = f" There is {', '.join(family)}." if family else ""
        raise UnknownAction(f"No action is called {action_id}.{hint}")
    return found


def find(action_id: str) -> ActionInfo | None:
    return all().get(action_id)


def all() -> dict[str, ActionInfo]:  # noqa: A001 — read as `registry.all()`
    """Return every action by its id, in the order of ids."""
    _discover()
    return dict(sorted(_actions.items()))


def _discover() -> None:
    """Import our own actions and those of installed packages, once."""
    with _lock:
        if _state["is_discovered"]:
            return
        package = importlib.import_module("scaffolder.actions")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
        for entry in entry_points(group=ENTRY_POINTS):
            entry.load()
        _state["is_discovered"] = True
