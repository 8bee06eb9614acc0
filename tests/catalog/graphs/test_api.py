"""The graph as JSON."""

import pytest

from tests.catalog.factories import make_entities
from tests.catalog.graphs.test_page import SHOP

pytestmark = pytest.mark.django_db
URL = "/api/v1/catalog"


def test_the_graph_has_steps_and_relations(developer):
    make_entities(SHOP)
    found = developer.get(
        f"{URL}/graph", {"root": "component:default/web-shop", "steps": 2, "relation": "dependsOn"}
    ).json()
    assert found["nodes"]["component:default/checkout"] == 1
    assert found["nodes"]["resource:default/orders-db"] == 2
    assert {each["type"] for each in found["edges"]} == {"dependsOn"}


def test_impact_names_the_way_and_the_owner(developer):
    make_entities(SHOP)
    found = developer.get(f"{URL}/impact", {"root": "resource:default/orders-db"}).json()
    assert [(hit["entity_ref"], hit["steps"], hit["owner"]) for hit in found["hits"]] == [
        ("component:default/checkout", 1, "group:default/shop"),
        ("component:default/web-shop", 2, "group:default/shop"),
    ]


@pytest.mark.parametrize(("root", "status"), [("nonsense", 400), ("component:default/none", 404), ("", 400)])
def test_a_root_that_is_not_there_is_said_so(developer, root, status):
    assert developer.get(f"{URL}/graph", {"root": root}).status_code == status
    assert developer.get(f"{URL}/impact", {"root": root}).status_code == status
