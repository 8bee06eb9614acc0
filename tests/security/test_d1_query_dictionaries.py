"""D1: nothing that a request names becomes a name in a query; odd keys are refused or match nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from catalog.models import Entity
from catalog.query import filters
from catalog.query.ordering import OrderField, Ordering
from tests.catalog.api.conftest import Api, api, shared_shop, shop

__all__ = ["api", "shared_shop", "shop"]
pytestmark = [pytest.mark.usefixtures("shop")]
COLUMNS = ["pk", "id", "ref", "source", "document", "search_text", "etag", "location_id"]
ODD = [
    *COLUMNS,
    "kind__in",
    "location__target__contains",
    "descriptor__file__text",
    "facets__key__key",
    "_connector",
    "kind' OR '1'='1",
    'kind" --',
    "order_0",
    "?",
    "-kind",
    "*",
    "__class__",
    "kind.__class__",
    "{0.__class__}",
    "%s",
    "%(kind)s",
    "a" * 5000,
    "\N{RIGHT-TO-LEFT OVERRIDE}kind",
]
ASK: dict[str, Callable[[Api, str], Any]] = {
    "filter": lambda api, key: api.get("/entities", filter=f"{key}=x"),
    "exists": lambda api, key: api.get("/entities", filter=key),
    "predicate": lambda api, key: api.post("/entities/by-query", {"query": {key: "x"}}),
    "facet": lambda api, key: api.get("/entity-facets", facet=key),
    "full text": lambda api, key: api.get("/entities/by-query", fullTextFilterTerm="e", fullTextFilterFields=key),
}


@pytest.mark.parametrize("where", ASK)
@pytest.mark.parametrize("key", ODD)
def test_d1_an_odd_key_is_400_or_matches_nothing(api, where, key):
    response = ASK[where](api, key)
    assert response.status_code in (200, 400)
    assert "Checkout" not in response.content.decode()
    assert '"count"' not in response.content.decode()


@pytest.mark.parametrize("key", ODD)
def test_d1_an_order_by_an_odd_key_is_the_order_by_a_field_that_nothing_has(api, key):
    ordered = api.get("/entities/by-query", orderField=f"{key.replace(',', '')},desc")
    plain = api.get("/entities/by-query")
    assert ordered.status_code == 200
    assert ordered.json()["items"] == plain.json()["items"]


@pytest.mark.parametrize("key", ODD)
def test_d1_the_text_of_the_statement_does_not_depend_on_the_key(key):
    assert statement(key) == statement("spec.nothing")


def statement(key):
    """Return the SQL, without its values, of a list that is filtered and ordered by `key`."""
    found = filters.parse([f"{key}=x"]).apply(Entity.objects.all())
    return Ordering.of([OrderField.read(key, "asc")]).apply(found).query.sql_with_params()[0]
