"""Checking an entity that is not in the catalog (P16)."""

import json

import pytest

from catalog.models import Entity
from tests.catalog.sources.given import forget, repository
from tests.forge.conftest import contract, forge

__all__ = ["contract", "forge"]

ENTITY = {
    "apiVersion": "backstage.io/v1alpha1",
    "kind": "Component",
    "metadata": {"name": "cart", "annotations": {"a/b": "ä\U0001f600"}},
    "spec": {"type": "service", "lifecycle": "production", "owner": "shop"},
}
PLACE = "url:https://git.example/shop/blob/main/catalog-info.yaml"


def test_p16_an_entity_that_is_right_is_200_without_a_word(api):
    response = api.post("/validate-entity", {"entity": ENTITY, "location": PLACE})
    assert (response.status_code, response.content) == (200, b"")
    assert not Entity.objects.exists()


def test_p16_all_that_is_wrong_is_told_at_once(api):
    wrong = {**ENTITY, "metadata": {"name": "no blanks"}, "spec": {"type": "service", "lifecycle": "x"}}
    response = api.post("/validate-entity", {"entity": wrong, "location": PLACE})
    assert response.status_code == 400
    messages = [error["message"] for error in response.json()["errors"]]
    assert {error["name"] for error in response.json()["errors"]} == {"InputError"}
    assert any("metadata.name" in message for message in messages)
    assert any("owner" in message for message in messages)


@pytest.mark.parametrize(
    "body",
    [
        {"entity": ENTITY},
        {"entity": ENTITY, "location": "file:/etc/passwd"},
        {"entity": ENTITY, "location": "url:"},
        {"location": PLACE},
        {"entity": [], "location": PLACE},
        {"entity": {}, "location": PLACE},
        {"entity": {**ENTITY, "kind": "Nonsense"}, "location": PLACE},
    ],
)
def test_p16_what_names_no_entity_or_place_is_400(api, body):
    response = api.post("/validate-entity", body)
    assert response.status_code == 400
    assert response.json()["errors"]


def names_a_file(forge, reference):
    spec = {"type": "openapi", "lifecycle": "production", "owner": "shop", "definition": {"$text": reference}}
    place = f"url:{forge.url}/acme/web/blob/main/catalog-info.yaml"
    return {"entity": {**ENTITY, "kind": "API", "spec": spec}, "location": place}


def test_i10_files_that_placeholders_lead_to_are_read_for_whoever_may_register(api, platform, forge):
    repository(forge, "web", {"openapi.yaml": "openapi: 3.1.0"})
    body = names_a_file(forge, "./missing.yaml")
    response = platform.post("/api/catalog/validate-entity", json.dumps(body), content_type="application/json")
    assert response.status_code == 400
    assert "Placeholder $text could not read location ./missing.yaml" in response.json()["errors"][0]["message"]
    body = names_a_file(forge, "./openapi.yaml")
    response = platform.post("/api/catalog/validate-entity", json.dumps(body), content_type="application/json")
    assert response.status_code == 200


def test_i10_for_others_nothing_is_read(api, forge):
    repository(forge, "web", {"openapi.yaml": "openapi: 3.1.0"})
    forget(forge)
    assert api.post("/validate-entity", names_a_file(forge, "./missing.yaml")).status_code == 200
    assert forge.calls() == []
