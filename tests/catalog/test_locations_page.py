"""The page of all places that are read: what is wrong with each, since when, and what can be done."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from catalog import ingest, sources
from catalog.models import Entity, Location
from catalog.sources import Unreadable
from tests.catalog.factories import FILE, make_entities
from tests.catalog.reading import COMPONENT

pytestmark = pytest.mark.django_db
PAGE = "/catalog/locations/"
LOCATION = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\nspec:\n  targets: [./a.yaml]\n"


class Silent:
    def read(self, location):
        raise Unreadable("It does not answer. Try again.")

    def child(self, base, target):
        raise ValueError


def fail(monkeypatch, *, age):
    """Let the one place that is read give no answer any more."""
    location = Location.objects.get(target=FILE)
    with monkeypatch.context() as patch:
        patch.setattr(sources, "_sources", {**sources._sources, "file": Silent()})
        ingest.refresh(location.pk)
    now = timezone.now()
    Location.objects.filter(pk=location.pk).update(
        read_at=now - age, failing_since=now - age / 2, next_refresh_at=now + timedelta(minutes=5, seconds=30)
    )
    return location


def test_a_place_that_cannot_be_read_tells_why_since_when_and_when_it_is_tried_again(platform, monkeypatch):
    make_entities(COMPONENT, target=FILE)
    fail(monkeypatch, age=timedelta(hours=6))
    page = platform.get(PAGE)
    assertContains(page, "It does not answer. Try again.")
    assertContains(page, "Not read")
    assertContains(page, "3 h ago")
    assertContains(page, "6 h ago")
    assertContains(page, "in 5 min")
    assertContains(page, "1 entity from the last reading stays.")


def test_places_that_fail_are_found_at_once(platform, monkeypatch):
    make_entities(COMPONENT, target=FILE)
    make_entities(COMPONENT.replace("checkout", "ledger"), target="/good/a.yaml")
    fail(monkeypatch, age=timedelta(hours=1))
    page = platform.get(PAGE, {"show": "failing"})
    assertContains(page, FILE)
    assertNotContains(page, "/good/a.yaml")
    assertContains(page, '<a href="?show=failing" aria-current="page">')


def test_places_are_found_by_a_part_of_their_address(platform):
    make_entities(COMPONENT, target=FILE)
    make_entities(COMPONENT.replace("checkout", "ledger"), target="/good/a.yaml")
    page = platform.get(PAGE, {"q": "GOOD"})
    assertContains(page, "/good/a.yaml")
    assertNotContains(page, f">{FILE}<")
    assertContains(platform.get(PAGE, {"q": "nowhere"}), "No place is like that")


def test_the_partial_is_the_list_alone(platform):
    make_entities(COMPONENT, target=FILE)
    page = platform.get(PAGE, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="places")
    assertContains(page, FILE)
    assertNotContains(page, "<html")


def test_i08_a_place_tells_who_keeps_a_name_that_it_describes_too(platform):
    make_entities(COMPONENT, target=FILE)
    make_entities(COMPONENT.replace("owner: shop", "owner: money"), target="/second/a.yaml")
    page = platform.get(PAGE)
    assertContains(page, f"is refused here: file:{FILE} described it first and keeps it.")
    assertContains(page, "?open=")


def test_i08_only_the_first_of_many_refused_names_stand_on_the_page(platform):
    texts = "---\n".join(COMPONENT.replace("checkout", f"c{number}") for number in range(5))
    make_entities(texts, target=FILE)
    make_entities(texts.replace("shop", "money"), target="/second/a.yaml")
    page = platform.get(PAGE)
    assertContains(page, "described it first", count=3)
    assertContains(page, "and 2 more entities that other places keep")


def test_it_tells_which_location_entity_led_to_a_place(platform, tmp_path):
    (tmp_path / "all.yaml").write_text(LOCATION)
    (tmp_path / "a.yaml").write_text(COMPONENT)
    ingest.read_targets([str(tmp_path / "all.yaml")])
    page = platform.get(PAGE)
    assertContains(page, 'href="/catalog/location/default/all/"')
    assertContains(page, f"in {tmp_path / 'all.yaml'}")


def test_a_provider_is_told_apart(platform):
    provider = Location.objects.create(type="github", target="acme", origin="configuration", options={})
    Location.objects.create(type="url", target="https://x/a", origin="location", parent=provider, is_optional=True)
    page = platform.get(PAGE)
    assertContains(page, "GitHub discovery")
    assertContains(page, "Nothing there")
    assert platform.get(PAGE, {"show": "providers"}).context["places"].page.paginator.count == 1


@pytest.mark.parametrize("count", [3, 30])
def test_it_takes_the_same_few_statements_for_3_rows_and_for_30(platform, django_assert_max_num_queries, count):
    for number in range(count):
        make_entities(COMPONENT.replace("checkout", f"c{number}"), target=f"/{number}/a.yaml")
        make_entities(COMPONENT.replace("checkout", f"c{number}"), target=f"/{number}/b.yaml")
    platform.get(PAGE)
    with django_assert_max_num_queries(12):
        platform.get(PAGE)


def test_a_place_is_unregistered_after_a_question(platform):
    make_entities(COMPONENT, target=FILE)
    location = Location.objects.get()
    question = platform.get(f"{PAGE}{location.pk}/unregister/")
    assertContains(question, "1 entity goes")
    assert Entity.objects.filter(kind="component").exists()
    answer = platform.post(f"{PAGE}{location.pk}/unregister/", follow=True)
    assertContains(answer, "Unregistered: 1 entity went with")
    assert not Location.objects.exists()


def test_a_place_of_the_configuration_is_not_unregistered_here(platform):
    make_entities(COMPONENT, target=FILE)
    Location.objects.update(origin="configuration")
    location = Location.objects.get()
    assertNotContains(platform.get(PAGE), "/unregister/")
    assertContains(platform.post(f"{PAGE}{location.pk}/unregister/"), "waymark.yaml", status_code=403)
    assert Location.objects.exists()


def test_who_does_not_own_it_is_offered_nothing(developer):
    make_entities(COMPONENT.replace("owner: shop", "owner: money"), target=FILE)
    location = Location.objects.get()
    page = developer.get(PAGE)
    assertNotContains(page, "/refresh/")
    assertNotContains(page, "/unregister/")
    assert developer.get(f"{PAGE}{location.pk}/unregister/").status_code == 403
    assert developer.post(f"{PAGE}{location.pk}/unregister/").status_code == 403
    assert Location.objects.exists()


def test_i18_a_read_only_catalog_offers_no_change(platform, settings):
    make_entities(COMPONENT, target=FILE)
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "readonly": True}}
    location = Location.objects.get()
    page = platform.get(PAGE)
    assertContains(page, "The catalog is read-only")
    assertNotContains(page, 'btn-primary"\n')
    assertNotContains(page, "/unregister/")
    assertContains(page, "/refresh/")
    assertNotContains(platform.get("/catalog/"), "/catalog/register/")
    answer = platform.post(f"{PAGE}{location.pk}/unregister/")
    assertContains(answer, "This operation not allowed in readonly mode", status_code=403)
    assert Location.objects.exists()


@pytest.mark.parametrize("query", [{"show": "x"}, {"page": "x"}, {"q": "\x00"}, {"q": "x" * 500}, {"page": "99"}])
def test_odd_queries_still_open_the_page(platform, query):
    make_entities(COMPONENT, target=FILE)
    assert platform.get(PAGE, query).status_code == 200
