"""`/locations/by-query`: registered locations that match a predicate, page by page (P11)."""

from __future__ import annotations

from django.db.models import Q
from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.api import locations, parameters
from catalog.api.http import InputError, answer, requires
from catalog.query import cursors, filters
from catalog.query.matching import NOTHING
from catalog.query.predicates import AllOf, AnyOf, Equals, Exists, HasPrefix, Not, Predicate, Term

PURPOSE = "locations"
# What can be asked of a location, and how it is compared.
EQUALS = {"type": "type__iexact", "target": "target__iexact"}
PREFIXES = {"type": "type__istartswith", "target": "target__istartswith"}


@requires(Act.READ_CATALOG)
def by_query(request: PortalRequest) -> HttpResponseBase:
    """Registered locations in the order in which they came."""
    content = parameters.body(request)
    limit = parameters.page_size(content.get("limit"), default=parameters.DEFAULT_PAGE) or parameters.DEFAULT_PAGE
    query, after = filters.ALL, 0
    if content.get("cursor") is not None:
        query, after = _continued(content["cursor"], request)
    elif content.get("query") is not None:
        query = filters.from_query(content["query"])
    found = locations.registered().filter(_condition(query.predicate))
    rows = list(found.filter(pk__gt=after).order_by("pk")[: limit + 1])
    page_info = {}
    if len(rows) > limit:
        place = {"query": query.to_json(), "afterId": rows[limit - 1].pk}
        page_info["nextCursor"] = cursors.encode(place, reader=request.actor.ref, purpose=PURPOSE)
    items = [locations.shape_of(row) for row in rows[:limit]]
    return answer({"items": items, "totalItems": found.count(), "pageInfo": page_info})


def _continued(cursor: object, request: PortalRequest) -> tuple[filters.EntityFilter, int]:
    if not isinstance(cursor, str) or not cursor:
        raise InputError("Cursor cannot be empty")
    content = cursors.decode(cursor, reader=request.actor.ref, purpose=PURPOSE)
    return filters.from_query(content["query"]), content["afterId"]


def _condition(predicate: Predicate) -> Q:
    if isinstance(predicate, Not):
        return ~_condition(predicate.part)
    if isinstance(predicate, AllOf):
        return Q(*map(_condition, predicate.parts)) if predicate.parts else ~NOTHING
    if isinstance(predicate, AnyOf):
        return Q(*map(_condition, predicate.parts), _connector=Q.OR) if predicate.parts else NOTHING
    return _term(predicate)


def _term(term: Term) -> Q:
    """Return the condition on a field; of those that a location does not have, none is like anything."""
    if isinstance(term, Exists):
        return ~NOTHING if (term.key in EQUALS) is term.is_there else NOTHING
    if isinstance(term, HasPrefix):
        return Q((PREFIXES[term.key], term.prefix)) if term.key in PREFIXES else NOTHING
    return _equals(term)


def _equals(term: Equals) -> Q:
    if term.key == "id":
        return Q(pk__in=[int(value) for value in term.values if value.isascii() and value.isdecimal()])
    if term.key not in EQUALS or not term.values:
        return NOTHING
    return Q(*(Q((EQUALS[term.key], value)) for value in term.values), _connector=Q.OR)
