"""The list of the catalog: kinds, columns, filters, and what is said when nothing is left."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.catalog.factories import make_entities
from tests.catalog.pages.samples import EVIL, SHOP, STOREFRONT, component, quoted

pytestmark = pytest.mark.django_db

LOCATION = """---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec: {type: url, target: 'https://git.example/a/b/blob/main/all.yaml'}
"""
USER = """---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada, tags: [oncall]}
spec: {profile: {displayName: Ada Novak}, memberOf: [shop]}
"""
PATH = """---
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: path, tags: [recommended]}
spec: {type: service, steps: [{action: 'debug:log'}]}
"""
DOMAIN = """---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: retail, tags: [core]}
spec: {owner: shop}
"""


@pytest.fixture
def shop() -> None:
    """A team with two services, and one service of nobody they know."""
    make_entities(
        SHOP
        + STOREFRONT
        + component("checkout", extra="  system: storefront\n")
        + component("basket", kind_of="library")
        + component("ledger", owner="money")
    )


def columns(client, **query):
    return [column.name for column in client.get("/catalog/", query).context["list"].columns]


def names(client, **query):
    page = client.get("/catalog/", query)
    return [row.title for row in page.context["list"].table.rows]


# -- Columns (U02) ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("component", ["name", "system", "owner", "type", "lifecycle", "tags"]),
        ("system", ["name", "owner"]),
        ("domain", ["name", "owner", "tags"]),
        ("group", ["name", "type"]),
        ("template", ["name", "type", "tags"]),
        ("user", ["name", "teams", "tags"]),
        ("location", ["name", "type", "targets"]),
    ],
)
def test_columns_are_those_of_the_kind(member, shop, kind, wanted):
    make_entities(USER + PATH + DOMAIN + LOCATION)
    assert columns(member, kind=kind) == wanted


def test_the_type_has_no_column_where_one_is_chosen(member, shop):
    assert "type" not in columns(member, type="service")
    assert "type" in columns(member, type=["service", "library"])


def test_the_namespace_has_a_column_where_there_are_several(member, shop):
    assert "namespace" not in columns(member)
    make_entities(component("till").replace("name: till", "name: till, namespace: stores"))
    assert "namespace" in columns(member)


def test_a_row_tells_owner_system_and_description(member, shop):
    page = member.get("/catalog/")
    assertContains(page, '<a href="/catalog/group/default/shop/">Team Shop</a>', html=True)
    assertContains(page, '<a href="/catalog/system/default/storefront/">storefront</a>', html=True)
    assertContains(page, '<span class="data-table__sub">The service checkout</span>', html=True)


def test_a_row_leads_to_its_descriptor_at_the_host(member):
    urls = (
        "annotations: {backstage.io/view-url: 'https://git.example/V', backstage.io/edit-url: 'https://git.example/E'}"
    )
    make_entities(component("checkout", metadata=urls))
    page = member.get("/catalog/")
    assertContains(page, 'href="https://git.example/V" rel="noreferrer" aria-label="View the source: checkout"')
    assertContains(page, 'href="https://git.example/E" rel="noreferrer" aria-label="Edit the descriptor: checkout"')


def test_a_row_has_no_link_that_is_no_address(member):
    make_entities(component("checkout", metadata="annotations: {backstage.io/view-url: 'javascript:alert(1)'}"))
    assertNotContains(member.get("/catalog/"), "javascript:")


def test_texts_of_strangers_are_never_markup(member):
    make_entities(component("checkout", metadata=f"title: {quoted(EVIL)}"))
    page = member.get("/catalog/")
    assertNotContains(page, "<script>alert")
    assertNotContains(page, "<img src=x")
    assertContains(page, "&lt;script&gt;alert(1)")


def test_a_location_of_many_targets_shows_the_first(member):
    targets = ", ".join(f"./{number}.yaml" for number in range(9))
    make_entities(LOCATION.replace("target: 'https://git.example/a/b/blob/main/all.yaml'", f"targets: [{targets}]"))
    page = member.get("/catalog/", {"kind": "location"})
    assertContains(page, "./4.yaml")
    assertContains(page, "and 4 more")
    assertNotContains(page, "./5.yaml")


# -- Filters (U01) ---------------------------------------------------------------------------------------------------


def test_namespaces_are_a_filter(member, shop):
    make_entities(component("till").replace("name: till", "name: till, namespace: stores"))
    assert names(member, namespace="stores") == ["till"]


def test_several_owners_are_alternatives(member, shop):
    assert names(member, owner=["group:default/shop", "group:default/money"]) == ["basket", "checkout", "ledger"]


def test_orphans_and_what_has_an_error_are_filters(member):
    make_entities(component("tax-rates"), target="/test/a.yaml")
    make_entities(component("tax-rates").replace("lifecycle", "lifecyle"), target="/test/a.yaml")
    make_entities(component("basket"), target="/test/b.yaml")
    assert names(member, attention="problems") == ["tax-rates"]
    assert names(member, attention="orphans") == []


def test_an_unknown_kind_leads_back_to_the_catalog(member, shop):
    page = member.get("/catalog/", {"kind": "nothing"})
    assertContains(page, "The catalog holds nothing of kind “nothing”")
    assertContains(page, '<a class="btn" href="/catalog/">Browse the catalog</a>', html=True)


def test_a_list_that_another_reader_warmed_shows_nobody_elses_stars(developer, member, shop):
    developer.post("/catalog/component/default/checkout/star/", {"on": "1"})
    assertContains(developer.get("/catalog/"), 'aria-pressed="true"')
    assertNotContains(member.get("/catalog/"), 'aria-pressed="true"')


def test_a_change_shows_at_once_in_a_list_that_was_warm(member, shop):
    member.get("/catalog/")
    make_entities(component("checkout").replace("The service", "The new"), target="/test/catalog-info.yaml")
    assertContains(member.get("/catalog/"), "The new checkout")


def test_a_page_is_read_in_the_same_few_statements_for_any_number_of_rows(developer, statements):
    make_entities("".join(component(f"few-{n}") for n in range(3)), target="/test/few.yaml")
    few = statements(developer, "/catalog/")
    make_entities("".join(component(f"many-{n}") for n in range(30)), target="/test/many.yaml")
    assert statements(developer, "/catalog/") == few <= 12


def test_what_is_counted_once_for_an_edition_is_counted_in_a_handful_of_statements(
    developer, django_assert_max_num_queries
):
    make_entities(SHOP + "".join(component(f"service-{n}") for n in range(30)))
    with django_assert_max_num_queries(19):
        developer.get("/catalog/", {"sort": "-name"})
