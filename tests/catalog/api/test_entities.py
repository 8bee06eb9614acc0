"""Reading entities: all that match, by name, by uid, by references (P01, P04, P06, P07)."""

from urllib.parse import parse_qs, urlsplit

import pytest

from catalog.models import Entity
from tests.catalog.api.conftest import ROOT, names

pytestmark = pytest.mark.usefixtures("shop")
COMPONENTS = {"filter": "kind=component"}


def test_p01_lists_every_entity_by_reference_as_it_is_stored(api):
    response = api.get("/entities")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    documents = Entity.objects.order_by("ref").values_list("document", flat=True)
    assert response.content.decode() == f"[{','.join(documents)}]"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (["kind=component"], ["Checkout", "ledger", "web"]),
        (["kind=COMPONENT,spec.type=Service"], ["Checkout", "ledger"]),
        (["kind=system", "kind=group"], ["shop", "store"]),
        (["spec.type=service,spec.type=website,spec.lifecycle=production"], ["Checkout", "web"]),
        (["metadata.annotations.github.com/project-slug"], ["Checkout"]),
        (["metadata.annotations.github.com/project-slug=acme/Checkout"], ["Checkout"]),
        (["metadata.tags.java=true"], ["Checkout", "web"]),
        (["metadata.tags=java"], ["Checkout", "web"]),
        (["relations.ownedBy=group:default/shop,kind=component"], ["Checkout", "web"]),
        (["RELATIONS.OWNEDBY=Group:Default/Shop,KIND=component"], ["Checkout", "web"]),
        (["relations.hasPart=component:default/checkout"], ["store"]),
        (["metadata.name=checkout"], ["Checkout"]),
        (["metadata.namespace=default,kind=group"], ["shop"]),
        (["spec.profile"], []),
        (["relations"], []),
        (["spec.profile.displayName=shop"], ["shop"]),
        (["kind=component,kind__in=system"], []),
        (["kind=nothing"], []),
        (["kind=" + "x" * 300], []),
        (["metadata.description=takes the money"], ["Checkout"]),
    ],
)
def test_p01_filters(api, filters, found):
    response = api.get("/entities", filter=filters)
    assert sorted(names(response)) == found


def test_p01_orders_by_every_field_with_those_that_lack_it_last(api):
    ordered = api.get("/entities", order=["desc:spec.type", "asc:metadata.name"], filter="kind=component")
    assert names(ordered) == ["web", "Checkout", "ledger"]
    assert names(api.get("/entities", order="asc:metadata.title", **COMPONENTS)) == ["Checkout", "web", "ledger"]
    assert names(api.get("/entities", order="desc:metadata.title", **COMPONENTS)) == ["web", "Checkout", "ledger"]


def test_p01_an_entity_with_a_list_in_the_order_field_is_there_once(api):
    assert names(api.get("/entities", order="asc:metadata.tags", **COMPONENTS)) == ["ledger", "Checkout", "web"]
    assert names(api.get("/entities", order="desc:metadata.tags", **COMPONENTS)) == ["Checkout", "web", "ledger"]


def test_p01_pages_with_the_address_of_the_next_one(api):
    first = api.get("/entities", limit=2, **COMPONENTS)
    assert names(first) == ["Checkout", "ledger"]
    address, rel = first.headers["Link"].split("; ")
    assert rel == 'rel="next"'
    second = api.client.get(address.strip("<>"))
    assert names(second) == ["web"]
    assert "Link" not in second.headers


def test_p01_the_next_page_follows_from_after_and_the_same_question(api):
    first = api.get("/entities", limit=1, offset=1, order="desc:metadata.name", **COMPONENTS)
    assert names(first) == ["ledger"]
    [after] = parse_qs(urlsplit(first.headers["Link"].split(">")[0]).query)["after"]
    assert names(api.get("/entities", after=after, order="desc:metadata.name", **COMPONENTS)) == ["Checkout"]
    assert api.get("/entities", after=after, **COMPONENTS).status_code == 400
    assert api.get("/entities", after=after, order="desc:metadata.name").status_code == 400


def test_p01_offset_alone_leaves_out_the_first(api):
    assert names(api.get("/entities", offset=2, **COMPONENTS)) == ["web"]


def test_p01_a_long_list_is_streamed(api, monkeypatch):
    whole = api.get("/entities", fields="kind,metadata.name").content
    monkeypatch.setattr("catalog.api.pieces.MOST_IN_ONE_PIECE", 1)
    streamed = api.get("/entities", fields="kind,metadata.name")
    assert b"".join(streamed.streaming_content) == whole


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "x"},
        {"limit": "9" * 5000},
        {"offset": "-1"},
        {"offset": "1.5"},
        {"after": ""},
        {"after": "eyJsaW1pdCI6Miwib2Zmc2V0IjoyfQ=="},
        {"order": "metadata.name"},
        {"order": "up:metadata.name"},
        {"order": "asc:"},
        {"order": [f"asc:f{n}" for n in range(6)]},
        {"filter": "=component"},
        {"filter": [f"k{n}=1" for n in range(21)]},
        {"filter": "kind=\0"},
        {"fields": "metadata.tags[0]"},
    ],
)
def test_p01_what_cannot_be_read_is_400_in_the_shape_of_p18(api, params):
    response = api.get("/entities", **params)
    assert response.status_code == 400
    content = response.json()
    assert content["error"]["name"] == "InputError"
    assert content["request"]["method"] == "GET"
    assert content["request"]["url"].startswith(f"{ROOT}/entities?")
    assert content["response"] == {"statusCode": 400}


