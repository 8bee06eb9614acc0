"""`/api/search/query`: Backstage's search API over what everybody finds who reads the catalog (D02)."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.http.response import HttpResponseBase

from accounts import limits
from accounts.http import PortalRequest
from catalog import refs, search
from catalog.api import parameters
from catalog.api.http import InputError, TooManyRequestsError, answer, reads
from catalog.models import SearchEntry
from catalog.query import cursors, filters
from catalog.query.editions import Edition
from catalog.search import entry_types, marks
from catalog.search.asking import BY_TITLE, Asked
from catalog.search.rows import ENTITY

LONGEST_TERM = 100
DEFAULT_LIMIT, MOST_ON_A_PAGE = 25, 100
# Signs of the text of a page of docs that a result carries.
LONGEST_TEXT = 1_000
LAST_RESULT = 100_000
MACHINE_FACTOR = 10
# Columns of the entity that no result needs.
LEFT_OUT = ("entity__source", "entity__search_text", "entity__description", "entity__tags")
# What a result may be narrowed by, and where the catalog keeps it.
FIELDS = {
    "kind": "kind",
    "namespace": "metadata.namespace",
    "name": "metadata.name",
    "type": "spec.type",
    "componentType": "spec.type",
    "lifecycle": "spec.lifecycle",
    "owner": "relations.ownedBy",
}
NAMED = re.compile(r"(?P<name>\w+)\[(?P<field>\w*)\](?:\[\d*\])?", re.ASCII)


@reads
def query(request: PortalRequest, edition: Edition) -> HttpResponseBase:
    """A page of what a term finds, the best first; without a term, of everything by title."""
    _count_in(request)
    params = request.GET
    term = parameters.text(params, "term", longest=LONGEST_TERM)
    limit = parameters.number(params.get("pageLimit"), "pageLimit", least=1) or DEFAULT_LIMIT
    if limit > MOST_ON_A_PAGE:
        raise InputError(f"Invalid pageLimit, at most {MOST_ON_A_PAGE} results are on a page")
    types, narrowed = _named(params)
    question = json.dumps([term, sorted(types), narrowed.to_json()])
    offset = _offset(params.get("pageCursor"), edition, question)
    asked = _asked(edition, term, types, narrowed)
    total = edition.cached(["search", question], asked.total) if asked.types else 0
    numbers = asked.page(limit, offset, total=total) if asked.types else []
    content = {"results": _results(numbers, asked, offset), "numberOfResults": total}
    if total > offset + limit:
        content["nextPageCursor"] = _cursor(offset + limit, edition, question)
    if offset:
        content["previousPageCursor"] = _cursor(max(0, offset - limit), edition, question)
    return answer(content)


def _count_in(request: PortalRequest) -> None:
    # Many people may stand behind one token.
    most = settings.WAYMARK["search"]["per_minute"] * (MACHINE_FACTOR if request.actor.kind == "token" else 1)
    if not limits.take("search", request.actor, request, most=most):
        raise TooManyRequestsError("That were too many searches within a minute. Wait a minute and search again.")


def _asked(edition: Edition, term: str, types: set[str], narrowed: filters.EntityFilter) -> Asked:
    """Return what is asked; of types that we don't have nothing is."""
    ours = {each.id: each.backstage for each in entry_types.all_types() if each.backstage and each.visible is None}
    wanted = tuple(sorted(id_ for id_, name in ours.items() if not types or name in types))
    among = Q() if narrowed.is_empty else Q(entity__in=narrowed.apply(edition.entities).order_by().values("ref"))
    asked = replace(search.ask(term, actor=edition.actor), types=wanted, among=among)
    return asked if term else replace(asked, sort=BY_TITLE, is_everything=True)


def _named(params: QueryDict) -> tuple[set[str], filters.EntityFilter]:
    """Return the types and the filter that `types[]=` and `filters[kind]=` name, in any way of writing lists."""
    types = set(parameters.strings(params, "types"))
    wanted: dict[str, list[str]] = {}
    for key in params:
        match = NAMED.fullmatch(key)
        if match is None:
            continue
        values = parameters.strings(params, key)
        if match["name"] == "types":
            types.update(values)
        elif match["name"] == "filters":
            field = FIELDS.get(match["field"])
            if field is None:
                raise InputError(f'Invalid filter "{match["field"]}", expected one of: {", ".join(FIELDS)}')
            wanted.setdefault(field, []).extend(map(_owner_ref, values) if match["field"] == "owner" else values)
    return types, filters.from_catalog_filter(wanted)


def _owner_ref(text: str) -> str:
    try:
        return str(refs.parse(text, default_kind="group"))
    except refs.RefError:
        return text


def _results(numbers: list[int], asked: Asked, offset: int) -> list[dict[str, Any]]:
    """Return the results with these numbers, in their order."""
    rows = SearchEntry.objects.for_listing().select_related("entity").defer(*LEFT_OUT).in_bulk(numbers)
    words = asked.question.marked
    tag = secrets.token_hex(8)  # that nobody can have written
    found = [rows[number] for number in numbers if number in rows]
    return [
        {"type": _type_name(row), "document": document, "rank": rank, "highlight": _highlight(document, words, tag)}
        for rank, row in enumerate(found, start=offset + 1)
        if (document := _document(row, words))
    ]


def _document(row: SearchEntry, words: Iterable[str]) -> dict[str, Any]:
    """Return what a result tells: of an entity what Backstage's own collator does, of docs the passage too."""
    location = row.get_absolute_url()
    if row.entity is None:
        return {"title": row.title, "text": marks.passage(row.text, words, LONGEST_TEXT), "location": location}
    entity = json.loads(row.entity.document)
    metadata, spec = entity["metadata"], entity.get("spec") or {}
    common = {
        "title": row.title,
        "location": location,
        "kind": entity["kind"],
        "namespace": metadata.get("namespace") or "default",
        "name": metadata["name"],
        "lifecycle": str(spec.get("lifecycle") or ""),
        "owner": row.entity.owner_ref,
        "authorization": {"resourceRef": row.entity.ref},
    }
    if row.type != ENTITY:
        passage = marks.passage(row.text, words, LONGEST_TEXT)
        path = row.key.partition("#")[2]
        return {**common, "text": passage, "path": path, "entityTitle": row.entity.title}
    type_ = str(spec.get("type") or "other")
    title = metadata.get("title") or metadata["name"]
    return {**common, "title": title, "text": row.text, "type": type_, "componentType": type_}


def _type_name(row: SearchEntry) -> str:
    found = entry_types.named(row.type)
    return found.backstage if found else row.type


def _highlight(document: Mapping[str, Any], words: Iterable[str], tag: str) -> dict[str, Any]:
    """Return title and text with the words between tags, where they have any."""
    before, after = f"<{tag}>", f"</{tag}>"
    fields = {}
    for name in ("title", "text"):
        pieces = marks.pieces(document[name], words)
        if any(is_hit for _, is_hit in pieces):
            fields[name] = "".join(f"{before}{text}{after}" if is_hit else text for text, is_hit in pieces)
    return {"preTag": before, "postTag": after, "fields": fields}


def _offset(cursor: str | None, edition: Edition, question: str) -> int:
    if not cursor:
        return 0
    offset = cursors.decode(cursor, reader=edition.actor.ref, purpose=f"search {question}").get("offset")
    if not isinstance(offset, int) or not 0 <= offset <= LAST_RESULT:
        raise InputError("Invalid pageCursor, there is no such page")
    return offset


def _cursor(offset: int, edition: Edition, question: str) -> str:
    return cursors.encode({"offset": offset}, reader=edition.actor.ref, purpose=f"search {question}")
