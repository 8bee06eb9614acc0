"""`/entity-facets`: the values of fields and how often they occur (P08)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from catalog.api import parameters
from catalog.api.http import InputError, answer, reads
from catalog.query import counts, filters
from catalog.query.editions import Edition
from catalog.query.predicates import MOST_TERMS, is_storable


@reads
def by_address(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The facets and filters are in the address."""
    wanted = parameters.strings(request.GET, "facet")
    return _respond(edition, wanted, filters.parse(parameters.strings(request.GET, "filter")))


@reads
def by_body(request: HttpRequest, edition: Edition) -> HttpResponse:
    """The facets are in the body, with a predicate instead of filters."""
    content = parameters.body(request)
    query = content.get("query")
    return _respond(
        edition, parameters.text_list(content, "facets"), filters.ALL if query is None else filters.from_query(query)
    )


def _respond(edition: Edition, wanted: list[str], entity_filter: filters.EntityFilter) -> HttpResponse:
    fields = list(dict.fromkeys(filter(None, wanted)))
    if not fields:
        raise InputError("Missing facet parameter")
    if len(fields) > MOST_TERMS or not all(map(is_storable, fields)):
        raise InputError(f"Invalid facet parameter; at most {MOST_TERMS} names of fields are read")
    found = counts.facets(edition, fields, entity_filter)
    return answer(
        {
            "facets": {
                field: [{"value": each.value, "count": each.count} for each in values]
                for field, values in found.items()
            }
        }
    )
