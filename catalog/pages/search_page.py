"""The page of the search: hits of a page, and how many there are of each kind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count

from accounts.actors import Actor
from catalog import search
from catalog.models import Entity
from catalog.pages import listing, neighbours
from catalog.query.editions import Edition

PER_PAGE = 25


@dataclass
class Found:
    """What a term finds."""

    term: str
    kind: str
    page: Page[Entity] | None = None
    kinds: list[tuple[str, int]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many there are of every kind."""
        return sum(count for _, count in self.kinds)


def read(term: str, kind: str, number: object, *, actor: Actor) -> Found:
    """Return the hits of `term`, the best first, in one `kind` or in all; no term finds nothing."""
    found = Found(term, kind)
    if not term:
        return found
    by_kind = Edition.now(actor).cached(["search", term], lambda: _count(term, actor))
    found.kinds = [(each, by_kind[each]) for each in listing.kinds_in_order(by_kind)]
    hits = search.entities(term, actor=actor, kind=kind).defer("document", "source", "search_text")
    paginator = Paginator(hits, PER_PAGE)
    # The counts have it already; a paginator would ask the database once more.
    paginator.count = by_kind.get(kind, 0) if kind else found.total
    found.page = paginator.get_page(cast("Any", number))
    found.titles = neighbours.titles({hit.owner_ref for hit in found.page}, actor=actor)
    return found


def _count(term: str, actor: Actor) -> dict[str, int]:
    """Return {kind: how many hits}."""
    hits = search.entities(term, actor=actor).order_by().values("kind").annotate(rows=Count("pk"))
    return dict(hits.values_list("kind", "rows"))
