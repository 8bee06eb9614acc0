"""The pages of teams through HTTP."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db
HEAD = "apiVersion: backstage.io/v1alpha1\n"
TEAM = "/teams/default/shop/"


def group(name: str, *, parent: str = "", title: str = "") -> str:
    below = f", parent: {parent}" if parent else ""
    called = f', title: "{title}"' if title else ""
    return f"{HEAD}kind: Group\nmetadata: {{name: {name}{called}}}\nspec: {{type: team, children: []{below}}}\n"


def person(name: str, *groups: str) -> str:
    spec = f"{{memberOf: [{', '.join(groups)}]}}"
    return f"{HEAD}kind: User\nmetadata: {{name: {name}, title: {name.capitalize()}}}\nspec: {spec}\n"


def component(name: str, owner: str, more: str = "") -> str:
    spec = f"{{type: service, lifecycle: production, owner: {owner}{more}}}"
    return f"{HEAD}kind: Component\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def store(*documents: str) -> None:
    make_entities("---\n".join(documents))


@pytest.fixture
def company(db) -> None:
    store(
        group("acme", title="All of Acme"),
        group("shop", parent="acme"),
        group("web", parent="shop"),
        group("money", parent="acme"),
        person("ada", "shop"),
        person("zoe", "web"),
        component("checkout", "shop", ', dependsOn: ["component:ledger"]'),
        component("basket", "shop"),
        component("ledger", "money"),
        component("fraud", "money", ', dependsOn: ["component:checkout"]'),
    )


def test_the_list_is_a_tree_with_members_and_what_each_owns(developer, company):
    page = developer.get("/teams/")
    text = page.content.decode().partition("<main")[2]
    assert text.index("All of Acme") < text.index("/teams/default/shop/") < text.index("/teams/default/web/")
    assertContains(page, "team-row--2")
    assertContains(page, "of 2")


def test_a_text_finds_a_team(developer, company):
    page = developer.get("/teams/", {"q": "mon"}, headers={"HX-Request": "true", "HX-Target": "team-list"})
    assertContains(page, "/teams/default/money/")
    assertNotContains(page, "/teams/default/web/")
    assertNotContains(page, "<html")
    assertContains(developer.get("/teams/", {"q": "nobody"}), "No team is called that")


def test_an_empty_catalog_says_where_teams_come_from(developer):
    assertContains(developer.get("/teams/"), "There is no team yet")


def test_a_team_has_its_people_and_what_it_owns(developer, company):
    page = developer.get(TEAM)
    assertContains(page, "Ada")
    assertNotContains(page, "Zoe")
    assertContains(page, "?kind=component&amp;type=service&amp;owner=group%3Adefault%2Fshop")


def test_members_of_teams_below_are_a_choice(developer, company):
    page = developer.get(TEAM, {"members": "all"})
    assertContains(page, "Zoe")
    part = developer.get(TEAM, {"members": "all"}, headers={"HX-Request": "true", "HX-Target": "team-members"})
    assertContains(part, "Zoe")
    assertNotContains(part, "<html")


def test_a_team_tells_whom_it_works_with(developer, company):
    page = developer.get(TEAM)
    assertContains(page, "1 of theirs needs this team")
    assertContains(page, "this team needs 1 of theirs")


def test_a_team_that_is_not_there_is_not_found(developer, company):
    assert developer.get("/teams/default/nobody/").status_code == 404
    assert developer.get("/teams/default/checkout/").status_code == 404


def test_one_s_own_team_is_marked(developer, company):
    assertContains(developer.get(TEAM), '<span class="tag tag--set">yours</span>')


@pytest.mark.parametrize("path", ["/teams/", TEAM])
def test_strangers_are_sent_to_the_door(path, company):
    assert Client().get(path).status_code == 302


def test_a_title_of_strangers_is_text(developer):
    store(group("shop", title="<b>bold</b>"))
    for path in ("/teams/", TEAM):
        assertNotContains(developer.get(path), "<b>bold</b>")


@pytest.mark.parametrize("path", ["/teams/", TEAM, f"{TEAM}?members=all"])
def test_thirty_cost_as_many_statements_as_three(developer, path):
    counts = []
    for numbers in (range(3), range(3, 30)):
        store(
            *(group("shop"), *(group(f"team-{number}", parent="shop") for number in numbers)),
            *(person(f"p{number}", "shop", f"team-{number}") for number in numbers),
            *(component(f"c{number}", "shop", ', dependsOn: ["component:other"]') for number in numbers),
        )
        developer.get(path)
        with CaptureQueriesContext(connection) as statements:
            developer.get(path)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20


def test_a_group_leads_to_its_team_and_everything_to_the_graph(developer, company):
    assertContains(developer.get("/catalog/group/default/shop/"), f'href="{TEAM}"')
    assertContains(
        developer.get("/catalog/component/default/checkout/"), "/catalog/graph/?root=component%3Adefault%2Fcheckout"
    )
