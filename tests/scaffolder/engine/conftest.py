"""Actions that do what a test tells them to."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scaffolder import registry
from scaffolder.step import Outputs, Step

Hook = Callable[[Step], Outputs | None]
_hooks: dict[str, Hook] = {}
ANYTHING: dict[str, Any] = {"type": "object", "additionalProperties": True}


def call(step: Step) -> Outputs:
    return _hooks[step.input["name"]](step) or {}


def give(step: Step) -> Outputs:
    return {"value": step.input.get("value")}


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """Let workspaces lie where no other test leaves any."""
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture(autouse=True)
def hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Hook]]:
    """`test:call` calls what stands here under the `name` of its input; `test:give` gives its `value`."""
    known = dict(registry.all())
    for action_id, run in (("test:call", call), ("test:give", give)):
        known[action_id] = registry.ActionInfo(action_id, "For tests.", run, ANYTHING, ANYTHING)
    monkeypatch.setattr(registry, "_actions", known)
    _hooks.clear()
    yield _hooks
    _hooks.clear()
