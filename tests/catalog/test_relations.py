"""R01 to R14: relations of each field, both ways."""

import json

import pytest

from catalog.models import Entity
from tests.catalog.factories import make_entities
from tests.catalog.reading import read, refusals, with_spec

OWNED = "type: x\nlifecycle: y\nowner: team\n"
COMPONENT = OWNED
API = f"{OWNED}definition: d\n"
RESOURCE = "type: x\nowner: team\n"


def told(kind, spec):
    return [(relation.type, relation.target_ref) for relation in read(with_spec(kind, spec)).relations]


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("Component", COMPONENT),
        ("API", API),
        ("Resource", RESOURCE),
        ("System", "owner: team"),
        ("Domain", "owner: team"),
    ],
)
def test_r01_owner(kind, spec):
    assert told(kind, spec) == [("ownedBy", "group:default/team")]


@pytest.mark.parametrize(
    ("rule", "kind", "spec", "relation"),
    [
        ("R02", "Component", f"{COMPONENT}system: s", ("partOf", "system:default/s")),
        ("R02", "API", f"{API}system: s", ("partOf", "system:default/s")),
        ("R02", "Resource", f"{RESOURCE}system: s", ("partOf", "system:default/s")),
        ("R03", "Component", f"{COMPONENT}subcomponentOf: c", ("partOf", "component:default/c")),
        ("R04", "System", "owner: team\ndomain: d", ("partOf", "domain:default/d")),
        ("R04", "Domain", "owner: team\nsubdomainOf: d", ("partOf", "domain:default/d")),
        ("R05", "Component", f"{COMPONENT}providesApis: [a]", ("providesApi", "api:default/a")),
        ("R06", "Component", f"{COMPONENT}consumesApis: [a]", ("consumesApi", "api:default/a")),
        ("R07", "Component", f"{COMPONENT}dependsOn: ['resource:r']", ("dependsOn", "resource:default/r")),
        ("R07", "Resource", f"{RESOURCE}dependsOn: ['component:c']", ("dependsOn", "component:default/c")),
        ("R08", "Component", f"{COMPONENT}dependencyOf: ['api:a']", ("dependencyOf", "api:default/a")),
        ("R08", "Resource", f"{RESOURCE}dependencyOf: ['api:a']", ("dependencyOf", "api:default/a")),
    ],
)
def test_relation_of_a_field(rule, kind, spec, relation):
    assert told(kind, spec) == [("ownedBy", "group:default/team"), relation]


@pytest.mark.parametrize(
    ("rule", "kind", "spec", "relation"),
    [
        ("R09", "User", "memberOf: [team]", ("memberOf", "group:default/team")),
        ("R10", "Group", "type: x\nchildren: []\nmembers: [ada]", ("hasMember", "user:default/ada")),
        ("R11", "Group", "type: x\nchildren: []\nparent: top", ("childOf", "group:default/top")),
        ("R12", "Group", "type: x\nchildren: [low]", ("parentOf", "group:default/low")),
    ],
)
def test_relation_of_people_and_groups(rule, kind, spec, relation):
    assert told(kind, spec) == [relation]


@pytest.mark.parametrize("field", ["dependsOn", "dependencyOf"])
def test_r07_r08_a_ref_without_a_kind_is_refused(field):
    rule = {"dependsOn": "R07", "dependencyOf": "R08"}[field]
    assert refusals(with_spec("Component", f"{COMPONENT}{field}:\n  - db")) == [(rule, 10)]


def test_a_short_ref_is_in_the_namespace_of_its_entity():
    text = with_spec("Component", COMPONENT).replace("name: thing", "name: thing\n  namespace: far")
    (relation,) = read(text).relations
    assert relation.target_ref == "group:far/team"


def test_a_ref_is_lower_case_whatever_its_spelling():
    assert told("Component", OWNED.replace("team", "User:Default/Ada")) == [("ownedBy", "user:default/ada")]


@pytest.mark.django_db
def test_relations_are_told_from_both_ends():
    make_entities(
        "---\n".join([with_spec("Component", COMPONENT), with_spec("Group", "type: x\nchildren: []")]).replace(
            "name: thing\nspec:\n  type: x\n  children", "name: team\nspec:\n  type: x\n  children"
        )
    )
    assert ends("component:default/thing") == [("ownedBy", "group:default/team")]
    assert ends("group:default/team") == [("ownerOf", "component:default/thing")]


@pytest.mark.django_db
def test_membership_told_by_both_sides_is_one_relation():
    user = with_spec("User", "memberOf: [team]").replace("thing", "ada")
    group = with_spec("Group", "type: x\nchildren: []\nmembers: [ada]").replace("thing", "team")
    make_entities(f"{user}---\n{group}")
    assert ends("user:default/ada") == [("memberOf", "group:default/team")]
    assert ends("group:default/team") == [("hasMember", "user:default/ada")]


@pytest.mark.django_db
def test_r14_a_relation_to_what_is_not_there_is_kept():
    report = make_entities(with_spec("Component", COMPONENT))
    assert report.is_clean
    assert ends("component:default/thing") == [("ownedBy", "group:default/team")]


def ends(ref):
    document = json.loads(Entity.objects.get(ref=ref).document)
    return [(relation["type"], relation["targetRef"]) for relation in document["relations"]]
