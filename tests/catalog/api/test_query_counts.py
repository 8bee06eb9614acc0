"""An answer of thirty entities takes as many statements as one of three."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Entity
from catalog.query.filters import EntityFilter
from catalog.query.kept import shelf
from catalog.query.predicates import Equals, Not
from tests.catalog.factories import make_entities

COMPONENT = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: c%d, tags: [java]}
spec: {type: service, lifecycle: production, owner: shop}
"""
MOST = 7
PATHS: dict[str, tuple[str, dict[str, Any]]] = {
    "everything": ("/entities", {}),
    "a page": ("/entities", {"limit": 2, "filter": "kind=component,metadata.tags=java"}),
    "by query": ("/entities/by-query", {"limit": 100, "filter": "kind=component", "orderField": "spec.type,asc"}),
    "full text": ("/entities/by-query", {"fullTextFilterTerm": "c", "filter": "metadata.tags.java=true"}),
    "facets": ("/entity-facets", {"facet": ["kind", "spec.type"], "filter": "kind=component"}),
    "locations": ("/locations", {}),
}


def statements(ask):
    # The first request of a token in a minute notes that it was used.
    ask()
    shelf.clear()
    with CaptureQueriesContext(connection) as captured:
        assert ask().status_code == 200
    return len(captured)


@pytest.fixture
def grow(db):
    """Makes the catalog have this many components, each from a location of its own."""

    def grow(count):
        for number in range(count):
            make_entities(COMPONENT % number, target=f"/test/{number}.yaml")

    return grow


@pytest.mark.parametrize("name", PATHS)
def test_statements_do_not_grow_with_the_catalog(api, grow, name):
    path, params = PATHS[name]
    grow(3)
    few = statements(lambda: api.get(path, **params))
    grow(30)
    assert statements(lambda: api.get(path, **params)) == few <= MOST


def test_statements_do_not_grow_with_the_references_asked_for(api, grow):
    grow(30)
    refs = [f"component:default/c{number}" for number in range(30)]
    few = statements(lambda: api.post("/entities/by-refs", {"entityRefs": refs[:3]}))
    assert statements(lambda: api.post("/entities/by-refs", {"entityRefs": refs})) == few == 3


def test_what_has_not_changed_takes_the_token_and_the_revision(api, grow):
    grow(3)
    etag = api.get("/entities").headers["ETag"]
    headers = {"if-none-match": etag}
    with CaptureQueriesContext(connection) as captured:
        assert api.client.get("/api/catalog/entities", headers=headers).status_code == 304
    assert len(captured) == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite makes no join of EXISTS")
@pytest.mark.parametrize("predicate", [Equals("spec.type", ("service",)), Not(Equals("spec.type", ("service",)))])
def test_a_walk_looks_at_the_facets_of_each_entity_that_it_passes(db, predicate):
    """A join would collect the facets of all entities before the first of them is shown."""
    found = EntityFilter(predicate).apply(Entity.objects.all(), is_broad=True).order_by("ref")[:21]
    plan = found.explain()
    assert "SubPlan" in plan
    assert not re.search("Join|Nested Loop|Aggregate", plan)
