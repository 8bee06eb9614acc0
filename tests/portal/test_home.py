"""The home page: for a stranger, for somebody of a team, and in a portal that holds nothing yet."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from scaffolder.models import Task
from tests.catalog.factories import make_entities
from tests.people import SHOP

pytestmark = pytest.mark.django_db

ENTITIES = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, title: Team Shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger}
spec: {type: service, lifecycle: production, owner: money}
"""
BROKEN = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: fraud-score}
spec: {type: service, lifecyle: production, owner: shop}
"""


def make_run(developer, **fields):
    return Task.objects.create(title="gift-cards", template_ref="template:default/python-service", **fields)


def test_stranger_is_asked_to_sign_in_and_sees_nothing_of_the_catalog(client):
    make_entities(ENTITIES)
    page = client.get("/")
    assertContains(page, "You are not signed in")
    assertNotContains(page, "checkout")
    assertNotContains(page, 'href="/catalog/"')


def test_stranger_may_look_around_where_everybody_may_read(client, settings):
    settings.ANONYMOUS_READ = True
    make_entities(ENTITIES)
    page = client.get("/")
    assertContains(page, "You may look around")
    assertContains(page, "checkout")


def test_my_day_shows_my_teams_services_and_not_those_of_others(developer):
    make_entities(ENTITIES)
    day = developer.get("/").context["day"]
    assert [service.name for service in day.services] == ["checkout"]


def test_my_day_shows_the_problems_of_my_team(developer, platform):
    make_entities(BROKEN)
    assertContains(developer.get("/"), "fraud-score")
    assertContains(developer.get("/"), "See the line")
    assertNotContains(platform.get("/"), "See the line")


def test_my_day_shows_my_runs_and_not_those_of_my_colleagues(developer):
    mine = make_run(developer, actor_ref="user:default/ada", owner_ref=SHOP, state="failed", error="The name is taken.")
    make_run(developer, actor_ref="user:default/lin", owner_ref=SHOP)
    page = developer.get("/")
    assert [run.pk for run in page.context["day"].runs] == [mine.pk]
    assertContains(page, "The name is taken.")


def test_what_changed_tells_added_from_changed(developer):
    make_entities(ENTITIES, target="/test/all.yaml")
    assert {row.event for row in developer.get("/").context["day"].changes} == {"added"}


def test_new_portal_lists_the_first_steps_for_those_who_can_take_them(platform, member):
    page = platform.get("/")
    assertContains(page, "First steps")
    assertContains(page, 'href="/catalog/register/"')
    assertNotContains(member.get("/"), "First steps")


@pytest.mark.parametrize("person", ["developer", "platform"])
def test_navigation_has_admin_only_for_those_who_may_open_it(person, request):
    page = request.getfixturevalue(person).get("/")
    assert ('href="/admin/"' in page.content.decode()) is (person == "platform")


def test_navigation_says_where_one_is(developer):
    page = developer.get("/catalog/problems/")
    shell = page.context["shell"]
    assert [place.url for place in [*shell.places, *shell.operate] if place.is_current] == ["/catalog/problems/"]
    assertContains(page, 'aria-current="page"', count=2)  # and in the breadcrumb


@pytest.mark.parametrize(
    ("cookie", "written"), [("dark", 'data-bs-theme="dark"'), ("light", 'data-bs-theme="light"'), ('"><script>', "")]
)
def test_theme_is_written_into_the_page_when_it_was_chosen(developer, cookie, written):
    developer.cookies["theme"] = cookie
    page = developer.get("/")
    assertContains(page, f'<html lang="en"{" " + written if written else ""}>')


def test_signing_in_leads_to_where_one_wanted_to_go(db):
    from tests.people import make_person

    make_person("ada", password="a long password")
    browser = Client()
    page = browser.get("/accounts/login/?next=/catalog/")
    assertContains(page, "User name")
    assertContains(page, 'value="/catalog/"')
    answer = browser.post("/accounts/login/", {"login": "ada", "password": "a long password", "next": "/catalog/"})
    assert answer["Location"] == "/catalog/"


def test_signing_in_with_a_wrong_password_says_so_and_keeps_the_name(client):
    page = client.post("/accounts/login/", {"login": "ada", "password": "wrong"})
    assertContains(page, 'role="alert"')
    assertContains(page, 'value="ada"')


def test_signing_out_asks_first(developer):
    assertContains(developer.get("/accounts/logout/"), "Sign out?")
    developer.post("/accounts/logout/")
    assertContains(developer.get("/"), "You are not signed in")


@pytest.mark.parametrize("path", ["/no-such-page/", "/catalog/a/b/", "/create/tasks/0/"])
def test_address_that_leads_nowhere_is_a_page_with_a_way_on(developer, path):
    assertContains(developer.get(path), "There is nothing at this address", status_code=404)


def test_page_for_a_failure_needs_neither_request_nor_database():
    from django.template.loader import render_to_string

    assert "Something broke in the portal" in render_to_string("500.html")
    assert "does not understand" in render_to_string("400.html")


def test_form_without_its_token_is_refused_with_a_page(db):
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "ada"})
    assertContains(answer, "The form was sent too late", status_code=403)
