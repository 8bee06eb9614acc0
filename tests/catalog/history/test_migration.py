"""An installation that is older than its history: what is there begins with what it is."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import history
from catalog.history import recording
from catalog.models import Entity, EntityRevision, Location, OwnershipSpan
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db
migration = import_module("catalog.migrations.0003_history")
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: NAME}
spec: {type: service, lifecycle: production, owner: shop}
"""


def older(count: int) -> None:
    """Have `count` components as a version without a history left them."""
    make_entities(
        "---\n".join(COMPONENT.replace("NAME", f"c{number}") for number in range(count)), target="/test/c.yaml"
    )
    EntityRevision.objects.all().delete()
    OwnershipSpan.objects.all().delete()


def test_each_entity_begins_with_what_it_is_since_it_was_added():
    older(3)
    Location.objects.update(commit="c0ffee")
    migration.begin(apps, connection.schema_editor())

    assert EntityRevision.objects.count() == Entity.objects.count() == 4
    entity, revision = Entity.objects.get(name="c1"), EntityRevision.objects.get(name="c1")
    assert (revision.event, revision.cause, revision.uid) == ("added", "upgrade", entity.uid)
    assert (revision.path, revision.line, revision.commit) == ("/test/c.yaml", 6, "c0ffee")
    assert revision.started_at == entity.created_at
    assert history.text_of(revision) == entity.source
    assert OwnershipSpan.objects.filter(owner_ref="group:default/shop", ended_at=None).count() == 3


def test_the_history_goes_on_from_there():
    older(2)
    migration.begin(apps, connection.schema_editor())
    make_entities(COMPONENT.replace("NAME", "c0").replace("shop", "money"), target="/test/c.yaml")

    assert [each.event for each in history.revisions("component:default/c0")] == ["changed", "added"]
    assert [each.event for each in history.revisions("component:default/c1")] == ["removed", "added"]


def test_what_an_older_version_stores_meanwhile_is_caught_up_with():
    older(3)
    migration.begin(apps, connection.schema_editor())
    EntityRevision.objects.filter(name__in=["c1", "c2"]).delete()
    OwnershipSpan.objects.filter(ref__endswith="c1").delete()
    OwnershipSpan.objects.filter(ref__endswith="c2").delete()

    assert (recording.catch_up(), recording.catch_up()) == (2, 0)
    assert EntityRevision.objects.get(name="c1").cause == "upgrade"
    assert OwnershipSpan.objects.count() == 3


def test_what_an_older_version_removed_meanwhile_may_come_back():
    older(1)
    migration.begin(apps, connection.schema_editor())
    left = EntityRevision.objects.get(name="c0").pk
    make_entities("", target="/test/c.yaml")
    # As the older version left it: gone, with a tombstone, and without a word in the history.
    EntityRevision.objects.filter(event="removed").delete()
    EntityRevision.objects.filter(pk=left).update(ended_at=None, packed=b"")
    OwnershipSpan.objects.update(ended_at=None)
    make_entities(COMPONENT.replace("NAME", "c0").replace("shop", "money"), target="/test/c.yaml")

    assert [each.event for each in history.revisions("component:default/c0")] == ["returned", "added"]
    assert OwnershipSpan.objects.get(ended_at=None).owner_ref == "group:default/money"


def test_it_goes_in_batches(monkeypatch: pytest.MonkeyPatch):
    older(20)
    monkeypatch.setattr(migration, "BATCH", 7)
    with CaptureQueriesContext(connection) as queries:
        migration.begin(apps, connection.schema_editor())

    assert EntityRevision.objects.count() == 21
    assert sum("INSERT" in query["sql"] for query in queries.captured_queries) == 6
