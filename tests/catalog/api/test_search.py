"""Backstage's search API over the catalog (D02)."""

import base64

import pytest
from django.test import Client

PATH = "/api/search/query"
pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def ask(api):
    return lambda **params: api.client.get(PATH, params)


def titles(response):
    return [each["document"]["title"] for each in response.json()["results"]]


def test_d02_a_result_tells_what_and_where_it_is(ask):
    result = ask(term="money").json()["results"][0]
    highlight = result.pop("highlight")
    assert result == {
        "type": "software-catalog",
        "rank": 1,
        "document": {
            "title": "The checkout",
            "text": "Takes the money",
            "location": "/catalog/component/default/checkout/",
            "kind": "Component",
            "namespace": "default",
            "name": "Checkout",
            "type": "service",
            "componentType": "service",
            "lifecycle": "production",
            "owner": "group:default/shop",
            "authorization": {"resourceRef": "component:default/checkout"},
        },
    }
    before, after = highlight["preTag"], highlight["postTag"]
    assert highlight["fields"] == {"text": f"Takes the {before}money{after}"}


def test_d02_pages_are_walked_with_cursors(ask):
    first = ask(term="e", pageLimit=2)
    assert first.json()["numberOfResults"] > 2
    assert "previousPageCursor" not in first.json()
    second = ask(term="e", pageLimit=2, pageCursor=first.json()["nextPageCursor"])
    assert not set(titles(first)) & set(titles(second))
    assert second.json()["results"][0]["rank"] == 3
    back = ask(term="e", pageLimit=2, pageCursor=second.json()["previousPageCursor"])
    assert titles(back) == titles(first)


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"filters[kind]": "Component"}, ["ledger", "The checkout", "Website"]),
        ({"filters[kind]": ["system", "group"]}, ["shop", "store"]),
        ({"filters[kind][]": ["system", "group"]}, ["shop", "store"]),
        ({"filters[kind][0]": "system", "filters[kind][1]": "group"}, ["shop", "store"]),
        ({"filters[type]": "website"}, ["Website"]),
        ({"filters[owner]": "shop", "filters[lifecycle]": "production"}, ["The checkout", "Website"]),
        ({"types[]": "software-catalog", "term": "ledger"}, ["ledger"]),
        ({"types[0]": "techdocs"}, []),
        ({"term": "nothing like it"}, []),
        ({"term": "%"}, ["ledger"]),
    ],
)
def test_d02_types_and_filters_narrow_in_every_way_of_writing_lists(ask, params, found):
    assert titles(ask(**params)) == found
    assert ask(**params).json()["numberOfResults"] == len(found)


def test_d02_without_a_term_everything_by_title(ask):
    assert len(titles(ask(pageLimit=100))) == ask().json()["numberOfResults"]


@pytest.mark.parametrize(
    "params",
    [
        {"term": "x" * 101},
        {"term": "a\0"},
        {"pageLimit": "101"},
        {"pageLimit": "0"},
        {"pageCursor": "nonsense"},
        {"pageCursor": base64.b64encode(b"-1").decode()},
        {"pageCursor": base64.b64encode(b"99999999").decode()},
        {"filters[password]": "x"},
        {"filters[kind]": [f"k{n}" for n in range(201)]},
    ],
)
def test_d02_what_cannot_be_read_is_400(ask, params):
    assert ask(**params).status_code == 400


def test_d02_anonymous_is_401():
    assert Client().get(PATH, {"term": "ledger"}).status_code == 401


def test_d02_hostile_text_stays_text(ask):
    assert ask(term="(((((a+)+)+").status_code == 200
    assert ask(term="<script>").json()["results"] == []
