import pytest

from accounts import actors
from scaffolder.step import StepFailed
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db
CATALOG = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, title: Checkout}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: payments}
spec: {type: service, lifecycle: production, owner: shop}
"""


@pytest.fixture(autouse=True)
def catalog(db):
    make_entities(CATALOG)


def test_one_entity_is_given_as_the_api_gives_it(bench):
    entity = bench.run("catalog:fetch", entityRef="component:default/checkout")["entity"]
    assert entity["metadata"]["title"] == "Checkout"
    assert {"type": "ownedBy", "targetRef": "group:default/shop"} in entity["relations"]


def test_a_short_reference_is_completed_and_its_case_does_not_count(bench):
    found = bench.run("catalog:fetch", entityRefs=["Payments", "CHECKOUT"], defaultKind="Component")
    assert [entity["metadata"]["name"] for entity in found["entities"]] == ["payments", "checkout"]


def test_one_that_is_missing_stops_the_step_unless_it_is_optional(bench):
    with pytest.raises(StepFailed, match="The catalog has no component:default/search"):
        bench.run("catalog:fetch", entityRef="component:search")
    assert bench.run("catalog:fetch", entityRef="component:search", optional=True) == {"entity": None}
    found = bench.run("catalog:fetch", entityRefs=["component:search", "component:checkout"], optional=True)
    assert [entity and entity["metadata"]["name"] for entity in found["entities"]] == [None, "checkout"]


def test_what_is_no_reference_is_told(bench):
    with pytest.raises(StepFailed, match='"checkout" is not an entity reference'):
        bench.run("catalog:fetch", entityRef="checkout")


def test_nobody_fetches_what_they_may_not_see(bench):
    bench.actor = actors.anonymous()
    assert bench.run("catalog:fetch", entityRef="component:checkout", optional=True) == {"entity": None}
