"""Definitions are read after their entities were stored, and each new text is a version."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.apis import reading
from catalog.models import ApiDefinition, ApiVersion, Entity
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db
PLACE = "/test/api.yaml"


def descriptor(definition: str, *, type_: str = "openapi", name: str = "orders-api") -> str:
    indented = definition.replace("\n", "\n    ")
    return f"""\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {{name: {name}}}
spec:
  type: {type_}
  lifecycle: production
  owner: shop
  definition: |
    {indented}
"""


def openapi(version: str, *paths: str) -> str:
    listed = "\n".join(f"  {path}: {{get: {{responses: {{'200': {{}}}}}}}}" for path in paths)
    return f"openapi: 3.1.0\ninfo: {{title: Orders, version: {version}}}\npaths:\n{listed}"


def stored(definition: str, **more: str) -> ApiDefinition:
    make_entities(descriptor(definition, **more), target=PLACE)
    reading.read_unread()
    return ApiDefinition.objects.get(ref="api:default/orders-api")


def test_a_new_api_is_read_once():
    found = stored(openapi("1.0.0", "/orders", "/orders/{id}"))
    assert (found.label, found.operation_count, found.version_count, found.problem) == ("1.0.0", 2, 1, {})
    assert reading.read_unread() == 0


def test_a_new_text_is_a_version_with_what_it_breaks():
    stored(openapi("1.0.0", "/orders", "/orders/{id}"))
    found = stored(openapi("2.0.0", "/orders", "/returns"))
    assert (found.version_count, found.breaking_count) == (2, 1)
    newest = found.versions.first()
    told = [(change.level, change.where) for change in newest.as_changes()]
    assert told == [("breaking", "GET /orders/{id}"), ("safe", "GET /returns")]
    assert newest.text.rstrip() == openapi("2.0.0", "/orders", "/returns")


def test_another_description_of_the_entity_is_no_version():
    stored(openapi("1.0.0", "/orders"))
    text = descriptor(openapi("1.0.0", "/orders")).replace("{name: orders-api}", "{name: orders-api, title: Orders}")
    make_entities(text, target=PLACE)
    assert reading.read_unread() == 1
    assert ApiVersion.objects.count() == 1


def test_a_definition_that_broke_tells_why_and_keeps_its_versions():
    stored(openapi("1.0.0", "/orders"))
    found = stored("openapi: 3.1.0\npaths: [")
    assert found.problem["message"]
    assert found.problem["line"] >= 2
    assert [version.label for version in found.versions.all()] == ["", "1.0.0"]
    mended = stored(openapi("1.1.0", "/orders"))
    assert (mended.problem, mended.version_count) == ({}, 3)


def test_an_unknown_language_is_kept_without_an_outline():
    found = stored("procedure hello() -> string", type_="trpc")
    assert (found.operation_count, found.version_count, found.problem) == (0, 1, {})


def test_only_so_many_versions_are_kept(monkeypatch):
    monkeypatch.setattr(reading, "MOST_VERSIONS", 3)
    for number in range(5):
        stored(openapi(f"1.{number}.0", "/orders"))
    assert list(ApiVersion.objects.values_list("number", flat=True)) == [5, 4, 3]


def test_reading_stops_when_its_time_is_over():
    make_entities(descriptor(openapi("1.0.0", "/orders")), target=PLACE)
    assert reading.read_unread(patience=timedelta(seconds=-1)) == 0
    assert ApiDefinition.unread().count() == 1


def test_null_characters_of_strangers_are_stored_as_something_else():
    found = stored('{"openapi": "3.0.0", "info": {"title": "a\\u0000b", "version": "\\ud800"}, "paths": {}}')
    assert found.problem == {}
    assert "\0" not in found.label


def test_a_long_definition_is_not_read(monkeypatch):
    monkeypatch.setattr(reading, "LONGEST", 10)
    assert "longer than" in stored(openapi("1.0.0", "/orders")).problem["message"]


def test_an_api_that_went_and_came_back_goes_on_from_its_last_version():
    stored(openapi("1.0.0", "/orders"))
    make_entities("", target=PLACE)
    assert not Entity.objects.of_kind("api").exists()
    assert stored(openapi("2.0.0", "/orders")).version_count == 2


def test_a_text_of_before_the_portal_came_is_the_first_version():
    make_entities(descriptor(openapi("2.0.0", "/orders")), target=PLACE)
    entity = Entity.objects.get(ref="api:default/orders-api")
    long_ago = timezone.now() - timedelta(days=40)
    for _ in range(2):
        reading.remember(entity, openapi("1.0.0", "/orders", "/old"), seen_at=long_ago)
        reading.read_unread()
    versions = ApiVersion.objects.order_by("number")
    assert [(version.label, version.breaking_count) for version in versions] == [("1.0.0", 0), ("2.0.0", 1)]
    assert versions[0].seen_at == long_ago
