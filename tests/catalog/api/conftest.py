"""A machine that asks the catalog API as Backstage's client does, and a catalog to ask about."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from accounts import tokens
from accounts.actors import system
from accounts.roles import Role
from tests.catalog.factories import make_entities

ROOT = "/api/catalog"
SHOP = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Checkout
  title: The checkout
  description: Takes the money
  tags: [java, payments]
  annotations:
    github.com/project-slug: acme/checkout
spec: {type: service, lifecycle: production, owner: shop, system: store}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger, description: Counts 100% of it, tags: [go]}
spec: {type: service, lifecycle: experimental, owner: money}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: web, title: Website, tags: [java]}
spec: {type: website, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: store}
spec: {owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop}
spec: {type: team, children: [], profile: {displayName: Shop}}
"""


class Api:
    """Asks with the token of one machine."""

    def __init__(self, role: Role = Role.VIEWER, team: str = "") -> None:
        _, token = tokens.create(f"{role}{team}", role=role, actor=system(), team_ref=team)
        self.client = Client(headers={"authorization": f"Bearer {token}"})

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(ROOT + path, params)

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        return self.client.post(
            ROOT + path, json.dumps(body), content_type="application/json", query_params=params or None
        )

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(ROOT + path, json.dumps(body), content_type="application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(ROOT + path)


@pytest.fixture
def api(db: None) -> Api:
    """A machine that may read."""
    return Api()


@pytest.fixture
def make_api(db: None) -> Callable[..., Api]:
    """Makes machines of other roles and teams."""
    return Api


@pytest.fixture(scope="module")
def shared_shop(module_db: None) -> None:
    """Three components, their system and one of their teams, for all tests of a module."""
    make_entities(SHOP)


@pytest.fixture
def shop(shared_shop: None, db: None) -> None:
    """What the module shares, and a test may change for itself."""


def names(response: HttpResponseBase) -> list[str]:
    """Return the names of the entities in an answer, in its order."""
    content = response.json()  # type: ignore[attr-defined]
    items = content["items"] if isinstance(content, dict) else content
    return [item["metadata"]["name"] for item in items]
