"""Backstage's own client, `@backstage/catalog-client` from npm, against the catalog API."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from accounts import tokens
from accounts.actors import system
from accounts.roles import Role
from tests.catalog.api.conftest import SHOP
from tests.catalog.factories import make_entities
from tests.shared import missing

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
SCRIPT = Path(__file__).with_name("catalog_client.cjs")


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


def test_p01_to_p18_backstages_own_client_gets_what_it_expects(node, live_server):
    make_entities(SHOP)
    _, token = tokens.create("client", role=Role.VIEWER, actor=system())
    done = subprocess.run(
        [node, str(SCRIPT), live_server.url, token], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "everything": ["Checkout", "ledger", "web"],
        "either": ["shop", "store"],
        "exists": ["Checkout", "web"],
        "slug": ["Checkout"],
        "fields": [{"kind": "System", "metadata": {"name": "store"}}],
        "ordered": ["web", "ledger", "Checkout"],
        "byRef": "web",
        "missing": True,
        "byRefs": [None, "web"],
        "byRefsWithQuery": [None, "web"],
        "pages": [["Checkout", "ledger"], ["web"]],
        "pagesOfQuery": [["shop", "store"]],
        "thereAndBack": [["Checkout", "ledger"], ["web"], ["Checkout", "ledger"]],
        "thereAndBackWithoutFilter": [2, 2, 2],
        "total": 3,
        "fullText": ["web"],
        "facets": {
            "kind": [{"value": "Component", "count": 3}],
            "spec.type": [{"value": "service", "count": 2}, {"value": "website", "count": 1}],
        },
        "facetsOfQuery": {"kind": [{"value": "Component", "count": 3}]},
        "locations": ["file"],
        "locationOfEntity": "/test/catalog-info.yaml",
        "locationByRef": "file",
        "queriedLocations": 1,
        "ancestors": "component:default/web",
        "refused": {"name": "ResponseError", "status": 403, "cause": "NotAllowedError"},
        "anonymous": {"name": "ResponseError", "status": 401, "cause": "AuthenticationError"},
        "malformed": {"name": "ResponseError", "status": 400, "cause": "InputError"},
    }
