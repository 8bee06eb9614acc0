"""What a form's field offers to choose from: entities, by a filter and by what somebody types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from catalog import search
from catalog.models import Entity
from catalog.query import filters

LIMIT = 100


@dataclass(frozen=True)
class Choice:
    """An entity that can be chosen."""

    ref: str
    title: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return self.title


def choices(catalog_filter: Any = None, *, actor: Actor, limit: int = LIMIT, text: str = "") -> list[Choice]:
    """Return at most `limit` entities that match, by title; with a text the best matches come first.

    Args:
        catalog_filter: `catalogFilter` of a field, an object or a list of them, or an `EntityFilter`; None: all.
        text: words that each choice must have in its name, title, description or tags.

    Raises:
        FilterError: the filter is none.
    """
    wanted = catalog_filter
    if not isinstance(wanted, filters.EntityFilter):
        wanted = filters.from_catalog_filter(wanted) if wanted else filters.ALL
    found = search.entities(text, actor=actor) if text.strip() else _by_title(actor)
    rows = wanted.apply(found).values_list("ref", "title", "kind", "namespace", "name")
    return [Choice(*row) for row in rows[:limit]]


def _by_title(actor: Actor) -> Any:
    return Entity.objects.visible_to(actor).order_by("sort_key", "ref")
