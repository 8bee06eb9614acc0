"""The locations that the catalog reads, with what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog import locations
from catalog.models import PROVIDERS, Descriptor, Entity, Location, address_of

PER_PAGE = 50
SHOWS = ("all", "failing", "problems", "providers")
# Refused entities that a row names; the others are counted.
MOST_CONFLICTS = 3


@dataclass(frozen=True)
class Criteria:
    """Which places are shown, and a part of their addresses."""

    show: str = "all"
    text: str = ""


@dataclass(frozen=True)
class Conflict:
    """An entity that a place describes and another one had first, so that it is refused here (I08)."""

    ref: str
    holder: str
    descriptor_id: int


@dataclass
class Places:
    """A page of locations, with how many there are of each sort.

    Each location has `entity_count`, `problem_count`, `conflicts` and `more_conflicts`; with `is_own` it holds
    something that the reader's teams own.
    """

    page: Page[Location]
    counts: dict[str, int]
    criteria: Criteria
    read_at: datetime | None
    may_register: bool
    may_refresh_all: bool
    is_readonly: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is read."""
        return not self.counts["all"]


def read(number: object, *, actor: Actor, criteria: Criteria | None = None) -> Places:
    """Return a page of locations, those that somebody named first."""
    wanted = criteria or Criteria()
    shown = (
        _shown(wanted)
        .select_related("parent", "parent__parent")
        .order_by(F("parent").asc(nulls_first=True), "type", "target")
    )
    if wanted.show == "failing":
        shown = shown.order_by("failing_since", "type", "target")
    page = Paginator(shown, PER_PAGE).get_page(cast("Any", number))
    _count_up(list(page), actor)
    _add_conflicts(list(page))
    found = rule(actor, Act.REGISTER_ENTITY)
    counts = _counts()
    return Places(
        page,
        counts,
        wanted,
        read_at=counts.pop("read_at"),
        may_register=found is not Rule.DENY,
        may_refresh_all=found is Rule.ALLOW,
        is_readonly=locations.is_readonly(),
    )


def _shown(criteria: Criteria) -> QuerySet[Location]:
    found = Location.objects.filter(target__icontains=criteria.text) if criteria.text else Location.objects.all()
    if criteria.show == "failing":
        return found.exclude(error="")
    if criteria.show == "problems":
        return found.filter(Exists(Descriptor.objects.with_problems().filter(file__location=OuterRef("pk"))))
    if criteria.show == "providers":
        return found.filter(type__in=PROVIDERS)
    return found


def _counts() -> dict[str, Any]:
    """Return how many places each tab shows, and when one was read last."""
    with_problems = Descriptor.objects.with_problems().values("file__location")
    return Location.objects.aggregate(
        all=Count("pk"),
        failing=Count("pk", filter=~Q(error="")),
        problems=Count("pk", filter=Q(pk__in=with_problems)),
        providers=Count("pk", filter=Q(type__in=PROVIDERS)),
        read_at=Max("read_at"),
    )


def _count_up(rows: Sequence[Any], actor: Actor) -> None:
    """Tell each location how many entities and problems it has; one statement for all."""
    here = Entity.objects.filter(location=OuterRef("pk"))
    # Without the one that stands for the place itself.
    here = here.exclude(kind="location", name__startswith="generated-", descriptor=None)
    counted = Location.objects.filter(pk__in=[row.pk for row in rows]).annotate(
        entities_here=Coalesce(_count(here, "location"), 0),
        problems_here=Coalesce(
            _count(Descriptor.objects.with_problems().filter(file__location=OuterRef("pk")), "file__location"), 0
        ),
        own_here=Exists(Entity.objects.owned_by(actor.owner_refs).filter(location=OuterRef("pk"))),
    )
    found = {row[0]: row[1:] for row in counted.values_list("pk", "entities_here", "problems_here", "own_here")}
    for row in rows:
        row.entity_count, row.problem_count, row.is_own = found[row.pk]
        row.named_by_url = address_of(row.parent_ref) if row.parent_ref else ""


def _add_conflicts(rows: Sequence[Any]) -> None:
    """Tell each location which of its entities another place had first."""
    refused = (
        Descriptor.objects.with_problems()
        .filter(file__location__in=[row.pk for row in rows if row.problem_count], entity=None)
        .exclude(ref="")
        .order_by("file__path", "position")
        .values_list("pk", "ref", "file__location")[: PER_PAGE * PER_PAGE]
    )
    claims = list(refused)
    held = Entity.objects.filter(ref__in={ref for _, ref, _ in claims}).select_related("location")
    holders = {entity.ref: entity.location for entity in held.only("ref", "location")}
    by_place: dict[int, list[Conflict]] = {}
    for descriptor_id, ref, location_id in claims:
        holder = holders.get(ref)
        if holder is not None and holder.pk != location_id:
            by_place.setdefault(location_id, []).append(Conflict(ref, str(holder), descriptor_id))
    for row in rows:
        found = by_place.get(row.pk, [])
        row.conflicts, row.more_conflicts = found[:MOST_CONFLICTS], max(0, len(found) - MOST_CONFLICTS)


def _count(rows: Any, group: str) -> Subquery:
    return Subquery(rows.order_by().values(group).annotate(rows=Count("pk")).values("rows")[:1])
