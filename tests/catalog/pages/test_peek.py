"""The card at a link to an entity."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.catalog.factories import make_entities
from tests.catalog.pages.samples import EVIL, SHOP, component, quoted

pytestmark = pytest.mark.django_db

PEEK = "/catalog/component/default/checkout/peek/"


def test_a_card_says_what_it_is_and_whose(member):
    make_entities(SHOP + component("checkout"))
    page = member.get(PEEK)
    for text in ("checkout", "The service checkout", "Team Shop", "production", "python"):
        assertContains(page, text)
    assertNotContains(page, "<html")
    assertNotContains(page, "<a ")


def test_a_browser_that_has_the_card_is_told_so_until_the_catalog_changes(member):
    make_entities(component("checkout"))
    etag = member.get(PEEK)["ETag"]
    assert member.get(PEEK, headers={"If-None-Match": etag}).status_code == 304
    make_entities(component("basket"))
    assert member.get(PEEK, headers={"If-None-Match": etag}).status_code == 200


def test_a_browser_that_has_the_card_costs_few_statements(member, django_assert_max_num_queries):
    make_entities(component("checkout"))
    etag = member.get(PEEK)["ETag"]
    with django_assert_max_num_queries(5):
        member.get(PEEK, headers={"If-None-Match": etag})


def test_texts_of_strangers_are_never_markup(member):
    make_entities(component("checkout", metadata=f"title: {quoted(EVIL)}"))
    page = member.get(PEEK)
    assertNotContains(page, "<script>")
    assertNotContains(page, "<img")


@pytest.mark.parametrize("path", ["component/default/nothing", "x/y/z", "component/default/%00"])
def test_what_is_not_there_has_no_card(member, path):
    assert member.get(f"/catalog/{path}/peek/").status_code == 404


def test_a_stranger_sees_no_card(client):
    make_entities(component("checkout"))
    assert client.get(PEEK).status_code == 302
