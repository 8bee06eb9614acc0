"""The cards of an entity's overview. Any app adds its own in `entity_tabs.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from catalog.tabs import always, nothing

if TYPE_CHECKING:
    from accounts.http import PortalRequest
    from catalog.models import Entity


@dataclass(frozen=True)
class Card:
    """A card: `template` holds the whole `<section class="card">` and is included with what `context` gives.

    A context of None means that there is nothing to say now, and the card is left out. It stands in the wide column
    ("main") or in the narrow one ("side"), below those with a lower order.
    """

    id: str
    order: int
    template: str
    column: Literal["main", "side"] = "main"
    applies: Callable[[Entity], bool] = always
    context: Callable[[Entity, PortalRequest], Mapping[str, Any] | None] = nothing


@dataclass(frozen=True)
class FilledCard:
    """A card with what its template needs."""

    card: Card
    context: Mapping[str, Any]


_cards: dict[str, Card] = {}


def register(card: Card) -> None:
    """Add a card; a second one with the same id takes its place."""
    _cards[card.id] = card


def of(entity: Entity, request: PortalRequest) -> dict[str, list[FilledCard]]:
    """The cards that `entity` has, filled, {column: cards in their order}."""
    found: dict[str, list[FilledCard]] = {"main": [], "side": []}
    for card in sorted(_cards.values(), key=lambda each: (each.order, each.id)):
        context = card.context(entity, request) if card.applies(entity) else None
        if context is not None:
            found[card.column].append(FilledCard(card, context))
    return found
