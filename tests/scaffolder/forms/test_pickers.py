"""The fields that templates name with `ui:field`: what they offer, and which answers are wrong."""

import pytest

from scaffolder.forms import fields, pickers, validation
from tests.catalog.factories import make_entities
from tests.scaffolder.forms.factories import ADA

CATALOG = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, title: Shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: money, title: Money}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: storefront, title: Storefront}
spec: {owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: Ledger}
spec: {type: service, lifecycle: production, owner: money}
"""
GROUPS = {"catalogFilter": {"kind": "Group"}}
SYSTEMS = {"catalogFilter": [{"kind": "System"}]}


@pytest.fixture(autouse=True)
def _catalog(db):
    make_entities(CATALOG)


@pytest.fixture(autouse=True)
def _hosts(settings):
    github = [{"host": "github.com", "token": "t", "organization": "acme"}, {"host": "ghe.acme.example", "token": "t"}]
    settings.WAYMARK = {**settings.WAYMARK, "integrations": {**settings.WAYMARK["integrations"], "github": github}}


def asked(field, options=None, **more):
    kind = "array" if field in ("MultiEntityPicker", "EntityTagsPicker") else "string"
    return {"properties": {"a": {"type": kind, "ui:field": field, "ui:options": options or {}, **more}}}


def offered(field, options=None, value=None):
    return fields.build(asked(field, options), {"a": value} if value else {}, actor=ADA)[0]


def wrong(field, value, options=None):
    return [e.message for e in validation.validate([asked(field, options)], {"a": value}, actor=ADA)]


def hint(field, value, options=None):
    return validation.validate([asked(field, options)], {"a": value}, actor=ADA)[0].hint


def test_every_field_of_backstage_that_the_portal_knows_is_registered():
    known = {"RepoUrlPicker", "OwnerPicker", "EntityPicker", "EntityNamePicker", "Secret", "EntityTagsPicker"}
    assert known <= set(pickers.names())


# -- F02 OwnerPicker


def test_f02_owner_picker_offers_what_its_filter_lets_through():
    field = offered("OwnerPicker", GROUPS, "group:default/shop")
    assert field.widget == "select"
    assert [(c.value, c.label, c.is_chosen) for c in field.choices] == [("group:default/shop", "Shop", True)]


def test_f02_owner_picker_offers_and_takes_only_owners_for_whom_the_person_may_register():
    assert wrong("OwnerPicker", "money", GROUPS) == ["money is not a team of yours."]
    assert [c.value for c in offered("OwnerPicker", {**GROUPS, "anyOwner": True}).choices] == [
        "group:default/money",
        "group:default/shop",
    ]
    assert wrong("OwnerPicker", "money", {**GROUPS, "anyOwner": True}) == []


def test_f02_owner_picker_without_a_filter_offers_groups_and_people_only():
    found = offered("OwnerPicker", {"anyOwner": True}).choices
    assert {choice.value for choice in found} == {"group:default/shop", "group:default/money"}


@pytest.mark.parametrize("owner", ["group:default/shop", "shop", "Group:default/SHOP", "default/shop"])
def test_f02_an_owner_may_be_written_short(owner):
    assert wrong("OwnerPicker", owner, GROUPS) == []


def test_f02_an_owner_that_is_not_in_the_catalog_is_refused_unless_the_template_takes_any():
    assert wrong("OwnerPicker", "group:default/nobody", GROUPS) == ["There is no group:default/nobody to choose here."]
    assert wrong("OwnerPicker", "group:default/nobody", {**GROUPS, "allowArbitraryValues": True}) == []


def test_f02_an_owner_outside_the_filter_is_refused():
    assert wrong("OwnerPicker", "system:default/storefront", GROUPS)


def test_f02_a_text_that_is_no_reference_is_refused():
    assert wrong("OwnerPicker", "group:", GROUPS) == ["“group:” is not the reference of an entity."]


def test_f02_an_answer_that_is_not_offered_comes_back_as_it_was():
    choices = offered("OwnerPicker", GROUPS, "group:default/gone").choices
    assert [choice.value for choice in choices if choice.is_chosen] == ["group:default/gone"]


def test_f02_what_nobody_may_see_is_not_offered():
    from accounts.actors import Actor
    from accounts.roles import Role

    stranger = Actor(kind="anonymous", role=Role.ANONYMOUS)
    assert fields.build(asked("OwnerPicker", GROUPS), {}, actor=stranger)[0].choices == []


# -- F03 to F08


def test_f03_entity_picker_takes_any_reference_unless_told_otherwise():
    assert wrong("EntityPicker", "system:default/new", SYSTEMS) == []
    assert offered("EntityPicker", SYSTEMS).widget == "suggest"
    closed = {**SYSTEMS, "allowArbitraryValues": False}
    assert wrong("EntityPicker", "system:default/new", closed)
    assert wrong("EntityPicker", "storefront", closed) == []
    assert offered("EntityPicker", closed).widget == "select"


def test_f03_a_filter_that_cannot_be_read_offers_nothing():
    assert offered("EntityPicker", {"catalogFilter": {"kind": {"nonsense": 1}}}).choices == []


def test_f04_multi_entity_picker_checks_each():
    closed = {"catalogFilter": {"kind": "Component"}, "allowArbitraryValues": False}
    assert wrong("MultiEntityPicker", ["component:default/checkout", "component:default/ledger"], closed) == []
    assert wrong("MultiEntityPicker", ["component:default/checkout", "component:default/x"], closed)


def test_f05_owned_entity_picker_offers_what_the_persons_teams_own():
    choices = offered("OwnedEntityPicker", {"catalogFilter": {"kind": "Component"}}).choices
    assert [choice.value for choice in choices] == ["component:default/checkout"]


def test_f08_my_groups_picker_offers_and_takes_only_the_persons_groups():
    assert [choice.value for choice in offered("MyGroupsPicker").choices] == ["group:default/shop"]
    assert wrong("MyGroupsPicker", "group:default/money") == ["group:default/money is not a team of yours."]
    assert wrong("MyGroupsPicker", "group:default/shop") == []


# -- F06 EntityNamePicker, F07 EntityTagsPicker


@pytest.mark.parametrize("name", ["-a", "a-", "a b", "", "a" * 64, "a/b", "a\n", "ä"])
def test_f06_a_name_that_no_entity_can_have_is_refused(name):
    (message,) = wrong("EntityNamePicker", name)
    assert message.startswith("Must start and end with an alphanumeric character")


def test_f06_a_wrong_name_comes_with_one_that_would_do():
    assert hint("EntityNamePicker", "Gift Cards!") == "For example: gift-cards"


@pytest.mark.parametrize("name", ["checkout", "CHECKOUT", "ledger"])
def test_f06_a_name_that_is_taken_comes_with_free_ones(name):
    (error,) = validation.validate([asked("EntityNamePicker")], {"a": name}, actor=ADA)
    assert "is taken by" in error.message
    assert error.suggestions == (f"{name.lower()}-2", f"{name.lower()}-3")
    assert error.ref == f"component:default/{name.lower()}"


def test_f06_names_of_other_kinds_are_free_and_a_template_may_act_on_what_is_there():
    assert wrong("EntityNamePicker", "storefront") == []
    assert wrong("EntityNamePicker", "storefront", {"kind": "System"})
    assert wrong("EntityNamePicker", "checkout", {"allowExisting": True}) == []


def test_f07_tags_are_checked_one_by_one():
    assert wrong("EntityTagsPicker", ["java", "c++", "a:b"]) == []
    assert wrong("EntityTagsPicker", ["java", "Big Data"]) == ["“Big Data” is not a tag."]


# -- F01 RepoUrlPicker


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("?owner=acme&repo=x", "Incomplete repository location provided, host not provided"),
        ("github.com?repo=x", "Incomplete repository location provided, owner not provided"),
        ("github.com?owner=acme", "Incomplete repository location provided, repo not provided"),
        ("github.com?owner=acme&repo=%2F", "Incomplete repository location provided, repo not provided"),
        ("evil.example?owner=acme&repo=x", "evil.example is not connected to this portal"),
        ("[::1?owner=acme&repo=x", "Unable to parse the Repository URL"),
    ],
)
def test_f01_a_repository_that_is_incomplete_or_elsewhere_is_refused(url, message):
    assert wrong("RepoUrlPicker", url) == [message]


def test_f01_only_allowed_hosts_owners_and_repositories_are_taken():
    options = {"allowedHosts": ["github.com"], "allowedOwners": ["acme"], "allowedRepos": ["a", "b"]}
    assert wrong("RepoUrlPicker", "github.com?owner=acme&repo=a", options) == []
    assert wrong("RepoUrlPicker", "GitHub.com?owner=acme&repo=a", options) == []
    assert wrong("RepoUrlPicker", "ghe.acme.example?owner=acme&repo=a", options)
    assert wrong("RepoUrlPicker", "github.com?owner=evil&repo=a", options)
    assert wrong("RepoUrlPicker", "github.com?owner=acme&repo=c", options)
    assert hint("RepoUrlPicker", "github.com?owner=acme&repo=c", options) == "Choose a or b."


def test_f01_one_host_and_one_owner_stand_before_the_name():
    field = offered("RepoUrlPicker", {"allowedHosts": ["github.com"], "allowedOwners": ["acme"]})
    assert field.extra["prefix"] == "github.com/acme/"


def test_f01_hosts_that_the_portal_cannot_reach_are_not_offered():
    assert offered("RepoUrlPicker", {"allowedHosts": ["gitlab.com", "github.com"]}).extra["hosts"] == ["github.com"]
    assert offered("RepoUrlPicker").extra["hosts"] == ["github.com", "ghe.acme.example"]


def test_f01_the_owner_begins_as_the_hosts_organisation_and_the_name_as_what_is_made():
    page = asked("RepoUrlPicker", {"allowedHosts": ["github.com"]})
    extra = fields.build(page, {}, actor=ADA, name="gift-cards")[0].extra or {}
    assert (extra["owner"], extra["repo"]) == ("acme", "gift-cards")


def test_f01_an_answer_comes_back_in_its_parts():
    extra = offered("RepoUrlPicker", value="ghe.acme.example?owner=ops&repo=a%20b").extra
    assert (extra["host"], extra["owner"], extra["repo"]) == ("ghe.acme.example", "ops", "a b")


def test_f01_a_template_that_acts_as_the_person_asks_for_their_token():
    page = asked("RepoUrlPicker", {"requestUserCredentials": {"secretsKey": "USER_OAUTH_TOKEN"}})
    assert [field.name for field in fields.build(page, {}, actor=ADA)] == ["/a", "/USER_OAUTH_TOKEN"]
    values = {"a": "github.com?owner=acme&repo=x"}
    assert validation.validate([page], values, actor=ADA) == []
    (missing,) = validation.validate_secrets([page], {}, values, actor=ADA)
    assert missing.path == ("USER_OAUTH_TOKEN",)
    assert validation.validate_secrets([page], {"USER_OAUTH_TOKEN": "ghp_1234"}, values, actor=ADA) == []


# -- F09, F10


@pytest.mark.parametrize("branch", ["main", "feature/x-1", "v1.2", "a"])
def test_f09_a_branch_may_have_slashes_and_dots(branch):
    assert wrong("RepoBranchPicker", branch) == []


@pytest.mark.parametrize("branch", ["-x", "a..b", "a b", "a/", "a.lock", "a//b", "x~1", "/a", "a@{1}"])
def test_f09_a_name_that_git_refuses_is_refused(branch):
    assert wrong("RepoBranchPicker", branch) == [f"“{branch}” is no name of a branch."]


def test_f10_an_owner_is_suggested_and_one_that_is_excluded_is_refused():
    assert [choice.value for choice in offered("RepoOwnerPicker", {"host": "github.com"}).choices] == ["acme"]
    assert wrong("RepoOwnerPicker", "acme") == []
    assert wrong("RepoOwnerPicker", "acme", {"excludedOwners": ["acme"]})
    assert wrong("RepoOwnerPicker", "../x")


def test_every_picker_has_a_control():
    from django.template.loader import get_template

    for name in pickers.names():
        widget = fields.build(asked(name), {}, actor=ADA)[0].widget
        assert get_template(f"scaffolder/fields/{widget}.html")
