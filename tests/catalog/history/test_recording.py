"""What is written of each entity's history while places are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import causes
from catalog.causes import Cause
from catalog.models import Entity, EntityRevision, OwnershipSpan, Tombstone
from tests.catalog.factories import make_entities, read

pytestmark = pytest.mark.django_db
PLACE = "/test/shop/catalog-info.yaml"
CHECKOUT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, description: Turns a basket into an order}
spec: {type: service, lifecycle: production, owner: shop}
"""
REF = "component:default/checkout"


def revisions(ref: str = REF) -> list[EntityRevision]:
    return list(EntityRevision.objects.filter(ref=ref).order_by("pk"))


def events(ref: str = REF) -> list[str]:
    return [revision.event for revision in revisions(ref)]


def spans(ref: str = REF) -> list[tuple[str, bool]]:
    found = OwnershipSpan.objects.filter(ref=ref).order_by("started_at")
    return [(span.owner_ref, span.ended_at is None) for span in found]


@pytest.fixture(autouse=True)
def _consistent() -> Iterator[None]:
    """Whatever a test does: one open revision for each entity, no gap, and no two that hold at once."""
    yield
    assert set(EntityRevision.objects.open().values_list("ref", "uid", "owner_ref")) == set(
        Entity.objects.values_list("ref", "uid", "owner_ref")
    )
    owned = Entity.objects.exclude(owner_ref="").values_list("ref", "owner_ref")
    assert set(OwnershipSpan.objects.filter(ended_at=None).values_list("ref", "owner_ref")) == set(owned)
    last: dict[str, Any] = {}
    for revision in EntityRevision.objects.order_by("pk"):
        assert last.get(revision.ref, revision.started_at) <= revision.started_at
        last[revision.ref] = revision.ended_at


def test_an_entity_that_is_added_has_one_revision_with_its_place():
    make_entities(CHECKOUT, target=PLACE)

    (revision,) = revisions()
    assert (revision.event, revision.cause, revision.path, revision.line) == ("added", "read", PLACE, 1)
    assert (revision.kind, revision.title, revision.type) == ("component", "checkout", "service")
    assert (revision.lifecycle, revision.owner_ref) == ("production", "group:default/shop")
    assert revision.ended_at is None
    assert spans() == [("group:default/shop", True)]


def test_a_file_that_is_as_it_was_writes_nothing():
    make_entities(CHECKOUT, target=PLACE)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        make_entities(CHECKOUT, target=PLACE)

    assert len(revisions()) == 1
    assert not [query for query in queries.captured_queries if "catalog_entityrevision" in query["sql"]]


def test_a_changed_descriptor_ends_one_revision_and_begins_another():
    make_entities(CHECKOUT, target=PLACE)
    make_entities(CHECKOUT.replace("production", "deprecated"), target=PLACE)

    before, after = revisions()
    assert (before.lifecycle, after.event, after.lifecycle) == ("production", "changed", "deprecated")
    assert before.ended_at == after.started_at > before.started_at
    assert spans() == [("group:default/shop", True)]


def test_a_change_around_an_entity_is_none_of_its_own():
    make_entities(CHECKOUT, target=PLACE)
    make_entities(
        CHECKOUT.replace("name: checkout", "name: cart").replace(
            "owner: shop", "owner: shop, dependsOn: [component:checkout]"
        )
    )

    assert '"dependencyOf"' in Entity.objects.get(ref=REF).document
    assert events() == ["added"]


def test_a_new_owner_begins_a_span():
    make_entities(CHECKOUT, target=PLACE)
    make_entities(CHECKOUT.replace("owner: shop", "owner: money"), target=PLACE)

    assert spans() == [("group:default/shop", False), ("group:default/money", True)]


def test_what_leaves_its_file_is_removed_and_may_come_back_with_its_uid():
    make_entities(CHECKOUT, target=PLACE)
    uid = Entity.objects.get(ref=REF).uid
    make_entities("", target=PLACE)
    gone = revisions()[-1]
    make_entities(CHECKOUT, target=PLACE)

    assert events() == ["added", "removed", "returned"]
    assert (gone.started_at, gone.path, gone.line, gone.title) == (gone.ended_at, PLACE, 1, "checkout")
    assert gone.reason == f"gone from file:{PLACE}"
    assert {revision.uid for revision in revisions()} == {uid}
    assert spans() == [("group:default/shop", False), ("group:default/shop", True)]


