"""Pages with cursors, as `@backstage/catalog-client` walks through them (P02, P03)."""

import base64
import json

import pytest

from accounts.roles import Role
from catalog.models import Entity
from tests.catalog.api.conftest import Api, names
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.usefixtures("shop")
PATH = "/entities/by-query"
COMPONENTS = {"filter": "kind=component"}
GROUP = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: g%d}\nspec: {type: t, children: []}\n"


def cursor_of(response, which="nextCursor"):
    return response.json()["pageInfo"][which]


def test_p02_answers_items_total_and_page_info(api):
    response = api.get(PATH, filter="metadata.name=web")
    document = Entity.objects.get(name="web").document
    assert response.content.decode() == f'{{"items":[{document}],"totalItems":1,"pageInfo":{{}}}}'


def test_p02_walks_forward_and_back(api):
    first = api.get(PATH, limit=1, orderField="metadata.name,asc", **COMPONENTS)
    second = api.get(PATH, limit=1, cursor=cursor_of(first))
    third = api.get(PATH, limit=1, cursor=cursor_of(second))
    assert [*names(first), *names(second), *names(third)] == ["Checkout", "ledger", "web"]
    assert {response.json()["totalItems"] for response in (first, second, third)} == {3}
    assert set(first.json()["pageInfo"]) == {"nextCursor"}
    assert set(third.json()["pageInfo"]) == {"prevCursor"}
    back = api.get(PATH, limit=1, cursor=cursor_of(third, "prevCursor"))
    assert names(back) == ["ledger"]
    assert names(api.get(PATH, limit=1, cursor=cursor_of(back, "prevCursor"))) == ["Checkout"]
    assert names(api.get(PATH, limit=1, cursor=cursor_of(back))) == ["web"]


def test_p02_the_first_page_reached_by_going_back_has_none_before_it(api):
    first = api.get(PATH, limit=2, **COMPONENTS)
    second = api.get(PATH, limit=2, cursor=cursor_of(first))
    again = api.get(PATH, limit=2, cursor=cursor_of(second, "prevCursor"))
    assert names(again) == names(first)
    assert set(again.json()["pageInfo"]) == {"nextCursor"}


@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize("field", ["metadata.title", "spec.type", "metadata.tags", "kind", "metadata.uid", "nope"])
def test_p02_every_order_gives_each_entity_once(api, field, direction):
    response = api.get(PATH, limit=2, orderField=f"{field},{direction}")
    found = names(response)
    while "nextCursor" in response.json()["pageInfo"]:
        response = api.get(PATH, limit=2, cursor=cursor_of(response))
        found += names(response)
    assert sorted(map(str.lower, found)) == sorted(Entity.objects.values_list("name", flat=True))


def test_p02_orders_by_every_field_and_puts_those_without_last(api):
    order = ["spec.type,desc", "metadata.title,asc"]
    assert names(api.get(PATH, orderField=order, **COMPONENTS)) == ["web", "Checkout", "ledger"]
    assert names(api.get(PATH, orderField="metadata.title", **COMPONENTS)) == ["Checkout", "web", "ledger"]


def test_p02_a_page_of_none_tells_the_total(api):
    assert api.get(PATH, limit=0, **COMPONENTS).json() == {"items": [], "totalItems": 3, "pageInfo": {}}


def test_p02_the_total_can_be_left_out(api):
    response = api.get(PATH, limit=1, totalItems="exclude", **COMPONENTS)
    assert response.json()["totalItems"] == 0
    assert names(api.get(PATH, cursor=cursor_of(response))) == ["ledger", "web"]


def test_p02_offset_leaves_out_the_first_of_the_first_page(api):
    response = api.get(PATH, offset=1, limit=1, **COMPONENTS)
    assert names(response) == ["ledger"]
    assert names(api.get(PATH, cursor=cursor_of(response))) == ["web"]


def test_p02_a_page_is_as_long_as_was_asked_for(api):
    """The client's `streamEntities` asks for 500 at a time."""
    make_entities("---\n".join(GROUP % number for number in range(520)))
    first = api.get(PATH, limit=500, filter="kind=group")
    second = api.get(PATH, limit=500, cursor=cursor_of(first))
    assert [len(names(first)), len(names(second))] == [500, 21]


