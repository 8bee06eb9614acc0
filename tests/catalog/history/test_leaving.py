"""Entities that leave the catalog: asked once, told whole, kept away where that is wanted."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import actors, tokens
from accounts.models import AuditEvent
from accounts.roles import Role
from catalog import ingest, leaving, removal
from catalog.models import Descriptor, Entity, EntityRevision, Location, Tombstone
from tests.catalog.factories import make_entities, read
from tests.people import SignedIn

pytestmark = pytest.mark.django_db
REF = "component:default/checkout"
PAGE = "/catalog/component/default/checkout/"
UNREGISTER = f"{PAGE}unregister/"
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: NAME, title: NAME}
spec: {type: service, lifecycle: production, owner: shop}
"""
CHECKOUT = COMPONENT.replace("NAME", "checkout")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A real file with the component checkout, which the catalog has read."""
    path = tmp_path / "catalog-info.yaml"
    path.write_text(CHECKOUT)
    ingest.read_targets([str(path)])
    return path


def checkout() -> Entity:
    return Entity.objects.get(ref=REF)


def read_again() -> None:
    for location in Location.objects.filter(next_refresh_at__lte=timezone.now()):
        ingest.refresh(location.pk)


# -- The page --------------------------------------------------------------------------------------------------------


def test_the_page_lists_all_that_goes_and_who_misses_it(developer: SignedIn):
    both = f"{CHECKOUT}---\n{COMPONENT.replace('NAME', 'cart')}"
    make_entities(both, target="/test/shop.yaml")
    other = COMPONENT.replace("NAME", "web").replace("owner: shop", "owner: web, dependsOn: [component:cart]")
    make_entities(other)
    page = developer.get(UNREGISTER)

    assertContains(page, "2 entities go")
    assertContains(page, 'href="/catalog/component/default/cart/"')
    assertContains(page, "1 relation will lead nowhere")
    assertContains(page, 'href="/catalog/component/default/web/"')
    assertContains(page, "Its file still describes it")
    assertContains(developer.get(PAGE), f'href="{UNREGISTER}"')


def test_unregistering_takes_all_of_the_place(developer: SignedIn, file: Path):
    file.write_text(f"{CHECKOUT}---\n{COMPONENT.replace('NAME', 'cart')}")
    ingest.read_targets([str(file)])
    answer = developer.post(UNREGISTER, {"what": "place"}, follow=True)

    assertContains(answer, "Unregistered: 2 entities went")
    assert not Entity.objects.exists()
    assert not Location.objects.exists()
    last = EntityRevision.objects.filter(ref=REF).latest("pk")
    assert (last.event, last.cause, last.actor_ref) == ("removed", "unregistered", developer.actor.ref)


def test_a_place_of_the_configuration_allows_only_to_delete_the_entity(developer: SignedIn):
    read({"/test/shop.yaml": CHECKOUT}, origin="configuration")
    page = developer.get(UNREGISTER)

    assertContains(page, "The place cannot be unregistered here")
    assertContains(page, "waymark.yaml")
    assertNotContains(page, "Unregister the place")
    assert developer.post(UNREGISTER, {"what": "place"}).status_code == 403
    assert Entity.objects.filter(ref=REF).exists()


def test_a_place_with_entities_of_others_is_not_unregistered(developer: SignedIn):
    make_entities(f"{CHECKOUT}---\n{COMPONENT.replace('NAME', 'ledger').replace('shop', 'money')}")
    page = developer.get(UNREGISTER)

    assertContains(page, "The place is not yours alone")
    assertNotContains(page, "Unregister the place")
    assert developer.post(UNREGISTER, {"what": "place"}).status_code == 403
    assert Entity.objects.count() == 3


def test_a_stranger_is_offered_nothing_and_may_do_nothing(member: SignedIn, developer: SignedIn):
    make_entities(CHECKOUT.replace("shop", "money"))

    assert member.get(UNREGISTER).status_code == 404
    assertNotContains(developer.get(PAGE), UNREGISTER)
    assert developer.post(UNREGISTER, {"what": "entity"}).status_code == 403
    assert Entity.objects.filter(ref=REF).exists()


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_page_costs_the_same_for_3_entities_and_for_30(developer: SignedIn):
    def many(count: int) -> str:
        names = (COMPONENT.replace("NAME", f"c{number}") for number in range(count))
        return "---\n".join([CHECKOUT, *names])

    make_entities(many(3), target="/test/shop.yaml")
    few = statements(developer, UNREGISTER)
    make_entities(many(30), target="/test/shop.yaml")

    assert statements(developer, UNREGISTER) == few <= 14


# -- Deleting one ----------------------------------------------------------------------------------------------------


def test_a_deleted_entity_comes_back_with_its_uid_while_its_file_has_it(developer: SignedIn, file: Path):
    uid = checkout().uid
    answer = developer.post(UNREGISTER, {"what": "entity"})
    assertRedirects(answer, "/catalog/")
    assert not Entity.objects.filter(ref=REF).exists()

    read_again()
    assert checkout().uid == uid
    assert EntityRevision.objects.filter(ref=REF).latest("pk").event == "returned"


def test_one_that_is_kept_away_stays_away_and_its_file_says_why(developer: SignedIn, file: Path):
    answer = developer.post(UNREGISTER, {"what": "entity", "keep_away": "on"}, follow=True)
    assertContains(answer, "Kept away since", status_code=404)
    assertContains(answer, f"{file}:1", status_code=404)

    read_again()
    assert not Entity.objects.filter(ref=REF).exists()
    (problem,) = Descriptor.objects.get(ref=REF).problems
    assert "is kept away since" in problem["message"]
    assert (problem["rule"], problem["line"]) == ("I13", 3)
    assert PAGE in problem["cure"]


def test_it_is_let_back_in_with_its_uid_and_the_problem_is_gone(developer: SignedIn, file: Path):
    uid = checkout().uid
    leaving.delete_entity(checkout(), developer.actor, keep_away=True)
    read_again()
    answer = developer.post(f"{PAGE}let-back/", follow=True)

    assertContains(answer, "Let back in")
    assert checkout().uid == uid
    assert Descriptor.objects.get(ref=REF).problems == []
    last = EntityRevision.objects.filter(ref=REF).latest("pk")
    assert (last.cause, last.actor_ref) == ("let_back", developer.actor.ref)


def test_only_its_team_lets_it_back_in(developer: SignedIn, platform: SignedIn):
    make_entities(CHECKOUT.replace("shop", "money"))
    leaving.delete_entity(checkout(), platform.actor, keep_away=True)
    assertNotContains(developer.get(PAGE), "Let it back in", status_code=404)
    developer.post(f"{PAGE}let-back/")
    assert Tombstone.objects.get(ref=REF).is_kept_away

    platform.post(f"{PAGE}let-back/")
    assert not Tombstone.objects.get(ref=REF).is_kept_away


def test_what_nobody_keeps_away_cannot_be_let_back(developer: SignedIn):
    make_entities(CHECKOUT)
    assertContains(developer.post(f"{PAGE}let-back/", follow=True), "Nobody keeps it away.")


def test_the_api_lets_back_in_too(developer: SignedIn, file: Path):
    leaving.delete_entity(checkout(), developer.actor, keep_away=True)
    _, token = tokens.create("ci", role=Role.DEVELOPER, actor=actors.system(), team_ref="group:default/shop")
    machine: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}
    address = "/api/v1/catalog/history/component/default/checkout/let-back"

    assert Client().post(address).status_code == 401
    assert Client().post(address, **machine).status_code == 204
    assert checkout().owner_ref == "group:default/shop"
    assert Client().post(address, **machine).status_code == 204


def test_keeping_one_away_leaves_its_neighbours_alone(developer: SignedIn):
    both = f"{CHECKOUT}---\n{COMPONENT.replace('NAME', 'cart')}"
    make_entities(both, target="/test/shop.yaml")
    leaving.delete_entity(checkout(), developer.actor, keep_away=True)
    make_entities(f"{both}\n", target="/test/shop.yaml")

    assert set(Entity.objects.of_kind("component").values_list("name", flat=True)) == {"cart"}


def test_deeds_are_in_the_audit_trail(developer: SignedIn, file: Path):
    uid = str(checkout().uid)
    leaving.delete_entity(checkout(), developer.actor, keep_away=True)
    leaving.let_back(REF, developer.actor)

    deleted, back = AuditEvent.objects.filter(subject=REF).order_by("pk")
    assert (deleted.event, deleted.actor_ref, deleted.detail) == (
        "entity.deleted",
        developer.actor.ref,
        {"uid": uid, "kept_away": True},
    )
    assert back.event == "entity.let_back"


def test_deleting_twice_does_it_once(developer: SignedIn):
    make_entities(CHECKOUT)
    entity = checkout()
    leaving.delete_entity(entity, developer.actor)
    leaving.delete_entity(entity, developer.actor)

    assert AuditEvent.objects.filter(event="entity.deleted").count() == 1
    assert [each.event for each in EntityRevision.objects.filter(ref=REF)] == ["added", "removed"]


# -- By its uid ------------------------------------------------------------------------------------------------------


def test_a_client_deletes_by_uid_and_may_ask_twice(platform: SignedIn):
    make_entities(CHECKOUT)
    address = f"/api/catalog/entities/by-uid/{checkout().uid}"
    _, token = tokens.create("ci", role=Role.PLATFORM, actor=actors.system())
    machine: dict[str, Any] = {"headers": {"Authorization": f"Bearer {token}"}}

    assert [Client().delete(address, **machine).status_code for _ in range(2)] == [204, 204]
    assert not Entity.objects.filter(ref=REF).exists()
    assert Client().delete("/api/catalog/entities/by-uid/no-uid", **machine).status_code == 204


def test_a_client_of_another_team_is_refused_by_uid(client: Client):
    make_entities(CHECKOUT)
    address = f"/api/catalog/entities/by-uid/{checkout().uid}"
    _, token = tokens.create("ci", role=Role.DEVELOPER, actor=actors.system(), team_ref="group:default/money")
    answer = client.delete(address, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 403
    assert json.loads(answer.content)["error"]["name"] == "NotAllowedError"
    assert client.delete(address).status_code == 401
    assert Entity.objects.filter(ref=REF).exists()


# -- Orphans ---------------------------------------------------------------------------------------------------------


def orphaned(file: Path) -> Location:
    file.unlink()
    location = Location.objects.get(type="file", target=str(file))
    ingest.refresh(location.pk)
    return location


def test_an_orphan_stays_for_the_grace_period_and_says_until_when(file: Path, member: SignedIn):
    orphaned(file)
    assert leaving.sweep_orphans(now=timezone.now() + timedelta(days=6, hours=23)) == 0
    assertContains(member.get(PAGE), "It stays until")

    assert leaving.sweep_orphans(now=timezone.now() + timedelta(days=7, hours=1)) == 1
    last = EntityRevision.objects.filter(ref=REF).latest("pk")
    assert (last.event, last.cause) == ("removed", "orphaned")


def test_an_orphan_whose_place_is_back_is_none_and_one_that_was_swept_comes_back(file: Path):
    location = orphaned(file)
    file.write_text(CHECKOUT)
    ingest.refresh(location.pk)
    assert leaving.sweep_orphans(now=timezone.now() + timedelta(days=8)) == 0

    orphaned(file)
    leaving.sweep_orphans(now=timezone.now() + timedelta(days=8))
    file.write_text(CHECKOUT)
    ingest.refresh(location.pk)
    assert EntityRevision.objects.filter(ref=REF).latest("pk").event == "returned"


def test_orphans_are_kept_where_the_configuration_says_so(file: Path, settings: Any, member: SignedIn):
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "orphanStrategy": "keep"}}
    orphaned(file)

    assert leaving.sweep_orphans(now=timezone.now() + timedelta(days=99)) == 0
    assertContains(member.get(PAGE), "It stays until somebody deletes it")


def test_what_a_provider_found_has_a_rule_of_its_own(settings: Any):
    provider = Location.objects.create(type="github", target="acme", origin="orphan")
    make_entities(CHECKOUT, target="/test/found.yaml")
    place = Location.objects.get(target="/test/found.yaml")
    Location.objects.filter(pk=place.pk).update(parent=provider, origin="location")
    removal.mark_orphans(place, True, now=timezone.now())
    later = timezone.now() + timedelta(days=8)
    settings.WAYMARK = {
        **settings.WAYMARK,
        "catalog": {**settings.WAYMARK["catalog"], "orphanProviderStrategy": "keep"},
    }

    assert leaving.leaves_at(checkout()) is None
    assert leaving.sweep_orphans(now=later) == 0
    settings.WAYMARK["catalog"] |= {"orphanProviderStrategy": "delete", "orphanStrategy": "keep"}
    assert leaving.leaves_at(checkout()) is not None
    assert leaving.sweep_orphans(now=later) == 1


def test_an_orphan_of_an_older_version_begins_its_grace_period_now(file: Path):
    orphaned(file)
    Entity.objects.update(orphaned_at=None)
    now = timezone.now() + timedelta(days=365)

    assert leaving.sweep_orphans(now=now) == 0
    assert leaving.sweep_orphans(now=now + timedelta(days=8)) == 1


def test_many_orphans_go_in_few_statements(monkeypatch: pytest.MonkeyPatch):
    def orphans(count: int, target: str) -> int:
        make_entities("---\n".join(COMPONENT.replace("NAME", f"c{number}") for number in range(count)), target=target)
        removal.mark_orphans(Location.objects.get(target=target), True, now=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            assert leaving.sweep_orphans(now=timezone.now() + timedelta(days=8)) == count
        return len(queries)

    assert orphans(30, "/test/30.yaml") <= orphans(3, "/test/3.yaml") + 2


def test_nobody_without_rights_deletes(member: SignedIn):
    make_entities(CHECKOUT)
    with pytest.raises(PermissionDenied):
        leaving.delete_entity(checkout(), member.actor)
    with pytest.raises(PermissionDenied):
        leaving.delete_entity(checkout(), actors.anonymous())
