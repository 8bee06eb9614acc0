"""Stars and visits: each person's own."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from catalog import personal
from catalog.models import Entity, Star, Visit
from tests.catalog.factories import make_entities
from tests.catalog.pages.samples import EVIL, SHOP, component, quoted
from tests.people import SignedIn, make_person

pytestmark = pytest.mark.django_db

CHECKOUT = "/catalog/component/default/checkout/"
STAR = f"{CHECKOUT}star/"


@pytest.fixture(autouse=True)
def _entities() -> None:
    make_entities(SHOP + component("checkout") + component("basket"))


def entity(name: str = "checkout") -> Entity:
    return Entity.objects.get(ref=f"component:default/{name}")


def test_a_star_is_given_taken_back_and_given_once(developer):
    developer.post(STAR, {"on": "1"})
    developer.post(STAR, {"on": "1"})
    assert personal.starred_refs(developer.actor) == {"component:default/checkout"}
    developer.post(STAR, {"on": "0"})
    assert personal.starred_refs(developer.actor) == frozenset()


def test_a_star_is_seen_by_nobody_else(developer, member):
    developer.post(STAR, {"on": "1"})
    assertContains(developer.get(CHECKOUT), 'aria-pressed="true"')
    assertNotContains(member.get(CHECKOUT), 'aria-pressed="true"')
    assert personal.starred_refs(member.actor) == frozenset()


def test_without_javascript_the_page_comes_back_that_the_star_was_given_on(developer):
    answer = developer.post(STAR, {"on": "1", "next": "/catalog/?type=service"})
    assertRedirects(answer, "/catalog/?type=service")


@pytest.mark.parametrize(
    "next_", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_way_back_never_leads_elsewhere(developer, next_):
    assertRedirects(developer.post(STAR, {"on": "1", "next": next_}), CHECKOUT)


def test_htmx_gets_the_button_alone(developer):
    answer = developer.post(STAR, {"on": "1"}, headers={"HX-Request": "true"})
    assertContains(answer, 'aria-pressed="true"')
    assertNotContains(answer, "<html")


def test_the_star_of_an_entity_with_a_hostile_title_is_no_markup(developer):
    make_entities(component("checkout", metadata=f"title: {quoted(EVIL)}"), target="/test/catalog-info.yaml")
    assertNotContains(developer.get(CHECKOUT), "<script>alert")


def test_starred_entities_are_a_list_with_their_number(developer):
    developer.post(STAR, {"on": "1"})
    page = developer.get("/catalog/", {"show": "starred"})
    assert [row.title for row in page.context["list"].table.rows] == ["checkout"]
    assertContains(developer.get("/catalog/"), 'Starred<span class="facets__count">1</span>')


def test_the_frame_of_every_page_has_the_stars_at_once(developer):
    developer.get("/catalog/")
    developer.post(STAR, {"on": "1"})
    assertContains(developer.get("/search/"), f'<a class="shell__link" href="{CHECKOUT}">')
    developer.post(STAR, {"on": "0"})
    assertNotContains(developer.get("/search/"), f'<a class="shell__link" href="{CHECKOUT}">')


def test_a_star_outlives_an_entity_that_comes_back(developer):
    developer.post(STAR, {"on": "1"})
    make_entities(SHOP, target="/test/catalog-info.yaml")
    assert personal.stars_of(developer.actor) == []
    make_entities(SHOP + component("checkout"), target="/test/catalog-info.yaml")
    assert [row.name for row in personal.stars_of(developer.actor)] == ["checkout"]


def test_somebody_unknown_is_sent_to_sign_in(client, settings):
    settings.ANONYMOUS_READ = True
    assert client.post(STAR, {"on": "1"})["Location"].startswith("/accounts/login/")
    assertNotContains(client.get("/catalog/"), 'class="star"')


def test_there_are_only_so_many_stars(developer, monkeypatch):
    monkeypatch.setattr(personal, "MOST_STARS", 1)
    developer.post(STAR, {"on": "1"})
    page = developer.post("/catalog/component/default/basket/star/", {"on": "1"}, follow=True)
    assertContains(page, "You have starred 1 entities, which is the most.")
    assert Star.objects.count() == 1


def test_a_visit_is_noted_once_a_minute_and_counted_after(developer):
    personal.note_visit(developer.user.pk, entity().pk)
    personal.note_visit(developer.user.pk, entity().pk)
    assert Visit.objects.get().times == 1
    Visit.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    personal.note_visit(developer.user.pk, entity().pk)
    assert Visit.objects.get().times == 2


def test_reading_a_page_rings_once_a_minute_and_writes_nothing(developer, monkeypatch):
    rung = []
    monkeypatch.setattr(personal, "ring", lambda task, *ids: rung.append(ids))
    developer.get(CHECKOUT)
    developer.get(f"{CHECKOUT}inspect/")
    assert rung == [(developer.user.pk, entity().pk)]
    assert not Visit.objects.exists()


def test_only_the_last_visits_are_kept(developer, monkeypatch):
    monkeypatch.setattr(personal, "MOST_VISITS", 2)
    make_entities(component("ledger"))
    for name in ("checkout", "basket", "ledger"):
        personal.note_visit(developer.user.pk, entity(name).pk)
    assert [row.name for row in personal.recently_seen(developer.actor)] == ["ledger", "basket"]
    assert Visit.objects.count() == 2


def test_a_visit_to_what_has_gone_is_nothing(developer):
    personal.note_visit(developer.user.pk, 0)
    assert not Visit.objects.exists()


def test_home_shows_what_was_starred_and_seen(developer):
    developer.post(STAR, {"on": "1"})
    personal.note_visit(developer.user.pk, entity("basket").pk)
    kept = developer.get("/").context["day"].kept
    assert [row.name for row in kept.starred] == ["checkout"]
    assert [row.name for row in kept.recently_seen] == ["basket"]


def test_what_a_person_kept_goes_with_them():
    person = make_person("mo")
    SignedIn(person).post(STAR, {"on": "1"})
    person.delete()
    assert not Star.objects.exists()
