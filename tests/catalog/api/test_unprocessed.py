"""What was refused or not read yet, as Backstage's page of unprocessed entities asks for it (P17)."""

import pytest

from accounts.models import AuditEvent
from accounts.roles import Role
from catalog import ingest
from catalog.models import Descriptor, Entity, Location
from tests.catalog.factories import make_entities

FAILED = "/entities/unprocessed/failed"
GOOD = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cart}
spec: {type: service, lifecycle: production, owner: shop}
"""
BAD = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: wallet}
spec: {type: service, owner: money}
"""


@pytest.fixture
def broken(db):
    """One good document, one that was refused, and one that is no YAML."""
    make_entities(f"{GOOD}---\n{BAD}---\nkind: [unclosed\n")


def entities(response):
    assert response.status_code == 200, response.content
    return response.json()["entities"]


def test_p17_tells_what_was_refused_and_why(api, broken):
    wallet, unreadable = entities(api.get(FAILED))
    assert wallet["entity_ref"] == "component:default/wallet"
    assert wallet["unprocessed_entity"]["spec"] == {"type": "service", "owner": "money"}
    assert wallet["location_key"] == "file:/test/catalog-info.yaml"
    [error] = wallet["errors"]
    assert error["name"] == "InputError"
    assert "lifecycle" in error["message"]
    assert error["cause"]["stack"].startswith("/test/catalog-info.yaml:")
    assert (unreadable["entity_ref"], unreadable["unprocessed_entity"]["kind"]) == (
        "unknown:default/unknown",
        "unknown",
    )


@pytest.mark.parametrize(
    ("owner", "found"),
    [("money", ["component:default/wallet"]), ("group:default/money", ["component:default/wallet"]), ("shop", [])],
)
def test_p17_of_one_owner(api, broken, owner, found):
    assert [each["entity_ref"] for each in entities(api.get(FAILED, owner=owner))] == found


def test_p17_is_told_in_pages_with_the_number_of_all(api, broken):
    response = api.get(FAILED, limit=1, offset=1)
    assert [each["entity_ref"] for each in entities(response)] == ["unknown:default/unknown"]
    assert response.json()["totalItems"] == 2
    assert api.get(FAILED, limit=0).status_code == 400


def test_p17_a_place_that_cannot_be_read_has_failed_and_one_that_nobody_read_is_pending(api):
    Location.objects.create(type="url", target="https://git.example/a", origin="registered", error="It is not there.")
    Location.objects.create(type="url", target="https://git.example/b", origin="registered")
    [gone] = entities(api.get(FAILED))
    assert gone["unprocessed_entity"]["spec"] == {"type": "url", "target": "https://git.example/a"}
    assert gone["errors"][0]["message"].endswith("It is not there.")
    [waiting] = entities(api.get("/entities/unprocessed/pending"))
    assert (waiting["location_key"], waiting["errors"]) == ("url:https://git.example/b", [])
    assert entities(api.get("/entities/unprocessed/pending", owner="shop")) == []


def test_p17_what_is_forgotten_comes_back_if_its_file_still_has_it(make_api, tmp_path):
    file = tmp_path / "catalog-info.yaml"
    file.write_text(f"{GOOD}---\n{BAD}")
    ingest.read_targets([str(file)])
    api = make_api(Role.PLATFORM)
    [wallet] = entities(api.get(FAILED))
    assert api.delete(f"/entities/unprocessed/delete/{wallet['entity_id']}").status_code == 204
    assert entities(api.get(FAILED)) == []
    assert AuditEvent.objects.filter(event="problem.forgotten").count() == 1
    ingest.read_targets([str(file)])
    assert [each["entity_ref"] for each in entities(api.get(FAILED))] == ["component:default/wallet"]
    assert Entity.objects.filter(ref="component:default/cart").exists()


def test_p17_only_the_owner_forgets(make_api, broken):
    wallet = Descriptor.objects.get(ref="component:default/wallet")
    path = f"/entities/unprocessed/delete/{wallet.pk}"
    assert make_api(Role.DEVELOPER, "group:default/shop").delete(path).status_code == 403
    assert make_api(Role.DEVELOPER, "group:default/money").delete(path).status_code == 204


@pytest.mark.parametrize("entity_id", ["0", "nonsense", "location-0", "location-x", "9" * 30, "%00"])
def test_p17_to_forget_what_is_not_there_is_no_fault(make_api, entity_id):
    assert make_api(Role.PLATFORM).delete(f"/entities/unprocessed/delete/{entity_id}").status_code in (204, 404)


def test_p17_a_place_with_entities_is_not_forgotten_by_the_way(make_api, broken):
    api = make_api(Role.PLATFORM)
    location = Location.objects.get()
    assert api.delete(f"/entities/unprocessed/delete/location-{location.pk}").status_code == 409
    Location.objects.create(type="url", target="https://git.example/a", origin="registered", error="It is not there.")
    [gone] = [each for each in entities(api.get(FAILED)) if each["entity_id"].startswith("location-")]
    assert api.delete(f"/entities/unprocessed/delete/{gone['entity_id']}").status_code == 204
    assert list(Location.objects.all()) == [location]
