"""Checking an entity that is not in the catalog (P16)."""

import pytest

from catalog.models import Entity

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
