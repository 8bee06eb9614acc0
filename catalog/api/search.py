"""`/api/search/query`: Backstage's search API over the entities of the catalog (D02)."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets
from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from catalog import refs, search
from catalog.api import parameters
from catalog.api.http import InputError, answer, reads
from catalog.models import Entity, EntityQuerySet
from catalog.query import filters
from catalog.query.editions import Edition

TYPE = "software-catalog"
LONGEST_TERM = 100
DEFAULT_LIMIT, MOST_ON_A_PAGE = 25, 100
LAST_PAGE = 10_000
# What a result may be narrowed by, and where the catalog keeps it.
FIELDS = {
    "kind": "kind",
    "namespace": "metadata.namespace",
    "type": "spec.type",
    "componentType": "spec.type",
    "lifecycle": "spec.lifecycle",
    "owner": "relations.ownedBy",
}
NAMED = re.compile(r"(?P<name>\w+)\[(?P<field>\w*)\](?:\[\d*\])?", re.ASCII)


@reads
def query(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """A page of what a term finds, the best first; without a term, of everything by title."""
    params = request.GET
    term = parameters.text(params, "term", longest=LONGEST_TERM)
    limit = parameters.number(params.get("pageLimit"), "pageLimit", least=1) or DEFAULT_LIMIT
    if limit > MOST_ON_A_PAGE:
        raise InputError(f"Invalid pageLimit, at most {MOST_ON_A_PAGE} results are on a page")
    page = _page_number(params.get("pageCursor"))
    types, narrowed = _named(params)
    found = _found(edition, term, narrowed) if TYPE in types or not types else Entity.objects.none()
    total = edition.cached(["search", term, sorted(types), narrowed.to_json()], found.order_by().count)
    rows = found.values_list("document", "ref")[page * limit : (page + 1) * limit]
    content: dict[str, Any] = {
        "results": [
            _result(json.loads(document), ref, rank, search.questions.read(term).marked)
            for rank, (document, ref) in enumerate(rows, start=page * limit + 1)
        ],
        "numberOfResults": total,
    }
    if total > (page + 1) * limit:
        content["nextPageCursor"] = _cursor(page + 1)
    if page:
        content["previousPageCursor"] = _cursor(page - 1)
    return answer(content)


def _found(edition: Edition, term: str, narrowed: filters.EntityFilter) -> EntityQuerySet:
    if term:
        return narrowed.apply(search.entities(term, actor=edition.actor))
    return narrowed.apply(edition.entities).order_by("sort_key", "ref")


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


def _result(entity: dict[str, Any], ref: str, rank: int, words: Iterable[str]) -> dict[str, Any]:
    metadata, spec = entity["metadata"], entity.get("spec") or {}
    title, description = metadata.get("title") or metadata["name"], metadata.get("description") or ""
    owners = [each["targetRef"] for each in entity.get("relations", ()) if each["type"] == "ownedBy"]
    parts = refs.parse(ref)
    document = {
        "title": title,
        "text": description,
        "location": f"/catalog/{parts.kind}/{parts.namespace}/{parts.name}/",
        "kind": entity["kind"],
        "namespace": metadata.get("namespace") or "default",
        "name": metadata["name"],
        "type": str(spec.get("type") or "other"),
        "componentType": str(spec.get("type") or "other"),
        "lifecycle": str(spec.get("lifecycle") or ""),
        "owner": owners[0] if owners else "",
        "authorization": {"resourceRef": ref},
    }
    return {"type": TYPE, "document": document, "rank": rank, "highlight": _highlight(title, description, words)}


def _highlight(title: str, text: str, words: Iterable[str]) -> dict[str, Any]:
    """Return title and text with the words between tags that nobody can have written."""
    tag = secrets.token_hex(8)
    before, after = f"<{tag}>", f"</{tag}>"
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))), re.IGNORECASE)
    fields = {}
    if pattern.pattern:
        fields = {
            name: pattern.sub(lambda match: f"{before}{match[0]}{after}", value)
            for name, value in (("title", title), ("text", text))
            if pattern.search(value)
        }
    return {"preTag": before, "postTag": after, "fields": fields}


def _page_number(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        digits = base64.b64decode(cursor, validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise InputError("Malformed pageCursor, unknown encoding") from error
    page = parameters.number(digits, "pageCursor") or 0
    if page > LAST_PAGE:
        raise InputError("Invalid pageCursor, there is no such page")
    return page


def _cursor(page: int) -> str:
    return base64.b64encode(str(page).encode()).decode("ascii")
