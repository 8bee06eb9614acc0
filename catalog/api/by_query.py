"""`/entities/by-query`: pages with a cursor for the next and the one before, by GET and by POST (P02, P03)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from catalog.api import parameters, pieces
from catalog.api.http import InputError, reads
from catalog.query import cursors, filters, queries
from catalog.query.editions import Edition
from catalog.query.ordering import OrderField, Ordering, Position
from catalog.query.predicates import MOST_TERMS
from catalog.query.projection import Projection
from catalog.query.queries import EntityQuery, Page, Part, TextFilter

TOTAL_ITEMS = ("include", "exclude")
LONGEST_TERM = 200
PURPOSE = "by-query"


@dataclass(frozen=True)
class Reading:
    """What one request reads: a question, and from where on. `total` and `first` are set from the second page on."""

    query: EntityQuery
    limit: int
    projection: Projection
    offset: int = 0
    counts: bool = True
    position: Position | None = None
    backwards: bool = False
    total: int | None = None
    first: str | None = None


@reads
def by_address(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """The question is in the address (P02)."""
    params = request.GET
    projection = Projection.parse(parameters.strings(params, "fields"))
    limit = _limit(params.get("limit"))
    question = _question_in_address(request)
    if params.get("cursor"):
        return _respond(edition, _continued(params["cursor"], edition, limit, projection, question))
    reading = Reading(
        question or EntityQuery(),
        limit,
        projection,
        offset=parameters.number(params.get("offset"), "offset") or 0,
        counts=parameters.choice(params.get("totalItems"), "totalItems", TOTAL_ITEMS) == "include",
    )
    return _respond(edition, reading)


@reads
def by_body(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """The question is in the body, with a predicate instead of filters (P03)."""
    content = parameters.body(request)
    projection = Projection.parse(parameters.text_list(content, "fields"))
    limit = _limit(content.get("limit"))
    question = _question_in_body(content)
    if content.get("cursor") is not None:
        if not isinstance(content["cursor"], str) or not content["cursor"]:
            raise InputError("Cursor cannot be empty")
        return _respond(edition, _continued(content["cursor"], edition, limit, projection, question))
    reading = Reading(
        question or EntityQuery(),
        limit,
        projection,
        offset=parameters.number(content.get("offset"), "offset") or 0,
        counts=parameters.choice(content.get("totalItems"), "totalItems", TOTAL_ITEMS) == "include",
    )
    return _respond(edition, reading)


def _limit(value: object) -> int:
    # A page of none is asked for by whoever wants the total alone.
    limit = parameters.page_size(value, default=parameters.DEFAULT_PAGE, least=0)
    return parameters.DEFAULT_PAGE if limit is None else limit


def _question_in_address(request: HttpRequest) -> EntityQuery | None:
    """Return what the address asks for; None when it asks for nothing in particular."""
    params = request.GET
    ordering = []
    for item in parameters.strings(params, "orderField"):
        field, comma, direction = item.partition(",")
        ordering.append(OrderField.read(field, direction if comma else "asc"))
    searched = [each for value in parameters.strings(params, "fullTextFilterFields") for each in value.split(",")]
    query = EntityQuery(
        filters.parse(parameters.strings(params, "filter")),
        Ordering.of(ordering),
        _text_filter(params.get("fullTextFilterTerm", ""), searched),
    )
    return None if query == EntityQuery() else query


def _question_in_body(content: dict[str, Any]) -> EntityQuery | None:
    order_by = content.get("orderBy") or []
    order_by = order_by if isinstance(order_by, list) else [order_by]
    if not all(isinstance(each, Mapping) for each in order_by):
        raise InputError('Malformed request body: "orderBy" must be a list of {"field", "order"}')
    text = content.get("fullTextFilter") or {}
    if not isinstance(text, dict) or not isinstance(text.get("term") or "", str):
        raise InputError('Malformed request body: "fullTextFilter" must be {"term", "fields"}')
    query = EntityQuery(
        filters.from_query(content["query"]) if content.get("query") is not None else filters.ALL,
        Ordering.of(OrderField.read(each.get("field"), each.get("order")) for each in order_by),
        _text_filter(text.get("term") or "", parameters.text_list(text, "fields")),
    )
    return None if query == EntityQuery() else query


def _text_filter(term: str, fields: list[str]) -> TextFilter | None:
    term = term.strip().lower()
    if len(term) > LONGEST_TERM or "\0" in term:
        raise InputError(f"Invalid full text filter, must be a text of at most {LONGEST_TERM} signs")
    names = tuple(dict.fromkeys(field.strip().lower() for field in fields if field.strip()))
    if len(names) > MOST_TERMS:
        raise InputError("Invalid full text filter, it names too many fields")
    return TextFilter(term, names) if term else None


def _continued(
    cursor: str, edition: Edition, limit: int, projection: Projection, question: EntityQuery | None
) -> Reading:
    """Return what the page at `cursor` holds; a question beside it must be the cursor's own."""
    content = cursors.decode(cursor, reader=edition.actor.ref, purpose=PURPOSE)
    text = content.get("fullTextFilter")
    query = EntityQuery(
        filters.from_query(content["query"]) if "query" in content else filters.ALL,
        Ordering.of(OrderField.read(each["field"], each["order"]) for each in content["orderFields"]),
        _text_filter(text["term"], text.get("fields", [])) if text else None,
    )
    if question is not None and _as_json(question) != _as_json(query):
        raise InputError("Malformed cursor, it was made for another query")
    *values, ref = content["orderFieldValues"]
    return Reading(
        query,
        limit,
        projection,
        position=Position(tuple(values), ref),
        backwards=content["isPrevious"],
        total=content["totalItems"],
        first=content["firstSortFieldValues"][-1],
    )


def _respond(edition: Edition, reading: Reading) -> HttpResponseBase:
    total = reading.total
    if total is None:
        total = queries.total(edition, reading.query) if reading.counts else 0
    page = Page([])
    if reading.limit:
        part = Part(reading.limit, reading.offset, reading.position, reading.backwards)
        page = queries.page(edition, reading.query, part)
    links = json.dumps(_links(edition, reading, page, total), separators=(",", ":"))
    after = f',"totalItems":{total},"pageInfo":{links}}}'
    documents = map(reading.projection.apply, page.documents)
    return pieces.listed(documents, count=page.count, before='{"items":', after=after)


def _links(edition: Edition, reading: Reading, page: Page, total: int) -> dict[str, str]:
    """Return the cursors of the page after this one and of the one before it, where there are such pages."""
    if page.first is None or page.last is None:
        return {}
    base: dict[str, Any] = {
        **_as_json(reading.query),
        "firstSortFieldValues": [reading.first or page.first.ref],
        "totalItems": total,
    }
    links = {}
    if reading.backwards or page.has_more:
        links["nextCursor"] = _cursor(edition, base, page.last, is_previous=False)
    if reading.first is not None and page.first.ref != reading.first and (page.has_more or not reading.backwards):
        links["prevCursor"] = _cursor(edition, base, page.first, is_previous=True)
    return links


def _cursor(edition: Edition, base: dict[str, Any], position: Position, *, is_previous: bool) -> str:
    content = {**base, "orderFieldValues": [*position.values, position.ref], "isPrevious": is_previous}
    return cursors.encode(content, reader=edition.actor.ref, purpose=PURPOSE)


def _as_json(query: EntityQuery) -> dict[str, Any]:
    content: dict[str, Any] = {"orderFields": query.ordering.to_json()}
    if not query.filter.is_empty:
        content["query"] = query.filter.to_json()
    if query.text:
        content["fullTextFilter"] = query.text.to_json()
    return content