def test_p02_a_long_page_is_written_while_it_is_read_and_is_the_same(api, monkeypatch):
    make_entities("---\n".join(GROUP % number for number in range(30)))
    ask = {"filter": "kind=group", "limit": 25, "fields": "metadata.name"}
    whole = api.get(PATH, **ask)
    monkeypatch.setattr("catalog.api.pieces.MOST_IN_ONE_PIECE", 20)
    monkeypatch.setattr("catalog.query.queries.MOST_AT_ONCE", 20)
    monkeypatch.setattr("catalog.query.queries.CHUNK", 7)
    assert b"".join(api.get(PATH, **ask).streaming_content) == whole.content


def test_p02_a_limit_beyond_reason_gives_the_most_there_is_and_a_cursor(api, monkeypatch):
    monkeypatch.setattr("catalog.api.parameters.MOST_ON_A_PAGE", 2)
    first = api.get(PATH, limit=10**9, **COMPONENTS)
    assert names(first) == ["Checkout", "ledger"]
    assert names(api.get(PATH, limit=10**9, cursor=cursor_of(first))) == ["web"]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"fullTextFilterTerm": "LEDG"}, ["ledger"]),
        ({"fullTextFilterTerm": "website"}, ["web"]),
        ({"fullTextFilterTerm": " the ", "fullTextFilterFields": "metadata.title"}, ["Checkout"]),
        ({"fullTextFilterTerm": "e", "fullTextFilterFields": "metadata.name,spec.type"}, ["Checkout", "ledger", "web"]),
        ({"fullTextFilterTerm": "serv", "orderField": "spec.type,asc"}, ["Checkout", "ledger"]),
        ({"fullTextFilterTerm": "100%", "fullTextFilterFields": "metadata.description"}, ["ledger"]),
        ({"fullTextFilterTerm": "%"}, []),
        ({"fullTextFilterTerm": "_"}, []),
        ({"fullTextFilterTerm": "  "}, ["Checkout", "ledger", "web"]),
    ],
)
def test_p02_full_text_means_each_sign_as_it_is_written(api, params, found):
    assert names(api.get(PATH, **COMPONENTS, **params)) == found


def test_p02_a_cursor_carries_the_question_along(api):
    first = api.get(PATH, limit=1, fullTextFilterTerm="e", orderField="metadata.name,desc", **COMPONENTS)
    assert first.json()["totalItems"] == 3
    assert names(api.get(PATH, cursor=cursor_of(first), fields="metadata.name")) == ["ledger", "Checkout"]


def test_p02_the_cursor_says_query_so_that_the_client_asks_by_post(api):
    cursor = cursor_of(api.get(PATH, limit=1, **COMPONENTS))
    content = json.loads(base64.b64decode(cursor))
    assert content["query"] == {"kind": "component"}
    assert content["isPrevious"] is False
    assert content["totalItems"] == 3
    plain = json.loads(base64.b64decode(cursor_of(api.get(PATH, limit=1))))
    assert "query" not in plain
    assert names(api.post(PATH, {"cursor": cursor, "limit": 1})) == ["ledger"]


def test_p02_the_same_question_may_stand_beside_its_cursor_and_no_other(api):
    order = {"orderField": "metadata.name,asc"}
    cursor = cursor_of(api.get(PATH, limit=1, **order, **COMPONENTS))
    assert names(api.get(PATH, cursor=cursor, **order, **COMPONENTS)) == ["ledger", "web"]
    assert api.get(PATH, cursor=cursor, filter="kind=group").status_code == 400
    assert api.post(PATH, {"cursor": cursor, "query": {"kind": "group"}}).status_code == 400


