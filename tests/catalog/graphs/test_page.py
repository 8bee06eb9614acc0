"""The page of the graph through HTTP."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db
URL = "/catalog/graph/"
SHOP = """\
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: storefront}
spec: {owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: orders-db}
spec: {type: database, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, title: Checkout}
spec:
  {type: service, lifecycle: prod, owner: shop, system: storefront, dependsOn: ["resource:orders-db", "resource:gone"]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web-shop}
spec: {type: website, lifecycle: production, owner: shop, dependsOn: ["component:checkout"]}
"""


def drawing(page):
    found = re.search(
        r'<script id="graph-data" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL
    )
    return json.loads(found[1])


@pytest.fixture
def shop(db) -> None:
    make_entities(SHOP)


def test_without_a_root_it_is_the_map_of_systems(developer, shop):
    page = developer.get(URL)
    assertContains(page, "storefront")
    assertNotContains(page, "web-shop")


def test_around_an_entity_stand_its_neighbours_with_those_that_are_missing(developer, shop):
    found = drawing(developer.get(URL, {"root": "component:default/checkout"}))
    assert {node["title"] for node in found["nodes"]} == {"Checkout", "orders-db", "gone", "web-shop", "storefront"}
    assert [node["id"] for node in found["nodes"] if node["isMissing"]] == ["resource:default/gone"]
    assert {edge["word"] for edge in found["edges"]} == {"Depends on", "Part of"}


def test_what_breaks_is_told_with_the_way_there_and_the_owner(developer, shop):
    page = developer.get(URL, {"root": "resource:default/orders-db"})
    assertContains(page, "2 entities break")
    assertContains(page, "depends on Checkout")
    assertContains(page, "Breaks in 2 steps")


def test_nothing_breaks_where_nobody_needs_it(developer, shop):
    assertContains(developer.get(URL, {"root": "component:default/web-shop"}), "Nothing breaks")


def test_kinds_and_relations_narrow_the_picture(developer, shop):
    asked = {"root": "component:default/checkout", "relation": "dependsOn", "kind": ["component"], "direction": "TB"}
    found = drawing(developer.get(URL, asked))
    assert {node["title"] for node in found["nodes"]} == {"Checkout", "web-shop"}
    assert found["direction"] == "TB"


def test_a_name_finds_its_entity_and_a_part_of_one_offers_some(developer, shop):
    assertContains(developer.get(URL, {"find": "checkout"}), "Around Checkout")
    assertContains(developer.get(URL, {"find": "shop"}), "?root=component%3Adefault%2Fweb-shop")
    assertContains(developer.get(URL, {"find": "<b>none</b>"}), "&lt;b&gt;none&lt;/b&gt;")


@pytest.mark.parametrize(
    "query",
    [
        "root=nonsense",
        "root=a:b/c&root=:",
        "depth=99",
        "depth=all",
        "direction=up",
        "relation=bite",
        "kind=%00",
        "find=%00",
    ],
)
def test_an_odd_question_still_shows_the_page(developer, shop, query):
    assert developer.get(f"{URL}?{query}").status_code == 200


def test_a_title_of_strangers_stays_inside_its_data(developer):
    make_entities(SHOP.replace("title: Checkout", 'title: "</script><script>alert(1)</script>"'))
    page = developer.get(URL, {"root": "resource:default/orders-db"})
    assertNotContains(page, "<script>alert(1)")


def test_strangers_are_sent_to_the_door(shop):
    assert Client().get(URL).status_code == 302


def test_thirty_neighbours_cost_as_many_statements_as_three(developer, shop):
    counts = []
    for numbers in (range(3), range(3, 30)):
        for number in numbers:
            make_entities(f"""\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: n{number}}}
spec: {{type: service, lifecycle: production, owner: shop, dependsOn: ["component:checkout"]}}
""")
        developer.get(URL, {"root": "component:default/checkout"})
        with CaptureQueriesContext(connection) as statements:
            developer.get(URL, {"root": "component:default/checkout"})
        counts.append(len(statements))
    assert counts[0] == counts[1]
