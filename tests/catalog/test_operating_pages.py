"""The pages of those who keep the catalog going: what could not be read, and where it is read from."""

import pytest
from pytest_django.asserts import assertContains

from catalog.models import Location
from tests.catalog.factories import make_entities
from tests.catalog.test_views import BROKEN, shop

__all__ = ["shop"]  # the fixture
pytestmark = pytest.mark.django_db


def test_problems_page_shows_the_line_the_message_and_the_cure(member, shop):
    make_entities(BROKEN)
    page = member.get("/catalog/problems/")
    assertContains(page, "1 descriptor could not be read as written")
    assertContains(page, "code-view__line--bad")
    assertContains(page, "lifecyle")
    row = page.context["problems"].chosen
    assert row.first.cure
    assertContains(page, row.first.cure.split("`")[0])


def test_problems_are_filtered_by_owner(member):
    make_entities(BROKEN, target="/test/a.yaml")
    make_entities(
        BROKEN.replace("fraud-score", "tax-rates").replace("owner: shop", "owner: money"), target="/test/b.yaml"
    )
    page = member.get("/catalog/problems/", {"owner": "group:default/money"})
    assert [row.name for row in page.context["problems"].rows] == ["tax-rates"]


def test_owner_learns_of_a_descriptor_whose_name_is_wrong(member):
    make_entities(BROKEN.replace("fraud-score", "locker stations"))
    page = member.get("/catalog/problems/", {"owner": "group:default/shop"})
    assert [row.name for row in page.context["problems"].rows] == ["locker stations"]


def test_problems_page_without_problems_says_so(member, shop):
    assertContains(member.get("/catalog/problems/"), "No problems")


@pytest.mark.parametrize("query", ["open=x", "open=99999999", "owner=" + "o" * 400, "owner=%00"])
def test_odd_queries_still_open_the_problems(member, query):
    make_entities(BROKEN)
    assert member.get(f"/catalog/problems/?{query}").status_code == 200


def test_locations_tell_their_entities_problems_and_reading(platform, shop):
    make_entities(BROKEN)
    page = platform.get("/catalog/locations/")
    assertContains(page, "2 places")
    assertContains(page, "1 problem")
    location = Location.objects.get(target="/test/catalog-info.yaml")
    assertContains(page, f'action="/catalog/locations/{location.pk}/refresh/"')
