"""The rows of the catalog's list, each cell written once for an edition of the catalog and then only sent.

A page has hundreds of cells. A template that asks of each what stands in it takes longer than all else together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models.functions import Coalesce
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.actors import Actor
from catalog import links, problems, refs
from catalog.models import Entity, Facet, address_of
from catalog.pages import neighbours, sourcing

# What a row that is written weighs among the answers that are kept: it has five times the bytes of a sorted one.
WEIGHT = 5
TAGS_SHOWN, TARGETS_SHOWN, DESCRIPTION_SIGNS = 2, 5, 120
# Columns that a relation fills.
RELATIONS = {"domain": "partOf", "parent": "childOf", "teams": "memberOf"}
NONE = format_html('<span class="data-table__none">{}</span>', "—")
# How the cells of a column look; the others are plain.
LOOKS = {
    "system": "data-table__ref data-table__wide",
    "owner": "data-table__ref",
    "type": "data-table__ref",
    "namespace": "data-table__ref data-table__wide",
    **dict.fromkeys(RELATIONS, "data-table__ref"),
}
ADDRESSES = {f"metadata.annotations.{name}": name for name in (sourcing.VIEW_URL, sourcing.EDIT_URL)}


@dataclass(frozen=True)
class Row:
    """A row of the list: its cells as they are sent, and what stands in the last one beside the star."""

    id: int
    ref: str
    title: str
    cells: SafeString
    ways: SafeString


@dataclass(frozen=True)
class Table:
    """The rows of a page, and the columns that they have beside the name."""

    columns: tuple[str, ...]
    rows: list[Row]


@dataclass(frozen=True)
class Source:
    """What the cells of one page are written from."""

    kind: str
    titles: Mapping[str, str]
    # {ref: document}, only for kinds whose columns need it.
    documents: Mapping[str, Mapping[str, Any]]

    def link(self, ref: str) -> SafeString:
        """Return a link to an entity under its title; its short name when there is none."""
        title = self.titles.get(ref.lower())
        if title is None:
            return format_html('<span class="quiet" title="{}">{}</span>', _("Not in the catalog"), refs.short(ref))
        return format_html('<a href="{}">{}</a>', address_of(ref), title)


def read(entities: Sequence[Entity], columns: Sequence[str], *, actor: Actor) -> Table:
    """Return a page in `columns`, without those relations that nothing on it has; a handful of statements."""
    kind = entities[0].kind if entities else ""
    documents = _documents(entities) if kind == "location" or not RELATIONS.keys().isdisjoint(columns) else {}
    columns = tuple(name for name in columns if name not in RELATIONS or _is_filled(RELATIONS[name], documents))
    wanted = {ref for row in entities for ref in (row.owner_ref, row.system_ref)}
    wanted |= {ref for name in columns if name in RELATIONS for ref in _all_related(RELATIONS[name], documents)}
    source = Source(kind, neighbours.titles(wanted, actor=actor), documents)
    addresses = _addresses([row.pk for row in entities])
    return Table(columns, [_row(row, columns, source, addresses.get(row.pk, {})) for row in entities])


def _is_filled(type_: str, documents: Mapping[str, Mapping[str, Any]]) -> bool:
    return any(_related(document, type_) for document in documents.values())


def _all_related(type_: str, documents: Mapping[str, Mapping[str, Any]]) -> set[str]:
    return {ref for document in documents.values() for ref in _related(document, type_)}


def _row(row: Entity, columns: Sequence[str], source: Source, addresses: Mapping[str, str]) -> Row:
    cells = ((LOOKS.get(name, ""), CELLS[name](row, source)) for name in columns)
    html = format_html("{}{}", _name(row), format_html_join("", '<td class="{}">{}</td>', cells))
    return Row(row.pk, row.ref, row.title, html, _ways(row, addresses))


def _name(row: Entity) -> SafeString:
    description = format_html('<span class="data-table__sub">{}</span>', _cut(row.description))
    return format_html(
        '<th scope="row"><a class="data-table__name" href="{}">{}</a>{}{}</th>',
        row.get_absolute_url(),
        row.title,
        _marks(row),
        description if row.description else "",
    )


def _ways(row: Entity, addresses: Mapping[str, str]) -> SafeString:
    """Return links to where the descriptor can be seen and edited at its host."""
    ways = (
        (links.safe(addresses.get(sourcing.VIEW_URL)), _("View the source"), "external-link"),
        (links.safe(addresses.get(sourcing.EDIT_URL)), _("Edit the descriptor"), "pencil"),
    )
    return format_html_join(
        "",
        '<a href="{}" rel="noreferrer" aria-label="{}: {}"><span class="icon icon--{}" aria-hidden="true"></span></a>',
        ((url, label, row.title, icon) for url, label, icon in ways if url),
    )


def _documents(entities: Iterable[Entity]) -> dict[str, Mapping[str, Any]]:
    rows = Entity.objects.filter(pk__in=[row.pk for row in entities]).values_list("ref", "document")
    return {ref: json.loads(document) for ref, document in rows}


def _addresses(keys: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return where each entity's descriptor can be seen and edited: {id: {annotation: address}}."""
    facets = Facet.objects.filter(entity__in=keys, key__key__in=ADDRESSES, value__isnull=False)
    found: dict[int, dict[str, str]] = {}
    for number, key, value in facets.values_list("entity_id", "key__key", Coalesce("original", "value")):
        found.setdefault(number, {})[ADDRESSES[key]] = value
    return found


