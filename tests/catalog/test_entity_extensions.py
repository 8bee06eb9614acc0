"""Tabs, cards and actions that rooms add to the entity page."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from catalog import actions, cards, tabs
from catalog.actions import Action
from catalog.cards import Card
from catalog.tabs import Tab
from tests.catalog.factories import make_entities
from tests.scaffolder.runs import make_template, steps_of

pytestmark = pytest.mark.django_db

ENTITIES = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop}
spec: {type: team, children: []}
"""
CHECKOUT, SHOP = "/catalog/component/default/checkout/", "/catalog/group/default/shop/"


@pytest.fixture(autouse=True)
def _registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the registries back as they were."""
    for module, name in ((tabs, "_tabs"), (cards, "_cards"), (actions, "_actions")):
        monkeypatch.setattr(module, name, dict(getattr(module, name)))


def test_tab_stands_where_it_applies_and_has_an_address(member):
    make_entities(ENTITIES)
    tabs.register(
        Tab(
            "runs",
            "Its runs",
            5,
            "components/notice.html",
            lambda e: e.kind == "component",
            lambda e, r: {"title": "Hi"},
        )
    )
    assertContains(member.get(CHECKOUT), f'href="{CHECKOUT}runs/"')
    assertContains(member.get(f"{CHECKOUT}runs/"), "Hi")
    assertNotContains(member.get(SHOP), "Its runs")
    assert member.get(f"{SHOP}runs/").status_code == 404


def test_card_gets_its_context_and_stands_on_the_overview_alone(member):
    make_entities(ENTITIES)
    cards.register(
        Card("note", 1, "components/card_for_test.html", "side", context=lambda entity, request: {"name": entity.name})
    )
    with pytest.raises(Exception, match=r"card_for_test\.html"):
        member.get(CHECKOUT)
    assert member.get(f"{CHECKOUT}inspect/").status_code == 200


def test_action_is_offered_to_those_who_get_an_address(member, developer):
    make_entities(ENTITIES)
    actions.register(Action("x", "Do it", "rocket", lambda entity, actor: "/do/" if actor.group_refs else ""))
    assertContains(developer.get(CHECKOUT), 'href="/do/"')
    assertNotContains(member.get(CHECKOUT), "Do it")


def test_golden_path_is_used_from_its_entity_by_those_who_may(member, developer):
    template = make_template(steps_of("{action: debug:log, input: {message: hello}}"))
    kind, _, rest = template.ref.partition(":")
    address = reverse("catalog:entity-detail", args=[kind, *rest.split("/")])
    make_entities(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\n"
        f"metadata: {{name: {rest.split('/')[1]}}}\nspec: {{type: service, steps: [{{action: 'debug:log'}}]}}\n"
    )
    assertContains(developer.get(address), "Use this golden path")
    assertNotContains(member.get(address), "Use this golden path")
