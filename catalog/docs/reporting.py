"""What is wrong with docs, so that owners see theirs: links that lead nowhere, and pages that the code left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.actors import Actor
from catalog import links
from catalog.docs import addresses
from catalog.models import DocsFinding, DocsPage, DocsSite, Entity
from catalog.models.docs import STALE_AFTER
from catalog.pages import neighbours

PER_PAGE = 50
MOST_OWNERS = 12
# What stands for the reader and their teams.
MINE = "me"


@dataclass(frozen=True)
class Criteria:
    """What of the report is asked for: "links" or "stale", of one owner or entity, or of all; `me` is the reader."""

    show: str = "links"
    owner: str = ""
    entity: str = ""


@dataclass(frozen=True)
class Row:
    """A link that leads nowhere, or a page that is stale."""

    entity: Entity
    path: str
    page_url: str
    source_url: str
    finding: DocsFinding | None = None
    page: DocsPage | None = None


@dataclass
class Report:
    """A page of the report."""

    criteria: Criteria
    page: Page[Any]
    link_count: int
    stale_count: int
    owners: list[tuple[str, int]]
    rows: list[Row] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def stale_days(self) -> int:
        return STALE_AFTER.days


def read(criteria: Criteria, number: object, *, actor: Actor) -> Report:
    """Return a page of what is wrong with the docs that `actor` may see."""
    visible = Entity.objects.visible_to(actor).filter(ref=OuterRef("site__ref"))
    owner = Subquery(visible.values("owner_ref")[:1])
    findings = DocsFinding.objects.annotate(owner_ref=owner).exclude(owner_ref=None)
    stale = DocsPage.objects.stale(timezone.now()).annotate(owner_ref=owner).exclude(owner_ref=None)
    chosen = stale if criteria.show == "stale" else findings
    owners = _owners(_of_entity(chosen, criteria))
    links_, pages = _narrowed(findings, criteria, actor), _narrowed(stale, criteria, actor)
    ordered: QuerySet[Any] = (
        pages.order_by("changed_at", "pk").defer("packed", "html", "links", "anchors", "headings")
        if criteria.show == "stale"
        else links_.order_by("site__ref", "path", "line", "pk")
    )
    page = Paginator(ordered.select_related("site"), PER_PAGE).get_page(cast("Any", number))
    counts = (
        (links_.count(), page.paginator.count) if criteria.show == "stale" else (page.paginator.count, pages.count())
    )
    found = Report(criteria, page, *counts, owners)
    entities = {entity.ref: entity for entity in _entities(page, actor)}
    found.rows = [_row(each, entities[each.site.ref]) for each in page if each.site.ref in entities]
    refs = {entity.owner_ref for entity in entities.values()} | {ref for ref, _ in owners[:MOST_OWNERS]}
    found.titles = neighbours.titles(refs, actor=actor)
    return found


def _of_entity(rows: QuerySet[Any], criteria: Criteria) -> QuerySet[Any]:
    return rows.filter(site__ref=criteria.entity) if criteria.entity else rows


def _narrowed(rows: QuerySet[Any], criteria: Criteria, actor: Actor) -> QuerySet[Any]:
    found = _of_entity(rows, criteria)
    if criteria.owner == MINE:
        return found.filter(owner_ref__in=actor.owner_refs)
    return found.filter(owner_ref=criteria.owner) if criteria.owner else found


def _owners(rows: QuerySet[Any]) -> list[tuple[str, int]]:
    counted = rows.order_by().values("owner_ref").annotate(rows=Count("pk")).values_list("owner_ref", "rows")
    return sorted(counted, key=lambda pair: (-pair[1], pair[0]))


def _entities(page: Page[Any], actor: Actor) -> QuerySet[Entity]:
    refs = {each.site.ref for each in page}
    return Entity.objects.visible_to(actor).filter(ref__in=refs).for_listing()


def _row(each: DocsFinding | DocsPage, entity: Entity) -> Row:
    site: DocsSite = each.site
    is_page = each.path != "mkdocs.yml"
    view = links.safe(addresses.at_host(site.view_address, each.path)) if site.view_address and is_page else ""
    # GitHub shows Markdown as a page, which has no lines, unless it is asked for the text.
    line = f"?plain=1#L{each.line}" if isinstance(each, DocsFinding) and view else ""
    return Row(
        entity=entity,
        path=each.path,
        page_url=addresses.page_address(site.ref, each.path) if is_page else addresses.site_address(site.ref),
        source_url=f"{view}{line}",
        finding=each if isinstance(each, DocsFinding) else None,
        page=each if isinstance(each, DocsPage) else None,
    )
