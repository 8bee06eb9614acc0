"""What the catalog writes into the annotations."""

import pytest

from catalog.descriptor import annotations
from catalog.descriptor.annotations import Place
from tests.catalog.reading import entity_of, with_metadata

URL = "https://github.com/acme/shop/blob/main/services/catalog-info.yaml"


def test_a_file_tells_where_it_is_and_from_where_it_was_reached():
    found = annotations.generated(Place("file", "/shop/a.yaml", "file:/shop"))
    assert found == {annotations.MANAGED_BY: "file:/shop/a.yaml", annotations.MANAGED_BY_ORIGIN: "file:/shop"}


def test_an_address_has_places_to_look_and_to_edit():
    found = annotations.generated(Place("url", URL, f"url:{URL}"))
    assert found[annotations.VIEW_URL] == URL
    assert found[annotations.EDIT_URL] == URL.replace("/blob/", "/edit/")
    assert found[annotations.SOURCE_LOCATION] == "url:https://github.com/acme/shop/tree/main/services/"


GITLAB = "https://gitlab.com/acme/shop/checkout/-/blob/main/services/catalog-info.yaml"
SERVER = "https://git.acme.example/projects/SHOP/repos/checkout/browse/services/catalog-info.yaml?at=main"


@pytest.mark.parametrize(
    ("url", "edit", "source"),
    [
        (GITLAB, GITLAB.replace("/blob/", "/edit/"), "https://gitlab.com/acme/shop/checkout/-/tree/main/services/"),
        (
            SERVER,
            SERVER.replace("?at=", "?mode=edit&spa=0&at="),
            "https://git.acme.example/projects/SHOP/repos/checkout/browse/services/?at=main",
        ),
        (
            "https://codeberg.org/acme/shop/src/branch/main/catalog-info.yaml",
            "https://codeberg.org/acme/shop/_edit/main/catalog-info.yaml",
            "https://codeberg.org/acme/shop/src/branch/main/",
        ),
    ],
)
def test_an_address_of_another_host_has_its_own_pages(url, edit, source):
    found = annotations.generated(Place("url", url, f"url:{url}"))
    assert found[annotations.VIEW_URL] == url
    assert found[annotations.EDIT_URL] == edit
    assert found[annotations.SOURCE_LOCATION] == f"url:{source}"
    assert Place("url", url, "").base_url == source


def test_a_pinned_commit_cannot_be_edited():
    found = annotations.generated(Place("url", URL.replace("main", "a" * 40), "url:x"))
    assert found.keys() == {annotations.MANAGED_BY, annotations.MANAGED_BY_ORIGIN}


def test_what_the_file_says_wins():
    text = with_metadata("annotations:\n  backstage.io/source-location: url:https://example.com/")
    found = entity_of(text, place=Place("url", URL, f"url:{URL}"))["metadata"]["annotations"]
    assert found[annotations.SOURCE_LOCATION] == "url:https://example.com/"
    assert found[annotations.VIEW_URL] == URL


@pytest.mark.parametrize(
    ("type_", "path", "base"),
    [
        ("file", "/a/b.yaml", "file:///a/"),
        ("file", "/b.yaml", "file:///"),
        ("url", URL, URL.rpartition("/")[0] + "/"),
        ("admin", "x", ""),
    ],
)
def test_the_address_of_the_folder(type_, path, base):
    assert Place(type_, path, "").base_url == base
