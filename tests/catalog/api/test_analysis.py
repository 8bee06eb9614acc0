"""`/analyze-location` (P15)."""

import pytest

from tests.catalog.factories import make_entities
from tests.catalog.pages.samples import SHOP, component
from tests.forge.conftest import contract, forge

__all__ = ["contract", "forge"]

pytestmark = pytest.mark.django_db

PATH = "/api/catalog/analyze-location"
HOST = "https://git.example/shop/checkout"


def analyse(client, target, *, type="url", **more):  # noqa: A002 — the field's word
    return client.post(PATH, {"location": {"type": type, "target": target}, **more}, content_type="application/json")


@pytest.fixture
def repository(forge):
    """A function that makes a repository of the forge with files, and returns its address."""

    def make(name, files):
        client = forge.client()
        client.create_repository(forge.repo(name))
        for path, text in files.items():
            client.put_file(forge.repo(name), path, text.encode(), message="x")
        return f"{forge.url}/acme/{name}"

    return make


def test_a_repository_without_a_descriptor_is_offered_a_component_of_type_other(developer, repository):
    answer = analyse(developer, repository("checkout", {}))
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "existingEntityFiles": [],
            "generateEntities": [
                {
                    "entity": {
                        "apiVersion": "backstage.io/v1alpha1",
                        "kind": "Component",
                        "metadata": {
                            "name": "checkout",
                            "annotations": {"github.com/project-slug": "acme/checkout"},
                        },
                        "spec": {"type": "other", "lifecycle": "unknown"},
                    },
                    "fields": [],
                }
            ],
        },
    )


def test_the_entities_of_each_descriptor_are_told_with_its_address(developer, repository):
    url = repository("web", {"catalog-info.yaml": component("web") + component("admin")})
    content = analyse(developer, url).json()
    target = f"{url}/blob/main/catalog-info.yaml"
    assert content["generateEntities"] == []
    assert [file["entity"]["metadata"]["name"] for file in content["existingEntityFiles"]] == ["web", "admin"]
    assert {
        (file["isRegistered"], file["location"]["type"], file["location"]["target"])
        for file in content["existingEntityFiles"]
    } == {(False, "url", target)}


def test_what_is_registered_says_so(developer, repository):
    url = repository("web", {"catalog-info.yaml": component("web")})
    target = f"{url}/blob/main/catalog-info.yaml"
    make_entities(SHOP + component("web"), type="url", target=target)
    files = analyse(developer, target).json()["existingEntityFiles"]
    assert {(file["isRegistered"], file["location"]["target"]) for file in files} == {(True, target)}
    assert {file["entity"]["metadata"]["name"] for file in files} == {"shop", "web"}


def test_a_descriptor_may_have_another_name(developer, repository):
    url = repository("web", {"backstage.yaml": component("web")})
    assert analyse(developer, url, catalogFileName="backstage.yaml").json()["existingEntityFiles"] != []


def test_a_broken_descriptor_is_an_error_with_its_line(developer, repository):
    url = repository("web", {"catalog-info.yaml": component("web").replace("lifecycle", "lifecyle")})
    answer = analyse(developer, url)
    assert answer.status_code == 400
    assert "catalog-info.yaml:5:1" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"location": HOST},
        {"location": {"type": "url"}},
        {"location": {"type": "file", "target": "/etc/passwd"}},
        {"location": {"type": "url", "target": HOST}, "more": 1},
        {"location": {"type": "url", "target": HOST}, "catalogFileName": 1},
        {"location": {"type": "url", "target": "https://169.254.169.254/x.yaml"}},
        {"location": {"type": "url", "target": "\x00"}},
    ],
)
def test_what_cannot_be_analysed_is_400_in_backstages_shape(developer, body):
    answer = developer.post(PATH, body, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["name"]) == (400, "InputError")


def test_only_those_who_may_register_analyse(member, client):
    assert analyse(member, HOST).status_code == 403
    assert analyse(client, HOST).status_code == 401