def test_revisions_say_why_and_by_whom():
    with causes.because(Cause.REGISTERED, "user:default/ada"), causes.because(Cause.REFRESHED, "user:default/lin"):
        make_entities(CHECKOUT, target=PLACE)
    make_entities(CHECKOUT.replace("production", "deprecated"), target=PLACE)

    assert [(each.cause, each.actor_ref) for each in revisions()] == [("registered", "user:default/ada"), ("read", "")]


def test_a_broken_descriptor_leaves_the_history_as_it_is():
    make_entities(CHECKOUT, target=PLACE)
    make_entities(CHECKOUT.replace("owner: shop", "owner: []"), target=PLACE)

    assert events() == ["added"]


def test_who_comes_second_writes_no_history():
    make_entities(CHECKOUT, target=PLACE)
    make_entities(CHECKOUT.replace("shop", "thieves"))

    assert [each.owner_ref for each in revisions()] == ["group:default/shop"]


def test_a_renamed_entity_keeps_its_uid_and_both_names_tell():
    make_entities(CHECKOUT, target=PLACE)
    uid = Entity.objects.get(ref=REF).uid
    renamed = CHECKOUT.replace(
        "name: checkout", "name: till, annotations: {waymark.io/previous-ref: 'component:checkout'}"
    )
    make_entities(renamed, target=PLACE)

    assert Entity.objects.get(ref="component:default/till").uid == uid
    old, (new,) = revisions()[-1], revisions("component:default/till")
    assert (old.event, old.cause, old.other_ref) == ("removed", "renamed", "component:default/till")
    assert (new.event, new.cause, new.other_ref) == ("renamed", "renamed", REF)
    assert not Tombstone.objects.exists()


def test_an_entity_that_moved_and_was_renamed_follows_its_owner():
    make_entities(CHECKOUT, target=PLACE)
    uid = Entity.objects.get(ref=REF).uid
    make_entities("", target=PLACE)
    renamed = CHECKOUT.replace(
        "name: checkout", "name: till, annotations: {waymark.io/previous-ref: 'component:checkout'}"
    )
    make_entities(renamed)

    assert Entity.objects.get(ref="component:default/till").uid == uid


@pytest.mark.parametrize("is_there", [True, False])
def test_a_stranger_cannot_take_the_history_of_another_team(is_there: bool):
    make_entities(CHECKOUT, target=PLACE)
    uid = Entity.objects.get(ref=REF).uid
    if not is_there:
        make_entities("", target=PLACE)
    stolen = "name: till, annotations: {waymark.io/previous-ref: 'component:checkout'}"
    make_entities(CHECKOUT.replace("name: checkout", stolen).replace("owner: shop", "owner: thieves"))

    assert Entity.objects.get(ref="component:default/till").uid != uid
    assert events("component:default/till") == ["added"]


def test_both_names_in_one_reading_stay_two_entities():
    twice = CHECKOUT.replace(
        "name: checkout", "name: till, annotations: {waymark.io/previous-ref: 'component:checkout'}"
    )
    make_entities(f"{CHECKOUT}---\n{twice}", target=PLACE)
    make_entities(f"{CHECKOUT.replace('production', 'deprecated')}---\n{twice}", target=PLACE)

    assert events() == ["added", "changed"]
    assert events("component:default/till") == ["added"]


def test_an_old_name_that_comes_back_beside_the_new_one_keeps_its_uid():
    make_entities(CHECKOUT, target=PLACE)
    uid = Entity.objects.get(ref=REF).uid
    make_entities("", target=PLACE)
    twice = CHECKOUT.replace(
        "name: checkout", "name: till, annotations: {waymark.io/previous-ref: 'component:checkout'}"
    )
    make_entities(f"{twice}---\n{CHECKOUT}", target=PLACE)

    assert Entity.objects.get(ref=REF).uid == uid
    assert events("component:default/till") == ["added"]


def test_the_statements_do_not_rise_with_the_entities():
    def many(count: int, lifecycle: str) -> str:
        one = CHECKOUT.replace("production", lifecycle)
        return "---\n".join(one.replace("name: checkout", f"name: part-{number}") for number in range(count))

    def count(entities: int, target: str) -> int:
        read({target: many(entities, "production")})
        with CaptureQueriesContext(connection) as queries:
            read({target: many(entities, "deprecated")})
            read({target: ""})
        return sum("revision" in query["sql"] or "ownership" in query["sql"] for query in queries.captured_queries)

    assert count(30, "/test/30.yaml") == count(3, "/test/3.yaml")