def test_p01_a_page_is_as_long_as_was_asked_for_up_to_a_bound(api, monkeypatch):
    assert len(api.get("/entities", limit=100_000).json()) == Entity.objects.count()
    monkeypatch.setattr("catalog.api.parameters.MOST_ON_A_PAGE", 2)
    bounded = api.get("/entities", limit=100_000)
    assert len(bounded.json()) == 2
    assert 'rel="next"' in bounded.headers["Link"]


def test_p04_one_entity_by_name_in_any_case(api):
    response = api.get("/entities/by-name/component/default/CHECKOUT")
    assert response.json()["metadata"]["name"] == "Checkout"


def test_p04_an_unknown_name_is_404_with_the_text_that_clients_show(api):
    response = api.get("/entities/by-name/Component/default/nope")
    assert response.status_code == 404
    assert response.json() == {
        "error": {
            "name": "NotFoundError",
            "message": "No entity named 'nope' found, with kind 'Component' in namespace 'default'",
        },
        "request": {"method": "GET", "url": f"{ROOT}/entities/by-name/Component/default/nope"},
        "response": {"statusCode": 404},
    }


@pytest.mark.parametrize("name", ["%00", "a%00b", "%ED%A0%80", "x" * 3000])
def test_p04_a_name_that_none_can_have_is_404(api, name):
    assert api.client.get(f"{ROOT}/entities/by-name/component/default/{name}").status_code == 404


def test_p06_one_entity_by_uid(api):
    checkout = api.get("/entities/by-name/component/default/checkout").json()
    assert api.get(f"/entities/by-uid/{checkout['metadata']['uid']}").json() == checkout
    missing = api.get("/entities/by-uid/00000000-0000-0000-0000-000000000000")
    assert missing.status_code == 404
    assert missing.json()["error"]["message"] == "No entity with uid 00000000-0000-0000-0000-000000000000"
    assert api.get("/entities/by-uid/nonsense").status_code == 404


def test_p07_by_references_in_their_order_with_null_for_what_is_not_there(api):
    refs = ["component:default/web", "component:default/nope", "Component:default/Checkout", "component:web", "web"]
    response = api.post("/entities/by-refs", {"entityRefs": refs, "fields": ["metadata.name"]})
    assert response.json() == {
        "items": [
            {"metadata": {"name": "web"}},
            None,
            {"metadata": {"name": "Checkout"}},
            {"metadata": {"name": "web"}},
            None,
        ]
    }


def test_p07_by_references_that_match_a_filter_and_a_predicate(api):
    refs = ["component:default/web", "component:default/checkout", "component:default/ledger"]
    body = {"entityRefs": refs, "query": {"spec.lifecycle": "production"}}
    response = api.post("/entities/by-refs", body, filter="spec.type=service")
    assert [item and item["metadata"]["name"] for item in response.json()["items"]] == [None, "Checkout", None]
    assert api.post("/entities/by-refs", {"entityRefs": []}).json() == {"items": []}


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"entityRefs": "component:default/web"},
        {"entityRefs": [1]},
        {"entityRefs": ["a:b/c"] * 1001},
        {"entityRefs": [], "fields": "kind"},
        {"entityRefs": [], "query": []},
        {"entityRefs": ["\ud800"]},
        {"entityRefs": ["\0"]},
    ],
)
def test_p07_a_body_that_cannot_be_read_is_400(api, body):
    assert api.post("/entities/by-refs", body).status_code == 400


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"entityRefs": [], "entityRefs": []}',
        '{"entityRefs": [], "x": NaN}',
        '{"entityRefs": [], "x": 1234567890123456789}',
        '{"entityRefs": [], "x": ' + "[" * 70 + "]" * 70 + "}",
        '{"entityRefs": [], "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        b"\xff\xfe{",
    ],
    ids=["empty", "cut", "doubled key", "NaN", "digits", "deep", "very deep", "bytes"],
)
def test_hostile_bodies_are_400(api, text):
    response = api.client.post(f"{ROOT}/entities/by-refs", text, content_type="application/json")
    assert response.status_code == 400


def test_a_body_that_is_no_json_and_one_over_a_megabyte_are_refused(api):
    as_form = api.client.post(f"{ROOT}/entities/by-refs", {"entityRefs": "a"})
    assert as_form.status_code == 400
    assert "application/json" in as_form.json()["error"]["message"]
    large = api.client.post(f"{ROOT}/entities/by-refs", "x" * 1_048_577, content_type="application/json")
    assert large.status_code == 413
    assert large.json()["error"]["name"] == "PayloadTooLargeError"
