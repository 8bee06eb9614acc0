"""Golden paths that are offered on the page of an entity, because `spec.appliesTo` names it."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from scaffolder import day_two
from scaffolder.models import Template
from tests.catalog.factories import make_entities
from tests.scaffolder.runs import make_template, steps_of

pytestmark = pytest.mark.django_db

ENTITIES = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  tags: [python]
  annotations: {backstage.io/source-location: 'url:https://git.example/shop/checkout/tree/main/'}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: site}
spec: {type: website, lifecycle: production, owner: shop}
"""
CHECKOUT, SITE = "/catalog/component/default/checkout/", "/catalog/component/default/site/"
FORM = """  parameters:
    - title: Where
      properties:
        service: {type: string, title: Service, ui:field: EntityPicker, ui:options: {catalogFilter: {kind: Component}}}
        database: {type: string, ui:field: EntityPicker, ui:options: {catalogFilter: {kind: Resource}}}
        team: {type: string, ui:field: OwnerPicker}
        repoUrl: {type: string, ui:field: RepoUrlPicker}
        entityRef: {type: string}
        name: {type: string}
"""
STEPS = steps_of("{action: debug:log, input: {message: hello}}")


@pytest.fixture(autouse=True)
def _entities() -> None:
    make_entities(ENTITIES)


def path(applies_to: str, *, name: str = "add-database") -> Template:
    return make_template(f"  appliesTo: {applies_to}\n{FORM}{STEPS}", name=name)


@pytest.mark.parametrize(
    ("applies_to", "fits"),
    [
        ("{kind: Component, spec.type: service}", True),
        ("{kind: component, spec.type: SERVICE}", True),
        ("{kind: Component, spec.type: [library, service]}", True),
        ("{kind: Component, metadata.tags: python}", True),
        ("[{kind: API}, {kind: Component}]", True),
        ("{metadata.annotations.backstage.io/source-location: {exists: true}}", True),
        ("{metadata.annotations.acme.example/x: {exists: false}}", True),
        ("{metadata.annotations.acme.example/x: {exists: true}}", False),
        ("{kind: API}", False),
        ("{kind: Component, spec.type: website}", False),
        ("nonsense", False),
        ("{}", False),
    ],
)
def test_a_path_is_offered_where_it_applies(developer, applies_to, fits):
    path(applies_to)
    (assertContains if fits else assertNotContains)(developer.get(CHECKOUT), "Add-database")


def test_a_path_for_services_is_not_offered_for_a_website(developer):
    path("{kind: Component, spec.type: service}")
    assertNotContains(developer.get(SITE), "Add-database")


def test_a_path_that_applies_to_nothing_is_not_offered_by_the_way(developer):
    make_template(f"{FORM}{STEPS}", name="new-service")
    assertNotContains(developer.get(CHECKOUT), "New-service")


def test_the_form_opens_with_what_the_entity_tells(developer):
    path("{kind: Component}")
    (action,) = developer.get(CHECKOUT).context["page"].path_actions
    (written,) = parse_qs(urlsplit(action.url).query)["formData"]
    assert json.loads(written) == {
        "service": "component:default/checkout",
        "team": "group:default/shop",
        "repoUrl": "git.example?owner=shop&repo=checkout",
        "entityRef": "component:default/checkout",
    }
    assertContains(developer.get(action.url), "component:default/checkout")


def test_a_team_is_the_owner_of_what_is_made_for_it(developer):
    make_entities(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: shop}\nspec: {type: team, children: []}\n"
    )
    path("{kind: Group}")
    (action,) = developer.get("/catalog/group/default/shop/").context["page"].path_actions
    assert json.loads(parse_qs(urlsplit(action.url).query)["formData"][0])["team"] == "group:default/shop"


def test_a_path_is_offered_to_those_who_may_run_it(member):
    path("{kind: Component}")
    assertNotContains(member.get(CHECKOUT), "Add-database")


def test_a_draft_is_not_offered(developer):
    path("{kind: Component}")
    Template.objects.update(state=Template.State.DRAFT)
    assertNotContains(developer.get(CHECKOUT), "Add-database")


def test_a_broken_path_breaks_no_page(developer):
    template = path("{kind: Component}")
    type(template.revision).objects.update(text="appliesTo: [")
    assert developer.get(CHECKOUT).status_code == 200


def test_the_menu_ends_somewhere(developer, monkeypatch):
    monkeypatch.setattr(day_two, "MOST", 2)
    for number in range(4):
        path("{kind: Component}", name=f"path-{number}")
    assert len(developer.get(CHECKOUT).context["page"].path_actions) == 2
