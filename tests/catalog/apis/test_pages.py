"""The list of APIs, and the tabs of one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from catalog.apis import reading
from catalog.models import ApiDefinition, ApiVersion
from tests.catalog.apis.test_reading import descriptor, openapi
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db
API, VERSIONS = "/catalog/api/default/orders-api/api/", "/catalog/api/default/orders-api/versions/"
CONSUMER = """
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: basket}
spec: {type: service, lifecycle: production, owner: shop, consumesApis: [orders-api]}
"""


def store(definition: str, **more: str) -> None:
    make_entities(descriptor(definition, **more) + CONSUMER, target="/test/api.yaml")
    reading.read_unread()


@pytest.fixture
def orders(db) -> None:
    store(openapi("1.0.0", "/orders", "/orders/{id}"))
    store(openapi("2.0.0", "/orders"))


def test_the_list_tells_version_consumers_and_what_broke(developer, orders):
    page = developer.get("/apis/")
    assertContains(page, "orders-api")
    assertContains(page, "<code>2.0.0</code>")
    assertContains(page, "1 breaking")


def test_the_list_narrows_to_those_that_broke(developer, orders):
    make_entities(descriptor(openapi("1.0.0", "/a"), name="media-api"), target="/test/media.yaml")
    page = developer.get("/apis/", {"show": "breaking"}, headers={"HX-Request": "true", "HX-Target": "api-list"})
    assertContains(page, "orders-api")
    assertNotContains(page, "media-api")
    assertNotContains(page, "<html")


def test_the_list_filters_by_type_and_text(developer, orders):
    assertNotContains(developer.get("/apis/", {"type": "graphql"}), "data-table__name")
    assertContains(developer.get("/apis/", {"q": "orders"}), "data-table__name")
    assertContains(developer.get("/apis/", {"q": "nothing like it"}), "No API matches")


def test_an_empty_catalog_says_how_to_begin(developer):
    assertContains(developer.get("/apis/"), "There is no API yet")


def test_the_list_costs_as_many_statements_for_thirty_as_for_three(developer):
    counts = []
    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            make_entities(descriptor(openapi("1.0.0", "/a"), name=f"api-{number}"), target=f"/test/{number}.yaml")
        reading.read_unread()
        developer.get("/apis/")  # what is kept for the edition of the catalog is kept now
        with CaptureQueriesContext(connection) as statements:
            developer.get("/apis/")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 12


def test_the_tab_shows_operations_and_source_without_a_script(developer, orders):
    page = developer.get(API)
    assertContains(page, '<code class="api-outline__name">/orders</code>')
    assertContains(page, 'data-openapi="/apis/default/orders-api/definition"')
    assertContains(page, "swagger-ui-bundle.js")


def test_other_languages_need_no_script(developer):
    store("type Query { orders: [String] }", type_="graphql")
    page = developer.get(API)
    assertContains(page, "orders: [String]")
    assertNotContains(page, "swagger-ui-bundle.js")


def test_a_definition_that_cannot_be_read_tells_where(developer):
    store("type Query {", type_="graphql")
    page = developer.get(API)
    assertContains(page, "This is no GraphQL definition that can be read")
    assertContains(page, "code-view__says")


def test_an_mcp_server_shows_where_it_answers_and_has_no_versions(developer):
    make_entities("""\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders-api}
spec:
  type: mcp-server
  lifecycle: production
  owner: shop
  remotes: [{type: streamable-http, url: "https://mcp.example/x"}]
""")
    assertContains(developer.get(API), "https://mcp.example/x")
    assert developer.get(VERSIONS).status_code == 404


def test_versions_tell_what_breaks_and_whom(developer, orders):
    page = developer.get(VERSIONS)
    assertContains(page, "GET /orders/{id}")
    assertContains(page, "1 change breaks clients")
    assertContains(page, "Whom it hits")
    assertContains(page, "basket")


def test_any_two_versions_are_compared(developer, orders):
    store(openapi("3.0.0", "/orders", "/orders/{id}"))
    page = developer.get(VERSIONS, {"old": 1, "new": 3})
    assertContains(page, "Nothing differs that a client could notice")


@pytest.mark.parametrize("query", ["old=x", "old=99&new=98", "new=2&old=2", "other=nonsense", "old=-1"])
def test_an_odd_choice_of_versions_still_shows_the_page(developer, orders, query):
    assert developer.get(f"{VERSIONS}?{query}").status_code == 200


def test_two_apis_that_are_versions_of_one_are_compared(developer, orders):
    make_entities(descriptor(openapi("1.0.0", "/orders", "/old"), name="orders-v1"), target="/test/v1.yaml")
    reading.read_unread()
    page = developer.get(VERSIONS, {"other": "api:default/orders-v1"})
    assertContains(page, "GET /old")


def test_the_text_of_a_definition_is_never_a_page(developer, orders):
    store("<script>alert(1)</script>", type_="openapi")
    answer = developer.get("/apis/default/orders-api/definition")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    again = developer.get("/apis/default/orders-api/definition", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/apis/", API, VERSIONS, "/apis/default/orders-api/definition"])
def test_strangers_are_sent_to_the_door(path, orders):
    assert Client().get(path).status_code == 302


def test_markup_in_a_definition_is_text(developer):
    store("openapi: 3.1.0\npaths: {'/<img src=x onerror=alert(1)>': {get: {summary: '<b>x</b>', responses: {}}}}")
    page = developer.get(API)
    assertNotContains(page, "<img src=x")
    assertNotContains(page, "<b>x</b>")


def test_the_page_of_versions_does_not_unpack_them_all(developer, orders):
    assert ApiVersion.objects.count() == 2
    ApiVersion.objects.filter(number=1).update(packed=b"no text at all")
    assert developer.get(VERSIONS).status_code == 200


def test_who_consumes_a_broken_api_is_told_on_its_page_and_at_home(developer, orders):
    for path in ("/catalog/component/default/basket/", "/"):
        page = developer.get(path)
        assertContains(page, "APIs that changed under you")
        assertContains(page, "1 breaking change")


def test_who_consumes_nothing_that_broke_is_left_in_peace(developer):
    store(openapi("1.0.0", "/orders"))
    store(openapi("1.1.0", "/orders", "/returns"))
    for path in ("/catalog/component/default/basket/", "/"):
        assertNotContains(developer.get(path), "APIs that changed under you")


def test_an_old_break_is_no_news(developer, orders):
    ApiDefinition.objects.update(changed_at=timezone.now() - timedelta(days=31))
    assertNotContains(developer.get("/"), "APIs that changed under you")


def test_the_source_is_in_colours_where_its_language_has_a_lexer(developer):
    store("type Query { orders: [String] }", type_="graphql")
    assertContains(developer.get(API), '<span class="k">type</span>')
