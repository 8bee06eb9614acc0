"""The list of docs: whose they are, when they were changed, and the state that they are in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef

from accounts.actors import Actor
from catalog import search
from catalog.docs import addresses, reading
from catalog.models import DocsSite, Entity, EntityQuerySet
from catalog.pages import neighbours

PER_PAGE = 50
# More owners than this are found by searching.
MOST_OWNERS = 12


@dataclass(frozen=True)
class Criteria:
    """What of the list is asked for.

    Attributes:
        show: "all", "owned", "broken": with links that lead nowhere, or "failing": that cannot be read now.
    """

    text: str = ""
    kind: str = ""
    owner: str = ""
    show: str = "all"


@dataclass(frozen=True)
class Row:
    """An entity with what was read of its docs; `site` is None until a worker has looked."""

    entity: Entity
    site: DocsSite | None

    @property
    def url(self) -> str:
        return addresses.site_address(self.entity.ref)

    @property
    def is_waiting(self) -> bool:
        return self.site is None or not (self.site.is_read or self.site.error)


@dataclass
class DocsList:
    """A page of the list, and what to filter by: how many there are of each kind and owner."""

    criteria: Criteria
    page: Page[Entity]
    kinds: list[tuple[str, int]]
    owners: list[tuple[str, int]]
    rows: list[Row] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many there are in all."""
        return sum(count for _, count in self.kinds)


def read(criteria: Criteria, number: object, *, actor: Actor) -> DocsList:
    """Return a page of the docs that `actor` may see."""
    every = reading.annotated(Entity.objects.visible_to(actor))
    found = _matching(every, criteria, actor)
    page = Paginator(found.for_listing(), PER_PAGE).get_page(cast("Any", number))
    sites = {site.ref: site for site in DocsSite.objects.for_listing().filter(ref__in=[row.ref for row in page])}
    result = DocsList(criteria, page, _counted(every, "kind"), _counted(every.exclude(owner_ref=""), "owner_ref"))
    result.rows = [Row(entity, sites.get(entity.ref)) for entity in page]
    owners = {entity.owner_ref for entity in page} | {owner for owner, _ in result.owners[:MOST_OWNERS]}
    result.titles = neighbours.titles(owners, actor=actor)
    return result


def _counted(every: EntityQuerySet, column: str) -> list[tuple[str, int]]:
    counted = every.order_by().values(column).annotate(rows=Count("pk")).values_list(column, "rows")
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def _matching(every: EntityQuerySet, criteria: Criteria, actor: Actor) -> EntityQuerySet:
    found = search.containing(criteria.text, every)
    if criteria.kind:
        found = found.of_kind(criteria.kind)
    if criteria.owner:
        found = found.owned_by([criteria.owner])
    if criteria.show == "owned":
        found = found.owned_by(actor.owner_refs)
    site = DocsSite.objects.filter(ref=OuterRef("ref"))
    if criteria.show == "broken":
        found = found.filter(Exists(site.filter(finding_count__gt=0)))
    if criteria.show == "failing":
        found = found.filter(Exists(site.exclude(error="")))
    return found
