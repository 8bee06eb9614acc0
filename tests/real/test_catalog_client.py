"""Backstage's own client, `@backstage/catalog-client` from npm, against the catalog API."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from accounts import tokens
from accounts.actors import system
from accounts.roles import Role
from tests.catalog.api.conftest import SHOP
from tests.catalog.factories import make_entities
from tests.forge.conftest import forge
from tests.shared import missing

__all__ = ["forge"]

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
SCRIPT = Path(__file__).with_name("catalog_client.cjs")
DECLARATION = "node_modules/@backstage/catalog-client/dist/index.d.ts"
CART = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart}
spec: {type: service, lifecycle: production, owner: shop}
"""
EXPECTED = {
    "everything": ["Checkout", "ledger", "web"],
    "either": ["shop", "store"],
    "exists": ["Checkout", "web"],
    "slug": ["Checkout"],
    "fields": [{"kind": "System", "metadata": {"name": "store"}}],
    "ordered": ["web", "ledger", "Checkout"],
    "paged": ["ledger"],
    "byRef": "web",
    "byName": "web",
    "missing": True,
    "byRefs": [None, "web"],
    "byRefsWithQuery": [None, "web"],
    "pages": [["Checkout", "ledger"], ["web"]],
    "pagesByDefault": [["Checkout", "ledger", "web"]],
    "orderedByTwo": ["web", "ledger", "Checkout"],
    "orderedByWhatSomeLack": [["Checkout", "web", "ledger"], ["web", "Checkout", "ledger"]],
    "predicates": {
        "not": ["web"],
        "any": ["web", "store"],
        "exists": ["ledger"],
        "in": ["ledger"],
        "contains": ["ledger"],
        "prefix": ["Checkout"],
        "relation": ["ledger"],
    },
    "filterBesideQuery": ["Checkout", "web"],
    "pagesOfQuery": [["shop", "store"]],
    "thereAndBack": {"forward": [["Checkout", "ledger"], ["web"]], "backward": [["Checkout", "ledger"]]},
    "thereAndBackOfQuery": {"forward": [["web", "Checkout"], ["ledger"]], "backward": [["web", "Checkout"]]},
    "thereAndBackOfText": {"forward": [["web", "ledger"], ["Checkout"]], "backward": [["web", "ledger"]]},
    "total": 3,
    "fullText": ["web"],
    "facets": {
        "kind": [{"value": "Component", "count": 3}],
        "spec.type": [{"value": "service", "count": 2}, {"value": "website", "count": 1}],
    },
    "facetsOfBoth": {"spec.type": [{"value": "service", "count": 1}, {"value": "website", "count": 1}]},
    "facetsOfQuery": {"kind": [{"value": "Component", "count": 3}]},
    "locations": ["file"],
    "locationOfEntity": "/test/catalog-info.yaml",
    "locationByRef": "file",
    "queriedLocations": 1,
    "streamedLocations": [["file"]],
    "noLocation": True,
    "ancestors": [["Component", 1], ["Location", 0]],
    "valid": True,
    "invalid": ["InputError"],
    "writes": {
        "dry": {"exists": False, "entities": ["cart"]},
        "added": ["cart"],
        "again": {"name": "ResponseError", "status": 409, "cause": "ConflictError"},
        "refreshed": True,
        "byId": True,
        "updated": True,
        "removed": True,
        "gone": True,
        "generated": [["Component", "other", "unknown"]],
    },
    "refused": {"name": "ResponseError", "status": 403, "cause": "NotAllowedError"},
    "anonymous": {"name": "ResponseError", "status": 401, "cause": "AuthenticationError"},
    "malformed": {"name": "ResponseError", "status": 400, "cause": "InputError"},
}


@pytest.fixture(scope="module")
def node():
    """The path of node, where it finds the client."""
    node = shutil.which("node")
    found = node and subprocess.run(
        [node, "-e", "require.resolve('@backstage/catalog-client')"],
        cwd=SCRIPT.parent,
        capture_output=True,
        check=False,
    )
    if not found or found.returncode:
        missing("@backstage/catalog-client is not installed; npm ci brings it")
    return node


@pytest.fixture
def addresses(forge):
    """A descriptor in one repository of the forge, and the address of another repository that has none."""
    client = forge.client()
    for name in ("cart", "bare"):
        client.create_repository(forge.repo(name))
    client.put_file(forge.repo("cart"), "catalog-info.yaml", CART.encode(), message="Describe it")
    return f"{forge.url}/acme/cart/blob/main/catalog-info.yaml", f"{forge.url}/acme/bare"


def test_p01_to_p18_backstages_own_client_gets_what_it_expects(node, live_server, addresses):
    make_entities(SHOP)
    made = [tokens.create(role, role=role, actor=system())[1] for role in (Role.VIEWER, Role.PLATFORM)]
    command = [node, str(SCRIPT), live_server.url, *made, *addresses]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr == ""
    found = json.loads(done.stdout)
    walked = found.pop("thereAndBackWithoutFilter")
    assert [len(page) for page in walked["forward"]] == [2, 2, 2]
    assert walked["backward"] == walked["forward"][:-1]
    assert found == EXPECTED


def test_the_walk_calls_every_method_of_the_client(node):
    declared = Path(node and DECLARATION).read_text(encoding="utf-8")
    [body] = re.findall(r"declare class CatalogClient implements CatalogApi \{(.*?)\n\}", declared, re.DOTALL)
    methods = set(re.findall(r"^    (\w+)\(", body, re.MULTILINE)) - {"constructor"}
    called = set(re.findall(r"client\.(\w+)\(", SCRIPT.read_text(encoding="utf-8")))
    assert {"queryEntities", "streamLocations", "validateEntity"} < methods
    assert methods <= called
