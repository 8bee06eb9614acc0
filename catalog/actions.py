"""What can be done with an entity from the head of its page. Any app adds its own in `entity_tabs.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.actors import Actor
    from catalog.models import Entity


@dataclass(frozen=True)
class Action:
    """A button: `url` gives its address, or nothing when this actor may not do it with this entity."""

    id: str
    title: str | Promise
    icon: str
    url: Callable[[Entity, Actor], str]
    order: int = 100
    is_primary: bool = False


@dataclass(frozen=True)
class Offered:
    """An action that the reader may take, with its address."""

    action: Action
    url: str


_actions: dict[str, Action] = {}


def register(action: Action) -> None:
    """Add an action; a second one with the same id takes its place."""
    _actions[action.id] = action


def of(entity: Entity, *, actor: Actor) -> list[Offered]:
    """The actions that `actor` may take with `entity`, in their order."""
    ordered = sorted(_actions.values(), key=lambda action: (action.order, action.id))
    return [Offered(action, url) for action in ordered if (url := action.url(entity, actor))]
