"""The page of an entity: its head, its cards, its warnings, and what can be done with it."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from catalog import actions, tabs
from catalog.actions import Action, Offered
from catalog.models import Entity
from catalog.pages import relation_cards, spec_fields
from catalog.pages.neighbours import Group, Neighbour
from catalog.tabs import Needs, Tab
from tests.catalog.factories import make_entities
from tests.catalog.pages.samples import EVIL, SHOP, STOREFRONT, component, quoted

pytestmark = pytest.mark.django_db

CHECKOUT = "/catalog/component/default/checkout/"
API = """---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: orders}
spec: {type: openapi, lifecycle: production, owner: shop, definition: 'openapi: 3.1.0'}
"""
DATABASE = """---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: orders-db}
spec: {type: database, owner: shop}
"""


@pytest.fixture(autouse=True)
def _registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the registries back as they were."""
    for module, name in ((tabs, "_tabs"), (actions, "_actions"), (actions, "_providers")):
        monkeypatch.setattr(module, name, dict(getattr(module, name)))


# -- The head --------------------------------------------------------------------------------------------------------


def test_the_menu_copies_inspects_and_leads_to_the_api(member):
    make_entities(component("checkout"))
    page = member.get(CHECKOUT)
    assertContains(page, f'value="http://testserver{CHECKOUT}"')
    assertContains(page, 'value="component:default/checkout"')
    assertContains(page, f'href="{CHECKOUT}inspect/"')
    assertContains(page, 'href="/api/catalog/entities/by-name/component/default/checkout"')


def test_a_long_description_stands_in_the_card_and_not_in_the_head(member):
    text = "word " * 60
    make_entities(component("checkout").replace("The service checkout", quoted(text)))
    page = member.get(CHECKOUT)
    assertNotContains(page, "page-head__lead")
    assertContains(page, "<dt>Description</dt>", html=True)


def test_actions_stand_where_they_say(member):
    make_entities(component("checkout"))
    actions.register(Action("x", "Take it away", "trash", lambda entity, actor: "/away/", place="catalog"))
    actions.register_provider(
        "y", lambda entity, actor: [Offered("Add a database", "rocket", f"/add/?to={entity.name}", place="paths")]
    )
    page = member.get(CHECKOUT)
    assertContains(page, "Golden paths for this service")
    assertContains(page, 'href="/add/?to=checkout"')
    assert page.content.index(b"/add/") < page.content.index(b"Inspect") < page.content.index(b"/away/")


# -- Cards -----------------------------------------------------------------------------------------------------------


def test_the_card_leads_to_the_source_and_to_the_one_api(member):
    source = "annotations: {backstage.io/source-location: 'url:https://git.example/shop/checkout/tree/main/'}"
    make_entities(API + component("checkout", extra="  providesApis: [orders]\n", metadata=source))
    links = {link.id: link.url for link in member.get(CHECKOUT).context["page"].quick_links}
    assert links["source"] == "https://git.example/shop/checkout/tree/main/"
    assert links["api"] in ("/catalog/api/default/orders/", f"{CHECKOUT}api/")


def test_relations_have_a_card_for_each_kind(member):
    make_entities(
        API
        + DATABASE
        + STOREFRONT
        + component("basket", extra="  subcomponentOf: checkout\n")
        + component(
            "checkout",
            extra="  system: storefront\n  providesApis: [orders]\n"
            "  dependsOn: ['resource:orders-db', 'component:ledger']\n",
        )
        + component("ledger", owner="money")
    )
    titles = [str(card.title) for card in member.get(CHECKOUT).context["page"].relation_cards]
    assert titles == ["Has subcomponents", "Provided APIs", "Depends on components", "Depends on resources"]
    system = [
        str(card.title) for card in member.get("/catalog/system/default/storefront/").context["page"].relation_cards
    ]
    assert system == ["Has components"]
    api = [str(card.title) for card in member.get("/catalog/api/default/orders/").context["page"].relation_cards]
    assert api == ["Providers"]


def test_the_part_of_a_component_is_told_as_its_parent(member):
    make_entities(component("checkout") + component("basket", extra="  subcomponentOf: checkout\n"))
    assertContains(member.get("/catalog/component/default/basket/"), "<dt>Parent component</dt>", html=True)


