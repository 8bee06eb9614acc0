"""No statement per row: every address that can be read takes as many for thirty entities as for three.

The addresses come from the URL configuration, so a new page is measured as soon as its parts have a sample.
"""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Entity, Location
from catalog.query.kept import shelf
from tests.addresses import filled, routes
from tests.catalog.factories import make_entities
from tests.people import SignedIn, make_person

pytestmark = pytest.mark.django_db

TEAM = """apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: store}
spec: {owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
spec: {type: openapi, lifecycle: production, owner: shop, system: store, definition: "openapi: 3.1.0"}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, tags: [java]}
spec: {type: service, lifecycle: production, owner: shop, system: store, providesApis: [orders]}
"""
ROW = """---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: part-%(n)d, title: Part %(n)d, tags: [java]}
spec:
  type: service
  lifecycle: production
  owner: shop
  system: store
  consumesApis: [orders]
  dependsOn: [component:checkout]
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: api-%(n)d}
spec: {type: grpc, lifecycle: production, owner: shop, system: store, definition: "service S {}"}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: team-%(n)d}
spec: {type: team, parent: shop, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: person-%(n)d}
spec: {memberOf: [shop]}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: broken-%(n)d}
spec: {owner: shop}
"""
SAMPLES = {"kind": "component", "namespace": "default", "name": "checkout", "tab": "inspect", "path": "index.md"}
NAMES = {"teams/": "shop", "apis/": "orders", "catalog/teams/": "shop"}
QUERIES = {
    "search/": "?q=part",
    "search/palette/": "?q=part",
    "catalog/": "?kind=component&show=all",
    "api/catalog/entity-facets": "?facet=kind&facet=metadata.tags",
    "api/catalog/entities/by-query": "?filter=kind=component&orderField=metadata.title,asc",
    "api/search/query": "?term=part",
}
BODIES: dict[str, dict[str, Any]] = {
    "api/catalog/entities/by-query": {"query": {"kind": "component"}},
    "api/catalog/entity-facets": {"facets": ["kind"], "query": {"kind": "component"}},
    "api/catalog/locations/by-query": {},
}
# Of one run, which has no entities in it, and what is no address of its own.
LEFT_OUT = {
    "create/tasks/<uuid:pk>/",
    *(f"create/tasks/<uuid:pk>/{part}/" for part in ("events", "log", "cancel", "retry", "undo")),
    "api/catalog/<path:rest>",
    "api/catalog/entities/unprocessed/delete/<str:entity_id>",
}
# What has no entities in it, is only written, or belongs to one run, version or repository, with tests of its own.
OTHER = (
    "accounts/",
    "api/v1/",
    "api/scaffolder/",
    "webhooks/",
    "create/templates/",
    "healthz",
    "readyz",
    "metrics",
    "docs/",
    "i18n/",
)
ENOUGH = range(200, 300)
# A list that has become long may be cut, and then its rest is counted; 27 rows more would show themselves.
SLACK = 2


def measured() -> list[str]:
    """Return the routes whose parts all have a sample."""
    known = {*SAMPLES, "location_id", "uid", "pk"}
    return [
        route
        for route, parts in routes()
        if not route.startswith(OTHER) and "<uuid:" not in route and "<path:rest>" not in route and set(parts) <= known
    ]


def rows(count: int) -> None:
    make_entities("".join([TEAM, *(ROW % {"n": number} for number in range(count))]), target="/test/all.yaml")
    for number in range(count):
        make_entities(
            TEAM.rpartition("---")[2].replace("checkout", f"lone-{number}"), target=f"/test/lone-{number}.yaml"
        )


def address(route: str) -> str:
    values = {**SAMPLES, "location_id": str(Location.objects.earliest("pk").pk)}
    values |= {"pk": values["location_id"], "uid": str(Entity.objects.get(ref="component:default/checkout").uid)}
    values["name"] = next((name for prefix, name in NAMES.items() if route.startswith(prefix)), values["name"])
    if route.startswith("apis/"):
        values["kind"] = "api"
    return filled(route, values) + QUERIES.get(route, "")


def ask(client: Client, route: str, method: str) -> Any:
    if method == "GET":
        return client.get(address(route))
    return client.post(filled(route, {}), json.dumps(BODIES[route]), content_type="application/json")


def statements(client: Client, route: str, method: str) -> int | None:
    """Return how many statements an answer takes with nothing in the caches; None where there is none to be had."""
    if ask(client, route, method).status_code not in ENOUGH:
        return None
    cache.clear()
    shelf.clear()
    with CaptureQueriesContext(connection) as captured:
        b"".join(ask(client, route, method))
    return len([each for each in captured if "django_session" not in each["sql"]])


def counts(client: Client) -> dict[str, int]:
    asked = [*((route, "GET") for route in measured()), *((route, "POST") for route in BODIES)]
    found = {f"{method} {route}": statements(client, route, method) for route, method in asked}
    return {name: count for name, count in found.items() if count is not None}


def test_no_address_takes_a_statement_for_each_entity():
    client = SignedIn(make_person("grace"))
    rows(3)
    few = counts(client)
    assert {"GET catalog/", "GET search/", "GET api/catalog/entities", "POST api/catalog/entity-facets"} <= set(few)
    rows(30)
    many = counts(client)
    assert few.keys() == many.keys()
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name] + SLACK} == {}


def test_every_route_that_can_be_read_is_measured_or_named():
    left = {route for route, _ in routes()} - set(measured())
    assert {route for route in left if not route.startswith(OTHER)} <= LEFT_OUT
