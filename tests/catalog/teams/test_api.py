"""Teams as JSON."""

import pytest

from tests.catalog.teams.test_pages import component, group, person, store

pytestmark = pytest.mark.django_db


def test_teams_come_in_the_order_of_the_tree(developer):
    store(group("acme"), group("shop", parent="acme"), person("ada", "shop"), component("checkout", "shop"))
    found = developer.get("/api/v1/teams").json()
    assert [(team["entity_ref"], team["everybody_count"], team["owned_count"]) for team in found] == [
        ("group:default/acme", 1, 0),
        ("group:default/shop", 1, 1),
    ]
    assert found[1]["parents"] == ["group:default/acme"]
    assert found[1]["members"] == ["user:default/ada"]
