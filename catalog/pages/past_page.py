"""The catalog as it was at an instant: what there was by kind, and the entities of one kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog.models import EntityRevision
from catalog.models.history import EntityRevisionQuerySet

PER_PAGE = 50
FIRST_KIND = "component"


@dataclass(frozen=True)
class KindCount:
    """A kind that there was, and how many of it."""

    kind: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class PastPage:
    """The catalog at `instant`; `titles` are those of then."""

    instant: datetime
    kind: str
    kinds: list[KindCount]
    page: Page[EntityRevision]
    titles: Mapping[str, str]
    total: int


def read(instant: datetime, kind: str, number: object, *, actor: Actor) -> PastPage:
    """Return a page of what there was at `instant`, of the kind that is asked for or else the usual one."""
    there = visible(actor).at(instant)
    counts = dict(there.values_list("kind").annotate(count=Count("pk")).order_by("kind"))
    chosen = kind or (FIRST_KIND if FIRST_KIND in counts or not counts else next(iter(counts)))
    rows = there.filter(kind=chosen).for_listing().order_by("sort_key", "ref")
    page = Paginator(rows, PER_PAGE).get_page(cast("Any", number))
    owners = {row.owner_ref for row in page if row.owner_ref}
    titles = dict(there.filter(ref__in=owners).values_list("ref", "title")) if owners else {}
    kinds = [KindCount(name, count, name == chosen) for name, count in counts.items()]
    return PastPage(instant, chosen, kinds, page, titles, sum(counts.values()))


def visible(actor: Actor) -> EntityRevisionQuerySet:
    """Return the revisions that `actor` may see: all of them, or none, as it is with entities."""
    found = EntityRevision.objects.all()
    return found if rule(actor, Act.READ_CATALOG) is Rule.ALLOW else found.none()
