"""How often each value of a field occurs (P08)."""

import pytest

from catalog.models import Entity
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.usefixtures("shop")
PATH = "/entity-facets"
ONE_MORE = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: extra, tags: [java]}
spec: {type: Service, lifecycle: production, owner: shop}
"""


def test_p08_counts_values_as_they_are_written_in_order(api):
    response = api.get(PATH, facet=["kind", "spec.type"], filter=["kind=component", "kind=system"])
    assert response.json() == {
        "facets": {
            "kind": [{"value": "Component", "count": 3}, {"value": "System", "count": 1}],
            "spec.type": [{"value": "service", "count": 2}, {"value": "website", "count": 1}],
        }
    }


def test_p08_names_of_facets_come_back_as_they_were_asked_for(api):
    assert api.get(PATH, facet="METADATA.tags", filter="kind=component").json()["facets"] == {
        "METADATA.tags": [{"value": "go", "count": 1}, {"value": "java", "count": 2}, {"value": "payments", "count": 1}]
    }


def test_p08_a_field_that_nothing_has_has_no_values(api):
    assert api.get(PATH, facet="spec.nothing").json() == {"facets": {"spec.nothing": []}}


def test_p08_without_a_filter_everything_counts(api):
    kinds = api.get(PATH, facet="kind").json()["facets"]["kind"]
    assert sum(each["count"] for each in kinds) == Entity.objects.count()


def test_p08_by_post_with_a_predicate(api):
    body = {"facets": ["spec.lifecycle"], "query": {"$not": {"metadata.tags": "java"}}}
    assert api.post(PATH, body).json() == {"facets": {"spec.lifecycle": [{"value": "experimental", "count": 1}]}}
    assert api.post(PATH, {"facets": ["kind"]}).json() == api.get(PATH, facet="kind").json()


def test_p08_counts_follow_the_catalog_at_once(api):
    before = api.get(PATH, facet="spec.type", filter="kind=component").json()
    make_entities(ONE_MORE)
    after = api.get(PATH, facet="spec.type", filter="kind=component").json()
    assert before["facets"]["spec.type"][0] == {"value": "service", "count": 2}
    assert after["facets"]["spec.type"][0] == {"value": "Service", "count": 1}


@pytest.mark.parametrize("params", [{}, {"facet": ""}, {"facet": [f"f{n}" for n in range(21)]}, {"facet": "a\0"}])
def test_p08_nothing_asked_for_and_too_much_are_400(api, params):
    assert api.get(PATH, **params).status_code == 400


@pytest.mark.parametrize("body", [{}, {"facets": []}, {"facets": "kind"}, {"facets": ["kind"], "query": [1]}])
def test_p08_a_body_that_asks_for_nothing_is_400(api, body):
    assert api.post(PATH, body).status_code == 400