def test_a_card_lists_the_first_and_counts_all():
    members = [Neighbour(f"component:default/{n}", str(n), "component") for n in range(9)]
    (card,) = relation_cards.of("system", [Group("hasPart", "Consists of", members, total=40)])
    assert (len(card.members), card.total, card.has_more) == (6, 40, True)


def test_a_relation_of_a_companys_own_has_a_card_under_its_name():
    group = Group("testedBy", "testedBy", [Neighbour("tool:default/x", "x", "tool")], total=1)
    assert [card.title for card in relation_cards.of("component", [group])] == ["testedBy"]


def test_texts_of_strangers_are_never_markup(member):
    metadata = f"title: {quoted(EVIL)}, annotations: {{acme.example/note: {quoted(EVIL)}}}"
    make_entities(component("checkout", metadata=metadata))
    for tab in ("", "inspect/", "dependencies/"):
        page = member.get(CHECKOUT + tab)
        assertNotContains(page, "<script>alert")
        assertNotContains(page, "<img src=x")


def test_a_kind_of_a_companys_own_shows_every_field():
    spec = {
        "tier": 1,
        "contacts": [{"name": "Ada", "channels": ["chat", "phone"]}],
        "flags": {"beta": True, "until": None},
        "notes": "x" * 900,
        "empty": [],
    }
    fields = {field.path: field for field in spec_fields.read(spec)}
    assert list(fields) == [
        *("tier", "contacts[0].name", "contacts[0].channels", "flags.beta", "flags.until", "notes", "empty")
    ]
    assert fields["contacts[0].channels"].values == ("chat", "phone")
    assert (fields["flags.beta"].values, fields["flags.until"].values) == (("true",), ("null",))
    assert fields["notes"].is_cut
    assert len(fields["notes"].values[0]) == spec_fields.LONGEST_VALUE


def test_a_spec_without_end_is_cut():
    assert len(spec_fields.read({f"f{n}": n for n in range(5_000)})) == spec_fields.MOST_FIELDS


# -- Warnings --------------------------------------------------------------------------------------------------------


def test_a_descriptor_that_broke_leads_to_its_line(member):
    make_entities(component("checkout"), target="/test/a.yaml")
    make_entities(component("checkout").replace("lifecycle", "lifecyle"), target="/test/a.yaml")
    number = Entity.objects.get(name="checkout").descriptor_id
    assertContains(member.get(CHECKOUT), f'href="/catalog/problems/?open={number}"')


def test_a_missing_annotation_comes_with_the_lines_to_add(member):
    needs = Needs("acme.example/dashboard", "https://grafana.example/d/1", "It shows the dashboard.")
    tabs.register(Tab("board", "Dashboard", 5, "components/notice.html", lambda entity: False, needs=needs))
    edit = "annotations: {backstage.io/edit-url: 'https://git.example/edit'}"
    make_entities(SHOP + component("checkout", metadata=edit))
    page = member.get(f"{CHECKOUT}board/")
    assertContains(page, "The annotation acme.example/dashboard is missing")
    assertContains(page, "    acme.example/dashboard: https://grafana.example/d/1")
    assertContains(page, 'href="https://git.example/edit"')
    assert member.get("/catalog/group/default/shop/board/").status_code == 404


# -- Inspect ---------------------------------------------------------------------------------------------------------


def test_inspect_leads_to_the_line_at_the_host(member):
    make_entities(
        SHOP + component("checkout"), type="url", target="https://git.example/shop/checkout/blob/main/catalog-info.yaml"
    )
    line = Entity.objects.get(name="checkout").descriptor.line
    address = f"https://git.example/shop/checkout/blob/main/catalog-info.yaml#L{line}"
    page = member.get(f"{CHECKOUT}inspect/")
    assertContains(page, f'href="{address}"')
    assert line > 1


def test_inspect_tells_what_led_to_an_entity_up_to_its_root(member):
    make_entities(component("checkout"))
    page = member.get(f"{CHECKOUT}inspect/")
    (step,) = page.context["inspect"]["ancestry"]
    assert step.is_root
    assertContains(page, "What led here")


def test_tabs_take_few_statements(developer, statements):
    make_entities(SHOP + component("checkout"))
    for tab in ("", "inspect/", "dependencies/"):
        assert statements(developer, CHECKOUT + tab) <= 12
