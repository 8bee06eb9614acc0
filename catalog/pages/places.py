"""The locations that the catalog reads, with what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog.models import Descriptor, Entity, Location

PER_PAGE = 50


@dataclass
class Places:
    """A page of locations; those with `is_own` hold something that the reader's teams own."""

    page: Page[Location]
    read_at: datetime | None
    may_register: bool
    may_refresh_all: bool


def read(number: object, *, actor: Actor) -> Places:
    """Return a page of locations, those that somebody named first, each with its number of entities and problems."""
    locations = Location.objects.annotate(
        entity_count=Coalesce(_count(Entity.objects.filter(location=OuterRef("pk")), "location"), 0),
        problem_count=Coalesce(
            _count(Descriptor.objects.with_problems().filter(file__location=OuterRef("pk")), "file__location"), 0
        ),
        is_own=Exists(Entity.objects.owned_by(actor.owner_refs).filter(location=OuterRef("pk"))),
    ).order_by(F("parent").asc(nulls_first=True), "type", "target")
    page = Paginator(locations, PER_PAGE).get_page(cast("Any", number))
    read_at = Location.objects.aggregate(last=Max("read_at"))["last"]
    found = rule(actor, Act.REGISTER_ENTITY)
    return Places(page, read_at, may_register=found is not Rule.DENY, may_refresh_all=found is Rule.ALLOW)


def _count(rows: Any, group: str) -> Subquery:
    return Subquery(rows.order_by().values(group).annotate(rows=Count("pk")).values("rows")[:1])
