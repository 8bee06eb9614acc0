"""What can be done with an entity from the head of its page. Any app adds its own in `entity_tabs.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.actors import Actor
    from catalog.models import Entity

# Where an action stands: as a button in the head, among the golden paths of the menu, or below them.
Place = Literal["head", "paths", "catalog"]


@dataclass(frozen=True)
class Action:
    """A button or a line of the menu.

    Attributes:
        url: gives its address, or nothing when this actor may not do it with this entity.
    """

    id: str
    title: str | Promise
    icon: str
    url: Callable[[Entity, Actor], str]
    order: int = 100
    is_primary: bool = False
    place: Place = "head"


@dataclass(frozen=True)
class Offered:
    """An action that the reader may take, with its address."""

    title: str | Promise
    icon: str
    url: str
    is_primary: bool = False
    place: Place = "head"


# Gives any number of actions for an entity, such as one for each golden path that fits it.
Provider = Callable[["Entity", "Actor"], Iterable[Offered]]

_actions: dict[str, Action] = {}
_providers: dict[str, Provider] = {}


def register(action: Action) -> None:
    """Add an action; a second one with the same id takes its place."""
    _actions[action.id] = action


def register_provider(id: str, provider: Provider) -> None:  # noqa: A002 — as actions, tabs and cards have one
    """Add a function that gives actions; a second one with the same id takes its place."""
    _providers[id] = provider


def of(entity: Entity, *, actor: Actor) -> list[Offered]:
    """The actions that `actor` may take with `entity`, in their order; those of providers come last."""
    ordered = sorted(_actions.values(), key=lambda action: (action.order, action.id))
    found = [
        Offered(action.title, action.icon, url, action.is_primary, action.place)
        for action in ordered
        if (url := action.url(entity, actor))
    ]
    for _, provider in sorted(_providers.items()):
        found += provider(entity, actor)
    return found
