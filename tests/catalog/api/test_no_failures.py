"""Whatever is asked, the API answers or refuses; it never fails."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.catalog.api.conftest import ROOT

pytestmark = pytest.mark.usefixtures("shop")
QUIET = settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

words = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "kind",
            "kind=component",
            "asc:kind",
            "kind,desc",
            "metadata.name",
            "1",
            "0",
            "-1",
            "9" * 30,
            "1e3",
            "true",
            "",
            "%00",
            "\0",
        ]
    ),
)
params = st.dictionaries(
    st.sampled_from(
        [
            *("filter", "fields", "order", "orderField", "limit", "offset", "after", "cursor", "totalItems", "facet"),
            *("fullTextFilterTerm", "fullTextFilterFields", "term", "types[]", "pageLimit", "pageCursor"),
            *("filters[kind]", "filters[]", "filters[owner][]"),
        ]
    ),
    st.lists(words, min_size=1, max_size=3),
    max_size=5,
)
keys = st.sampled_from(
    [
        *(
            "query",
            "filter",
            "fields",
            "limit",
            "offset",
            "cursor",
            "orderBy",
            "fullTextFilter",
            "totalItems",
            "facets",
        ),
        *("entityRefs", "entityRef", "entity", "location", "type", "target", "presence", "kind", "metadata.name"),
        *("$all", "$any", "$not", "$in", "$exists", "$contains", "$hasPrefix", "term", "field", "order"),
    ]
)
values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words)
bodies = st.recursive(
    values,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.one_of(keys, words), inner, max_size=4)),
    max_leaves=12,
)
GETS = [
    *(f"{ROOT}/entities", f"{ROOT}/entities/by-query", f"{ROOT}/entity-facets", f"{ROOT}/locations"),
    "/api/search/query",
]
POSTS = ["entities/by-query", "entities/by-refs", "entity-facets", "locations/by-query", "validate-entity", "nothing"]


@pytest.mark.parametrize("path", GETS)
@given(params=params)
@QUIET
def test_no_question_in_an_address_is_a_5xx(api, path, params):
    assert api.client.get(path, params).status_code in (200, 400)


@pytest.mark.parametrize("path", POSTS)
@given(body=bodies)
@example(body={"query": {"kind": {"$in": [float("inf"), 1e400, -0.0, 2**70]}}})
@QUIET
def test_no_body_is_a_5xx(api, path, body):
    response = api.client.post(f"{ROOT}/{path}", json.dumps(body), content_type="application/json")
    assert response.status_code in (200, 400, 404)


@given(body=st.binary(max_size=200))
@QUIET
def test_no_bytes_are_a_5xx(api, body):
    response = api.client.post(f"{ROOT}/entities/by-refs", body, content_type="application/json")
    assert response.status_code == 400


@given(parts=st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=4))
@QUIET
def test_no_path_is_a_5xx(api, parts):
    for path in ("entities/by-name", "entities/by-uid", "locations", "locations/by-entity"):
        address = f"{ROOT}/{path}/" + "/".join(parts)
        assert api.client.get(address).status_code in (200, 404)
