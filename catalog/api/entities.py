"""Reads of entities, all at once or by what names them (P01, P04, P06, P07)."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from catalog import refs
from catalog.api import parameters, pieces
from catalog.api.http import InputError, NotFoundError, array, reads, ready
from catalog.query import cursors, filters, queries
from catalog.query.editions import Edition
from catalog.query.ordering import OrderField, Ordering, Position
from catalog.query.projection import Projection
from catalog.query.queries import EntityQuery, Part

MOST_REFS = 1000
PURPOSE = "entities"


@reads
def listing(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """Every entity that matches, or a page of them with the address of the next one in `Link`."""
    params = request.GET
    query = EntityQuery(filters.parse(parameters.strings(params, "filter")), _ordering(request))
    projection = Projection.parse(parameters.strings(params, "fields"))
    limit = parameters.page_size(params.get("limit"))
    offset = parameters.number(params.get("offset"), "offset") or 0
    if limit is None and "after" not in params:
        return _everything(edition, query, projection, offset)
    position = None
    if "after" in params:
        position, limit = _after(params["after"], edition, query, limit)
    limit = limit or parameters.DEFAULT_PAGE
    page = queries.page(edition, query, Part(limit, 0 if position else offset, position))
    response = pieces.listed(map(projection.apply, page.documents), count=page.count)
    if page.has_more and page.last:
        response["Link"] = f'<{_next_address(request, edition, query, page.last, limit)}>; rel="next"'
    return response


def _ordering(request: HttpRequest) -> Ordering:
    fields = []
    for item in parameters.strings(request.GET, "order"):
        direction, colon, field = item.partition(":")
        if not colon or direction not in ("asc", "desc") or not field:
            raise InputError(f'Invalid order parameter "{item}", expected "<asc or desc>:<field name>"')
        fields.append(OrderField.read(field, direction))
    return Ordering.of(fields)


def _everything(edition: Edition, query: EntityQuery, projection: Projection, offset: int) -> HttpResponseBase:
    documents = map(projection.apply, queries.everything(edition, query, offset=offset))
    return pieces.listed(documents, count=queries.total(edition, query))


def _digest(query: EntityQuery) -> str:
    question = json.dumps([query.filter.to_json(), query.ordering.to_json()])
    return hashlib.sha256(question.encode()).hexdigest()[:16]


def _after(cursor: str, edition: Edition, query: EntityQuery, limit: int | None) -> tuple[Position, int]:
    """Return where the page before ended, and how many entities it had at most."""
    content = cursors.decode(cursor, reader=edition.actor.ref, purpose=PURPOSE)
    if content.get("question") != _digest(query):
        raise InputError("Malformed after cursor, it was made for another query")
    *values, ref = content["orderFieldValues"]
    return Position(tuple(values), ref), limit or content["limit"]


def _next_address(request: HttpRequest, edition: Edition, query: EntityQuery, last: Position, limit: int) -> str:
    params = request.GET.copy()
    params.pop("offset", None)
    content = {"limit": limit, "orderFieldValues": [*last.values, last.ref], "question": _digest(query)}
    params["after"] = cursors.encode(content, reader=edition.actor.ref, purpose=PURPOSE)
    return f"{request.path}?{params.urlencode()}"


@reads
def by_name(request: HttpRequest, edition: Edition, *, kind: str, namespace: str, name: str) -> HttpResponseBase:
    """One entity by what its reference says."""
    document = queries.by_ref(edition, str(refs.EntityRef(kind, namespace, name)))
    if document is None:
        raise NotFoundError(f"No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'")
    return ready(document)


@reads
def by_uid(request: HttpRequest, edition: Edition, *, uid: str) -> HttpResponseBase:
    """One entity by its uid."""
    try:
        document = edition.entities.filter(uid=UUID(uid)).values_list("document", flat=True).first()
    except ValueError:
        document = None
    if document is None:
        raise NotFoundError(f"No entity with uid {uid}")
    return ready(document)


@reads
def by_refs(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """The entities of a list of references, in its order, null for those that are not there."""
    content = parameters.body(request)
    if "entityRefs" not in content:
        raise InputError('Malformed request body: "entityRefs" is missing')
    wanted = [_full_ref(ref) for ref in parameters.text_list(content, "entityRefs")]
    if len(wanted) > MOST_REFS:
        raise InputError(f"Too many entityRefs; at most {MOST_REFS} are read at once")
    found = queries.by_refs(edition, wanted, _filter_of_both(request, content))
    fields = [*parameters.text_list(content, "fields"), *parameters.strings(request.GET, "fields")]
    projection = Projection.parse(fields)
    texts = (projection.apply(found[ref]) if ref in found else "null" for ref in wanted)
    return ready(f'{{"items":{array(texts)}}}')


def _filter_of_both(request: HttpRequest, content: dict[str, Any]) -> filters.EntityFilter:
    written = filters.parse(parameters.strings(request.GET, "filter"))
    return written & filters.from_query(content["query"]) if "query" in content else written


def _full_ref(text: str) -> str:
    """Return `text` as references are kept; one that is none is kept as it is, and finds nothing."""
    try:
        return str(refs.parse(text))
    except refs.RefError:
        return text
