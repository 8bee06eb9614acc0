"""Backstage's search API over the catalog (D02)."""

import base64
import json

import pytest
from django.test import Client

from accounts.roles import Role
from catalog.search import index
from catalog.search.rows import Entry
from tests.catalog.factories import make_entities

LEDGER = {"entity_ref": "component:default/ledger", "owner_ref": "group:default/money"}
MANY = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: "c-{number}"}}
spec: {{type: service, lifecycle: production, owner: shop}}
"""
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
    first = ask(term="c", pageLimit=2)
    assert first.json()["numberOfResults"] > 2
    assert "previousPageCursor" not in first.json()
    cursor = first.json()["nextPageCursor"]
    assert json.loads(base64.b64decode(cursor))["offset"] == 2
    second = ask(term="c", pageLimit=2, pageCursor=cursor)
    assert not set(titles(first)) & set(titles(second))
    assert second.json()["results"][0]["rank"] == 3
    back = ask(term="c", pageLimit=2, pageCursor=second.json()["previousPageCursor"])
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
        ({"term": "100%"}, ["ledger"]),
        ({"term": "%"}, []),
        ({"term": "take money"}, ["The checkout"]),
        ({"term": "tag:java kind:component"}, ["The checkout", "Website"]),
        ({"term": "web", "filters[owner]": "money"}, []),
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


def test_d02_a_cursor_is_for_its_reader_and_question(ask, make_api):
    cursor = ask(term="c", pageLimit=2).json()["nextPageCursor"]
    assert ask(term="l", pageLimit=2, pageCursor=cursor).status_code == 400
    assert ask(term="c", pageLimit=2, pageCursor=cursor, **{"types[]": "techdocs"}).status_code == 400
    assert make_api(team="group:default/shop").client.get(PATH, {"term": "c", "pageCursor": cursor}).status_code == 400


def test_d02_docs_are_techdocs_with_the_passage(ask):
    text = "word " * 1000 + "needle in the docs"
    index.put([Entry("docs", "component:default/ledger#how/to.md", "How to", "/docs/x/", text=text, **LEDGER)])
    answer = ask(term="needle", **{"types[]": "techdocs"}).json()
    result = answer["results"][0]
    document = result["document"]
    assert (answer["numberOfResults"], result["type"], document["location"]) == (1, "techdocs", "/docs/x/")
    assert (document["path"], document["entityTitle"], document["kind"]) == ("how/to.md", "ledger", "Component")
    assert "needle in the docs" in document["text"]
    assert len(document["text"]) < 1100
    assert titles(ask(term="needle", **{"filters[kind]": "api"})) == []
    assert titles(ask(term="needle", **{"filters[kind]": "component"})) == ["How to"]


def test_d02_docs_change_the_answer_at_once(ask):
    first = ask(term="needle")
    index.put([Entry("docs", "component:default/ledger#a.md", "Needle", "/docs/a/", **LEDGER)])
    second = ask(term="needle")
    assert first.headers["ETag"] != second.headers["ETag"]
    assert titles(second) == ["Needle"]
    index.remove("docs", ["component:default/ledger#a.md"])
    assert titles(ask(term="needle")) == []


def test_d02_runs_are_not_answered(make_api):
    index.put([Entry("run", "1", "Needle", "/run/1", owner_ref="group:default/shop")])
    for api in (make_api(role=Role.ADMIN), make_api(team="group:default/shop")):
        assert api.client.get(PATH, {"term": "needle"}).json()["numberOfResults"] == 0


def test_d02_a_result_marks_the_beginning_of_words_in_any_case(ask):
    highlight = ask(term="CHECK").json()["results"][0]["highlight"]
    assert highlight["fields"]["title"] == f"The {highlight['preTag']}check{highlight['postTag']}out"


def test_d02_a_machine_has_ten_times_the_searches_of_a_person(ask, settings):
    settings.WAYMARK = {**settings.WAYMARK, "search": {"per_minute": 1}}
    assert {ask(term="ledger").status_code for _ in range(10)} == {200}
    refused = ask(term="ledger")
    assert (refused.status_code, refused.json()["error"]["name"]) == (429, "TooManyRequestsError")
    assert refused.headers["Retry-After"] == "60"


def test_d02_takes_the_same_few_statements_for_3_and_for_30(ask, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert len(titles(ask(term="c"))) >= 2
    make_entities("---".join(MANY.format(number=number) for number in range(30)))
    with django_assert_max_num_queries(12):
        assert len(titles(ask(term="c", pageLimit=100))) >= 30