def test_a_cursor_of_another_reader_and_a_changed_one_are_400(api):
    cursor = cursor_of(api.get(PATH, limit=1, **COMPONENTS))
    other = Api(Role.PLATFORM)
    assert other.get(PATH, cursor=cursor).status_code == 400
    content = json.loads(base64.b64decode(cursor))
    forged = base64.b64encode(json.dumps({**content, "query": {"kind": "group"}}).encode()).decode()
    response = api.get(PATH, cursor=forged)
    assert response.status_code == 400
    assert response.json()["error"]["name"] == "InputError"
    assert api.get("/entities", after=cursor).status_code == 400
    assert api.get(PATH, cursor="x" * 5000).status_code == 400


def test_a_filter_too_long_for_a_cursor_is_refused_only_where_there_is_a_next_page(api):
    long = ",".join(["kind=component", *(f"metadata.name={number:0190}" for number in range(12)), "metadata.name=web"])
    assert names(api.get(PATH, filter=long)) == ["web"]
    both = f"{long},metadata.name=ledger"
    assert "too long" in api.get(PATH, filter=both, limit=1).json()["error"]["message"]


def test_p03_a_predicate_in_the_body(api):
    body = {
        "query": {"$all": [{"kind": "Component"}, {"$not": {"metadata.tags": {"$contains": "go"}}}]},
        "orderBy": [{"field": "metadata.name", "order": "desc"}],
        "limit": 1,
        "fields": ["metadata.name"],
    }
    first = api.post(PATH, body)
    assert first.json()["items"] == [{"metadata": {"name": "web"}}]
    assert first.json()["totalItems"] == 2
    second = api.post(PATH, {"cursor": cursor_of(first), "limit": 1, "fields": ["kind"]})
    assert second.json()["items"] == [{"kind": "Component"}]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": {"$in": ["system", "group"]}}, ["shop", "store"]),
        ({"metadata.name": {"$hasPrefix": "LED"}}, ["ledger"]),
        ({"metadata.name": {"$hasPrefix": "%"}}, []),
        ({"metadata.title": {"$exists": False}, "kind": "component"}, ["ledger"]),
        ({"relations": {"$contains": {"type": "ownedBy", "targetRef": "group:default/money"}}}, ["ledger"]),
        ({"$any": [{"metadata.name": "web"}, {"metadata.name": "store"}]}, ["store", "web"]),
        ({"$any": []}, []),
        ({"$not": {}}, []),
        ({"kind": {"$in": []}}, []),
    ],
)
def test_p03_predicates(api, query, found):
    assert sorted(names(api.post(PATH, {"query": query}))) == found


def test_p03_full_text_and_offset_in_the_body(api):
    body = {"fullTextFilter": {"term": "e", "fields": ["metadata.name"]}, "query": {"kind": "component"}, "offset": 1}
    assert names(api.post(PATH, {**body, "totalItems": "exclude"})) == ["ledger", "web"]
    assert len(names(api.post(PATH, {}))) == Entity.objects.count()


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "-1"},
        {"limit": "x"},
        {"offset": "-1"},
        {"orderField": "metadata.name,up"},
        {"orderField": ",asc"},
        {"totalItems": "perhaps"},
        {"cursor": "nonsense"},
        {"fullTextFilterTerm": "x" * 201},
        {"fullTextFilterTerm": "a\0"},
        {"filter": "=a"},
    ],
)
def test_p02_what_cannot_be_read_is_400(api, params):
    response = api.get(PATH, **params)
    assert (response.status_code, response.json()["error"]["name"]) == (400, "InputError")


@pytest.mark.parametrize(
    "body",
    [
        {"query": []},
        {"query": "kind"},
        {"limit": "many"},
        {"limit": True},
        {"limit": 1.5},
        {"limit": -1},
        {"offset": -1},
        {"cursor": ""},
        {"cursor": 1},
        {"orderBy": ["metadata.name"]},
        {"orderBy": [{"field": "metadata.name"}]},
        {"orderBy": [{"field": 1, "order": "asc"}]},
        {"orderBy": 1},
        {"fullTextFilter": "a"},
        {"fullTextFilter": {"term": 1}},
        {"fullTextFilter": {"term": "a", "fields": "b"}},
        {"fields": [1]},
        {"totalItems": 1},
    ],
)
def test_p03_a_body_that_cannot_be_read_is_400(api, body):
    assert api.post(PATH, body).status_code == 400
