"""What the expressions of a template see, and where (T10)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from accounts.actors import Actor
from catalog.models import Entity
from scaffolder import secrets


@dataclass(frozen=True)
class Round:
    """One turn of a step with `each`; keys of lists are texts, as in JavaScript."""

    key: str
    value: Any


@dataclass
class Scope:
    """The names of one run; the outputs of its steps are added as they end."""

    task_id: str
    parameters: Mapping[str, Any]
    user_ref: str = ""
    user: dict[str, Any] | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_output(self, step_id: str, output: Mapping[str, Any]) -> None:
        """Let later steps see what a step gave. A step that is skipped is never added (T08)."""
        self.steps[step_id] = {"output": dict(output)}

    def open(self, turn: Round | None = None) -> dict[str, Any]:
        """Return the names that conditions and outputs see: no secret."""
        names: dict[str, Any] = {
            "parameters": self.parameters,
            "steps": self.steps,
            "user": {"ref": self.user_ref, "entity": self.user},
            "environment": {"parameters": _environment_parameters()},
            "context": {"task": {"id": self.task_id}},
        }
        if turn is not None:
            names["each"] = {"key": turn.key, "value": turn.value}
        return names

    def closed(self, turn: Round | None = None) -> dict[str, Any]:
        """Return the names that a step's `input` and `each` see: those of `open`, and the secrets."""
        names = self.open(turn)
        names["secrets"] = dict(self.secrets)
        names["environment"] = {**names["environment"], "secrets": secrets.of_environment()}
        return names


def _environment_parameters() -> dict[str, Any]:
    found: dict[str, Any] = settings.WAYMARK["scaffolder"]["defaultEnvironment"]["parameters"]
    return found


def user_entity(actor: Actor) -> dict[str, Any] | None:
    """Return the User entity of `actor` as the catalog has it now, if it has one."""
    entity = Entity.objects.visible_to(actor).filter(ref=actor.ref).only("document").first() if actor.ref else None
    found: dict[str, Any] | None = json.loads(entity.document) if entity else None
    return found
