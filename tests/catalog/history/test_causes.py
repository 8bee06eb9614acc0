"""Why something changed is heard where it is written, whatever lies between."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts import actors
from catalog import ingest, locations
from catalog.models import Entity, EntityRevision, Location

pytestmark = pytest.mark.django_db
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: NAME}
spec: {type: service, lifecycle: production, owner: shop}
"""
LEADS_ON = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {type: file, targets: [./one.yaml]}
"""


def last(ref: str) -> tuple[str, str, str]:
    revision = EntityRevision.objects.filter(ref=ref).latest("pk")
    return revision.event, revision.cause, revision.actor_ref


def test_the_command_a_person_who_refreshes_and_one_who_unregisters_are_told(tmp_path: Path):
    file = tmp_path / "catalog-info.yaml"
    file.write_text(COMPONENT.replace("NAME", "checkout"))
    ingest.read_targets([str(file)])
    assert last("component:default/checkout") == ("added", "command", "")

    location = Location.objects.get()
    file.write_text(COMPONENT.replace("NAME", "checkout").replace("production", "deprecated"))
    locations.refresh(location, actors.system())
    assert last("component:default/checkout") == ("changed", "refreshed", "system:waymark")

    locations.unregister(location, actors.system())
    assert last("component:default/checkout") == ("removed", "unregistered", "system:waymark")


def test_refreshing_an_entity_reads_the_places_that_lead_to_it_first(tmp_path: Path):
    (tmp_path / "one.yaml").write_text(COMPONENT.replace("NAME", "one"))
    (tmp_path / "two.yaml").write_text(COMPONENT.replace("NAME", "two"))
    (tmp_path / "all.yaml").write_text(LEADS_ON)
    ingest.read_targets([str(tmp_path / "all.yaml")])

    (tmp_path / "all.yaml").write_text(LEADS_ON.replace("./one.yaml", "./two.yaml"))
    locations.refresh(Entity.objects.get(ref="component:default/one").location, actors.system())

    found = set(Entity.objects.of_kind("component").values_list("ref", flat=True))
    assert found == {"component:default/two"}
