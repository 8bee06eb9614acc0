"""I18: what clients are told of a catalog whose places change only with waymark.yaml."""

import json

import pytest

from catalog import ingest, sources
from catalog.models import Location
from catalog.sources import Reading, SourceText
from tests.catalog.reading import COMPONENT

pytestmark = pytest.mark.django_db
TARGET = "https://github.com/acme/shop/blob/main/catalog-info.yaml"
WORDS = "This operation not allowed in readonly mode"


class Shelf:
    def read(self, location):
        return Reading([SourceText(location.target, COMPONENT)])

    def child(self, base, target):
        return "url", target


@pytest.fixture
def location(monkeypatch, settings, platform):
    monkeypatch.setattr(sources, "_sources", {**sources._sources, "url": Shelf()})
    made = Location.objects.create(type="url", target=TARGET, origin="registered")
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "readonly": True}}
    return made


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("post", "", {"type": "url", "target": TARGET.replace("shop", "web")}),
        ("put", "/{pk}", {"type": "url", "target": TARGET.replace("shop", "web")}),
        ("delete", "/{pk}", None),
    ],
)
def test_places_are_not_changed(platform, location, method, path, body):
    address = f"/api/catalog/locations{path.format(pk=location.pk)}"
    answer = getattr(platform, method)(address, json.dumps(body), content_type="application/json")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == WORDS
    assert [place.target for place in Location.objects.all()] == [TARGET]


def test_a_dry_run_is_no_change(platform, location):
    body = {"type": "url", "target": TARGET.replace("shop", "web")}
    answer = platform.post("/api/catalog/locations?dryRun=true", json.dumps(body), content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["entities"][0]["metadata"]["name"] == "checkout"


def test_reading_again_is_no_change(platform, location):
    ingest.refresh(location.pk)
    body = {"entityRef": "component:default/checkout"}
    assert platform.post("/api/catalog/refresh", json.dumps(body), content_type="application/json").status_code == 200
