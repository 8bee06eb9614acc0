"""The list of APIs: each with its version, who uses it, and whether its last change broke somebody."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef

from accounts.actors import Actor
from catalog import search
from catalog.models import ApiDefinition, Entity, EntityQuerySet, Relation
from catalog.pages import neighbours
from catalog.query.editions import Edition

PER_PAGE = 50


@dataclass(frozen=True)
class Criteria:
    """What of the list is asked for; `show` is "all", "owned", or "breaking": whose last change broke somebody."""

    text: str = ""
    type: str = ""
    show: str = "all"


@dataclass(frozen=True)
class Row:
    """An API with what was read of its definition; `definition` is None until a worker has read it."""

    entity: Entity
    definition: ApiDefinition | None
    consumer_count: int


@dataclass
class ApiList:
    """A page of the list, and what to filter by: how many there are of each type."""

    criteria: Criteria
    page: Page[Entity]
    total: int
    types: list[tuple[str, int]]
    rows: list[Row] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)


def read(criteria: Criteria, number: object, *, actor: Actor) -> ApiList:
    """Return a page of the APIs that `actor` may see."""
    edition = Edition.now(actor)
    every = Entity.objects.visible_to(actor).of_kind("api")
    types = edition.cached(["types of apis"], lambda: _types(every))
    found = _matching(every, criteria, actor)
    page = Paginator(found.for_listing(), PER_PAGE).get_page(cast("Any", number))
    refs = [entity.ref for entity in page]
    definitions = {each.ref: each for each in ApiDefinition.objects.of(refs)}
    consumers = _consumers(refs)
    result = ApiList(criteria, page, sum(count for _, count in types), types)
    result.rows = [Row(entity, definitions.get(entity.ref), consumers[entity.ref]) for entity in page]
    result.titles = neighbours.titles({entity.owner_ref for entity in page}, actor=actor)
    return result


def _types(every: EntityQuerySet) -> list[tuple[str, int]]:
    counted = every.order_by().values("type").annotate(rows=Count("pk")).values_list("type", "rows")
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def _matching(every: EntityQuerySet, criteria: Criteria, actor: Actor) -> EntityQuerySet:
    found = search.containing(criteria.text, every)
    if criteria.type:
        found = found.filter(type=criteria.type)
    if criteria.show == "owned":
        found = found.owned_by(actor.owner_refs)
    if criteria.show == "breaking":
        broken = ApiDefinition.objects.filter(ref=OuterRef("ref"), breaking_count__gt=0)
        found = found.filter(Exists(broken))
    return found


def _consumers(refs: list[str]) -> Counter[str]:
    """Return how many entities say of each API that they consume it."""
    rows = Relation.objects.filter(type="consumesApi", target_ref__in=refs).order_by().values("target_ref")
    return Counter(dict(rows.annotate(rows=Count("pk")).values_list("target_ref", "rows")))