def _related(document: Mapping[str, Any], type_: str) -> list[str]:
    return [each["targetRef"] for each in document.get("relations") or () if each["type"] == type_]


def _cut(text: str) -> str:
    return text if len(text) <= DESCRIPTION_SIGNS else f"{text[: DESCRIPTION_SIGNS - 1]}…"


def _state(look: str, word: str) -> SafeString:
    return format_html('<span class="state state--{}">{}</span>', look, word)


def _marks(row: Entity) -> SafeString:
    """Return what is to be said beside the name: that it was not read, or that nothing declares it."""
    worst = problems.worst(getattr(row, "problems", None))
    found = []
    if worst:
        found.append(_state("bad", _("Not read")) if worst == "error" else _state("warn", _("Warning")))
    if row.is_orphan:
        found.append(_state("warn", _("Orphan")))
    return format_html_join("", " {}", ((mark,) for mark in found))


def _owner(row: Entity, source: Source) -> SafeString:
    if not row.owner_ref:
        return _state("warn", _("No owner"))
    if row.owner_ref in source.titles:
        return source.link(row.owner_ref)
    return format_html(
        '<span title="{}">{}</span><span class="visually-hidden">{}</span>',
        _("Not in the catalog"),
        _state("warn", refs.short(row.owner_ref)),
        _("not in the catalog"),
    )


def _system(row: Entity, source: Source) -> SafeString:
    return source.link(row.system_ref) if row.system_ref else NONE


def _text(name: str) -> Callable[[Entity, Source], SafeString]:
    def cell(row: Entity, source: Source) -> SafeString:
        value = getattr(row, name)
        return format_html("{}", value) if value else NONE

    return cell


def _relation(column: str) -> Callable[[Entity, Source], SafeString]:
    def cell(row: Entity, source: Source) -> SafeString:
        found = _related(source.documents.get(row.ref, {}), RELATIONS[column])
        return format_html_join(", ", "{}", ((source.link(ref),) for ref in found)) or NONE

    return cell


def _targets(row: Entity, source: Source) -> SafeString:
    spec = source.documents.get(row.ref, {}).get("spec")
    spec = spec if isinstance(spec, Mapping) else {}
    found = [spec["target"]] if "target" in spec else spec.get("targets") or []
    lines = [str(target) for target in found[:TARGETS_SHOWN]]
    if len(found) > TARGETS_SHOWN:
        lines.append(_("and %(count)d more") % {"count": len(found) - TARGETS_SHOWN})
    return format_html_join("", '<span class="mono data-table__sub">{}</span>', ((line,) for line in lines)) or NONE


def _tags(row: Entity, source: Source) -> SafeString:
    if not row.tags:
        return NONE
    shown, others = row.tags[:TAGS_SHOWN], row.tags[TAGS_SHOWN:]
    queries = ((urlencode({"kind": source.kind, "tag": tag}), tag) for tag in shown)
    items = format_html_join("", '<li><a href="?{}">{}</a></li>', queries)
    more = format_html('<li><span class="tag tag--more" title="{}">+{}</span></li>', ", ".join(others), len(others))
    return format_html('<ul class="tags">{}{}</ul>', items, more if others else "")


CELLS: dict[str, Callable[[Entity, Source], SafeString]] = {
    "system": _system,
    "owner": _owner,
    "type": _text("type"),
    "lifecycle": _text("lifecycle"),
    "namespace": _text("namespace"),
    "targets": _targets,
    "tags": _tags,
    **{column: _relation(column) for column in RELATIONS},
}
