"""Pages of the catalog: what they show to whom, their partials, and what they cost."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from catalog.models import Entity
from tests.catalog.factories import make_entities
from tests.people import SignedIn

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 12
PAGES = ["/", "/catalog/", "/search/?q=service", "/catalog/problems/", "/catalog/locations/"]


def component(name: str, *, owner: str = "shop", extra: str = "", kind_of: str = "service") -> str:
    return f"""---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {name}, description: The service {name}, tags: [python, {name}]}}
spec:
  type: {kind_of}
  lifecycle: production
  owner: {owner}
{extra}"""


SHOP = """---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, title: Team Shop}
spec: {type: team, children: []}
"""
STOREFRONT = """---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: storefront}
spec: {owner: shop}
"""
BROKEN = """---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: fraud-score}
spec:
  type: service
  lifecyle: production
  owner: shop
"""


@pytest.fixture
def shop() -> None:
    """A team with two services that hang together, and one service of nobody they know."""
    make_entities(
        SHOP
        + STOREFRONT
        + component("checkout", extra="  system: storefront\n  dependsOn: ['component:basket', 'component:gone']\n")
        + component("basket", kind_of="library")
        + component("ledger", owner="money")
    )


@pytest.fixture
def statements() -> Callable[[Client, str], int]:
    """How many statements a page takes once its caches are warm."""

    def count(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    return count


# -- Who may see it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/catalog/", "/search/?q=x", "/catalog/problems/", "/catalog/locations/"])
def test_stranger_is_sent_to_sign_in_and_back(client, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=/")


def test_stranger_reads_where_the_installation_lets_everybody(client, shop, settings):
    settings.ANONYMOUS_READ = True
    assertContains(client.get("/catalog/"), "checkout")


def test_htmx_of_a_stranger_is_told_to_go_to_sign_in_as_a_whole_page(client):
    answer = client.get("/catalog/", headers={"HX-Request": "true", "HX-Target": "entity-list"})
    assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_viewer_is_offered_no_registering(member, shop):
    page = member.get("/catalog/")
    assertNotContains(page, "/catalog/register/")
    assert member.get("/catalog/register/").status_code == 404


# -- The list --------------------------------------------------------------------------------------------------------


def test_list_shows_one_kind_with_its_owner_under_the_owners_title(member, shop):
    page = member.get("/catalog/")
    assertContains(
        page, '<a class="data-table__name" href="/catalog/component/default/checkout/">checkout</a>', html=True
    )
    assertContains(page, '<a href="/catalog/group/default/shop/">Team Shop</a>', html=True)
    assertNotContains(page, 'href="/catalog/system/default/storefront/">storefront</a>\n')


def test_list_says_when_the_owner_is_not_in_the_catalog(member, shop):
    page = member.get("/catalog/")
    assertContains(
        page, '<span title="Not in the catalog"><span class="state state--warn">money</span></span>', html=True
    )


def test_list_of_people_shows_what_they_are_called_and_their_teams_not_an_owner(member):
    make_entities(
        SHOP
        + "---\napiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {name: ada}\n"
        + "spec: {profile: {displayName: Ada Novak}, memberOf: [shop]}\n"
    )
    page = member.get("/catalog/", {"kind": "user"})
    assertContains(page, '<a class="data-table__name" href="/catalog/user/default/ada/">Ada Novak</a>', html=True)
    assertContains(page, '<a href="/catalog/group/default/shop/">Team Shop</a>', html=True)
    assertNotContains(page, "No owner")


def test_list_leaves_out_a_column_that_nothing_fills(member, shop):
    page = member.get("/catalog/", {"kind": "group"})
    assertNotContains(page, "data-table__col-parent")
    assertNotContains(page, "data-table__col-tags")


def test_list_of_an_unknown_kind_leads_back_to_the_catalog(member, shop):
    page = member.get("/catalog/", {"kind": "nothing"})
    assertContains(page, "The catalog holds nothing of kind “nothing”")
    assertContains(page, '<a class="btn" href="/catalog/">Browse the catalog</a>', html=True)


def test_list_shows_only_what_the_chosen_team_owns(member, shop):
    page = member.get("/catalog/", {"owner": "group:default/money"})
    assertContains(page, "The service ledger")
    assertNotContains(page, "The service checkout")


def test_list_filters_by_type_lifecycle_and_tag_together(member, shop):
    page = member.get("/catalog/", {"type": "service", "lifecycle": "production", "tag": ["python", "checkout"]})
    assertContains(page, "The service checkout")
    assertNotContains(page, "The service basket")
    assertNotContains(page, "The service ledger")


def test_list_counts_what_each_choice_would_give(member, shop):
    page = member.get("/catalog/", {"type": "service"})
    facet = next(facet for facet in page.context["list"].facets if facet.name == "type")
    assert {choice.value: (choice.count, choice.is_chosen) for choice in facet.open} == {
        "service": (2, True),
        "library": (1, False),
    }


def test_list_finds_by_text(member, shop):
    page = member.get("/catalog/", {"q": "LEDG"})
    assertContains(page, "The service ledger")
    assertNotContains(page, "The service basket")


def test_list_shows_what_my_teams_own(developer, shop):
    page = developer.get("/catalog/", {"show": "owned"})
    assertContains(page, "The service basket")
    assertNotContains(page, "The service ledger")


def test_list_with_nothing_left_names_the_filters_and_clears_them(member, shop):
    page = member.get("/catalog/", {"owner": "group:default/nobody", "q": "zzz"})
    assertContains(page, "Nothing matches “zzz”")
    assertContains(page, "Owner: nobody")
    assertContains(page, '<a class="btn" href="?kind=component">Clear the filters</a>', html=True)


def test_empty_catalog_offers_the_first_step(developer):
    page = developer.get("/catalog/")
    assertContains(page, "The catalog is empty")
    assertContains(page, "Register a repository")


def test_list_without_components_opens_with_the_first_kind_that_there_is(member):
    make_entities(SHOP)
    assertContains(member.get("/catalog/"), "Team Shop")


def test_list_marks_what_was_not_read(member):
    make_entities(component("tax-rates"), target="/test/a.yaml")
    make_entities(component("tax-rates").replace("lifecycle", "lifecyle"), target="/test/a.yaml")
    assertContains(member.get("/catalog/"), "Not read")


@pytest.mark.parametrize(
    "query",
    [
        "kind=nothing",
        "sort=drop table",
        "page=9999",
        "page=-1&page=x",
        "q=" + "x" * 500,
        "show=everything",
        "type=%00",
        "tag=" + "y" * 300,
        "attention=unknown",
    ],
)
def test_odd_queries_still_open_a_list(member, shop, query):
    assert member.get(f"/catalog/?{query}").status_code == 200


def test_list_is_paged_and_keeps_the_filters_in_the_links(member):
    make_entities("".join(component(f"service-{number:03}") for number in range(60)))
    page = member.get("/catalog/", {"type": "service"})
    assertContains(page, "1 to 25 of 60")
    assertContains(page, 'href="?type=service&amp;page=2"')
    second = member.get("/catalog/", {"type": "service", "page": 3})
    assertContains(second, "The service service-059")
    assertNotContains(second, "The service service-049")


def test_list_sorts_by_the_column_that_is_asked_for(member, shop):
    page = member.get("/catalog/", {"sort": "-name"})
    assert [row.name for row in page.context["list"].page] == ["ledger", "checkout", "basket"]
    assertContains(page, 'aria-sort="descending"')


def test_partial_of_the_list_is_the_list_alone(member, shop):
    answer = member.get("/catalog/", {"q": "basket"}, headers={"HX-Request": "true", "HX-Target": "entity-list"})
    assertContains(answer, 'id="entity-list"')
    assertNotContains(answer, "<html")
    assertNotContains(answer, "The service checkout")


# -- An entity -------------------------------------------------------------------------------------------------------


def test_entity_page_tells_owner_relations_and_where_it_was_read(member, shop):
    page = member.get("/catalog/component/default/checkout/")
    assertContains(page, "Team Shop")
    assertContains(page, '<a href="/catalog/system/default/storefront/">storefront</a>', html=True)
    assertContains(page, "/test/catalog-info.yaml")
    assertContains(page, "Neighbours of checkout")


def test_relation_to_what_is_not_there_is_a_warning_and_no_link(member, shop):
    page = member.get("/catalog/component/default/checkout/")
    assertContains(page, "1 relation leads to something that is not in the catalog")
    assertNotContains(page, 'href="/catalog/component/default/gone/"')


def test_relations_are_told_from_the_other_end(member, shop):
    page = member.get("/catalog/component/default/basket/dependencies/")
    assertContains(page, "Needed by")
    assertContains(page, 'href="/catalog/component/default/checkout/"')


@pytest.mark.parametrize("format", ["yaml", "json"])
def test_inspect_shows_the_whole_entity(member, shop, format):  # noqa: A002
    page = member.get("/catalog/component/default/checkout/inspect/", {"format": format})
    assertContains(page, "component:default/basket")
    assertContains(page, "catalog-info.yaml:")


def test_address_of_an_entity_is_the_same_in_any_letter_case(member, shop):
    assert member.get("/catalog/Component/Default/Checkout/").status_code == 200


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("component/default/nothing/", "There is no component “nothing”"),
        ("component/default/checkout/nothing/", "There is nothing at this address"),
        ("x/y/z/", "There is no x “z”"),
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(member, shop, path, said):
    answer = member.get(f"/catalog/{path}")
    assert answer.status_code == 404
    assertContains(answer, said, status_code=404)


def test_orphan_and_last_good_reading_are_told(member):
    make_entities(component("checkout"), target="/test/a.yaml")
    make_entities(component("checkout").replace("lifecycle", "lifecyle"), target="/test/a.yaml")
    page = member.get("/catalog/component/default/checkout/")
    assertContains(page, "What you see is its last good reading.")
    Entity.objects.update(is_orphan=True, descriptor=None)
    assertContains(member.get("/catalog/component/default/checkout/"), "Nothing declares this entity any more")


def test_developer_refreshes_what_their_team_owns(developer, shop):
    page = developer.post("/catalog/component/default/checkout/refresh/", follow=True)
    assertRedirects(page, "/catalog/component/default/checkout/")
    assertContains(page, "Read again")


def test_refreshing_what_another_team_owns_is_refused_in_words(developer):
    make_entities(component("ledger", owner="money"))
    page = developer.post("/catalog/component/default/ledger/refresh/", follow=True)
    assertContains(page, "may not register or refresh an entity")
    assertNotContains(developer.get("/catalog/component/default/ledger/"), "Refresh now")


def test_missing_entity_is_named_on_the_page_that_says_so(member):
    page = member.get("/catalog/component/default/chekout/")
    assertContains(page, "There is no component “chekout”", status_code=404)
    assertContains(page, "/search/?q=chekout", status_code=404)


# -- What it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [*PAGES, "/catalog/component/default/service-0/"])
def test_page_takes_the_same_few_statements_for_3_rows_and_for_30(developer: SignedIn, statements, address):
    def fill(start: int, stop: int) -> None:
        names = range(start, stop)
        make_entities(
            SHOP
            + "".join(component(f"service-{n}", extra=f"  dependsOn: ['component:service-{n - 1}']\n") for n in names),
            target=f"/test/good-{start}.yaml",
        )
        make_entities(
            "".join(BROKEN.replace("fraud-score", f"broken-{n}") for n in names), target=f"/test/bad-{start}.yaml"
        )

    fill(0, 3)
    few = statements(developer, address)
    fill(3, 30)
    many = statements(developer, address)
    assert few == many
    assert many <= MOST_STATEMENTS


def test_reading_pages_changes_no_row(developer, shop):
    developer.get("/catalog/")
    with CaptureQueriesContext(connection) as queries:
        for address in PAGES:
            developer.get(address)
    assert [q["sql"] for q in queries if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")] == []


def test_page_says_how_it_may_be_cached(member, shop):
    answer = member.get("/catalog/")
    assert answer["Cache-Control"] == "private, no-cache"
    assert {"HX-Request", "HX-Target", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}
