"""I15, I17: people and teams of GitHub organizations."""

import json
from datetime import UTC, date, datetime

import pytest

from accounts.models import Membership
from catalog.models import Descriptor, Entity, Location
from catalog.sources import github_org
from integrations.github.records import Profile, Team, TeamMember
from tests.catalog.factories import make_entities
from tests.catalog.sources.given import acme, configure, forget, refs, run_due
from tests.people import make_person


@pytest.fixture
def organize(forge, settings):
    """Configure one import and let all that is due run."""

    def apply(organization=None, **options):
        if organization is not None:
            forge.store.people.save("acme", organization)
        entry = {"id": "acme", "githubUrl": forge.url, "orgs": ["acme"], **options}
        configure(settings, providers={"githubOrg": entry})
        Location.objects.filter(type="github-org").update(next_refresh_at="2020-01-01T00:00:00Z")
        run_due()

    return apply


def document(ref):
    return json.loads(Entity.objects.get(ref=ref).document)


def test_people_become_users(forge, organize):
    organize(acme())
    assert refs("user") == ["user:default/ada", "user:default/lin", "user:default/max"]
    found = document("user:default/ada")
    assert found["metadata"]["annotations"]["github.com/user-login"] == "ada"
    assert found["metadata"]["annotations"]["backstage.io/managed-by-location"] == f"url:{forge.url}/ada"
    assert found["metadata"]["description"] == "Builds the shop"
    assert found["spec"] == {
        "profile": {
            "displayName": "Ada Novak",
            "email": "ada@acme.example",
            "picture": f"{forge.url}/avatars/ada",
        },
        "memberOf": ["group:default/shop"],
    }


def test_teams_become_groups_with_parents_children_and_members(forge, organize):
    organize(acme())
    top, below = document("group:default/engineering"), document("group:default/shop")
    assert top["spec"] == {
        "type": "team",
        "profile": {"displayName": "Engineering"},
        "children": ["shop"],
        "members": ["user:default/lin"],
    }
    assert (below["spec"]["parent"], below["spec"]["members"]) == ("engineering", ["user:default/ada"])
    annotations = below["metadata"]["annotations"]
    assert annotations["github.com/team-slug"] == "acme/shop"
    assert annotations["backstage.io/edit-url"] == f"{forge.url}/orgs/acme/teams/shop/edit"
    assert {"type": "parentOf", "targetRef": "group:default/shop"} in top["relations"]


def test_who_signs_in_is_in_the_teams_that_they_have_on_github(organize):
    make_person("ada", groups=())
    organize(acme())
    assert set(Membership.objects.filter(source="catalog").values_list("group_ref", flat=True)) == {
        "group:default/shop"
    }


def test_who_leaves_and_what_is_dissolved_goes(organize):
    organize(acme())
    changed = acme()
    del changed.people["max"], changed.teams["shop"]
    organize(changed)
    assert refs("user") == ["user:default/ada", "user:default/lin"]
    assert refs("group") == ["group:default/engineering"]
    assert document("user:default/ada")["spec"]["memberOf"] == []


def test_several_organizations_have_a_namespace_each(forge, organize):
    forge.store.organizations |= {"acme", "labs"}
    forge.store.people.save("labs", acme())
    organize(acme(), orgs=["acme", "Labs"])
    assert refs("group") == [
        "group:acme/engineering",
        "group:acme/shop",
        "group:labs/engineering",
        "group:labs/shop",
    ]
    assert refs("user") == ["user:default/ada", "user:default/lin", "user:default/max"]
    assert document("user:default/ada")["spec"]["memberOf"] == ["group:acme/shop", "group:labs/shop"]
    assert {"type": "childOf", "targetRef": "group:acme/engineering"} in document("group:acme/shop")["relations"]


def test_organizations_that_are_as_they_were_are_not_sent_again(forge, organize):
    organize(acme())
    forget(forge)
    organize()
    assert set(forge.statuses()) == {304}
    assert forge.calls() == [
        "GET /orgs/acme/members",
        "GET /orgs/acme/teams",
        "GET /orgs/acme/teams/engineering/members",
        "GET /orgs/acme/teams/shop/members",
    ]


def test_one_change_among_several_organizations_takes_nobody_away(forge, organize):
    forge.store.organizations |= {"acme", "labs"}
    forge.store.people.save("labs", acme())
    organize(acme(), orgs=["acme", "labs"])
    changed = acme()
    changed.teams["shop"].members.append("max")
    organize(changed, orgs=["acme", "labs"])
    assert document("user:default/max")["spec"]["memberOf"] == ["group:acme/shop"]
    assert len(refs("group")) == 4


def test_a_profile_is_asked_for_once_a_day(forge, organize, monkeypatch):
    organize(acme())
    changed = acme()
    changed.people["ada"].name = "Ada Lovelace"
    organize(changed)
    assert document("user:default/ada")["spec"]["profile"]["displayName"] == "Ada Novak"

    class Tomorrow:
        @staticmethod
        def now():
            return datetime(2100, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(github_org, "timezone", Tomorrow)
    organize()
    assert document("user:default/ada")["spec"]["profile"]["displayName"] == "Ada Lovelace"


def test_an_organization_without_anybody_loses_nobody(organize):
    organize(acme())
    empty = acme()
    empty.people.clear()
    empty.teams.clear()
    organize(empty)
    assert "shows nobody" in Location.objects.get(type="github-org").error
    assert len(refs("user")) == 3


def test_i08_who_is_described_already_keeps_the_name(organize):
    make_entities("apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: ada\nspec:\n  memberOf: []\n")
    organize(acme())
    assert "profile" not in document("user:default/ada")["spec"]
    assert Descriptor.objects.with_problems().get().ref == "user:default/ada"


def test_odd_words_of_people_do_no_harm(organize):
    people = acme()
    people.people["ada"].name = "Ada\x00 \x1b[31m: {evil}"
    people.people["ada"].bio = "---\nkind: Group\n${{ x }} \ud83d\ude00"
    organize(people)
    assert document("user:default/ada")["spec"]["profile"]["displayName"] == "Ada [31m: {evil}"
    assert refs("group") == ["group:default/engineering", "group:default/shop"]


class Client:
    """An organization on a server where an administrator has locked somebody out."""

    def profile(self, login, *, etag=""):
        return Profile(login, "", "", is_suspended=login == "max", etag="1")


@pytest.mark.parametrize(("excludes", "users"), [(True, ["ada", "lin"]), (False, ["ada", "lin", "max"])])
def test_people_who_are_suspended_may_be_left_out(forge, monkeypatch, excludes, users):
    options = {"githubUrl": forge.url, "orgs": ["acme"], "excludeSuspendedUsers": excludes}
    run = github_org.Import(options, {}, date(2026, 1, 1))
    monkeypatch.setattr(run, "_client", lambda organization: Client())
    accounts = {login: github_org.Account(login, "", "") for login in ("ada", "lin", "max")}
    entities = run._entities([github_org.People("acme", accounts)])
    assert [entity["metadata"]["name"] for entity in entities] == users


def test_where_a_host_does_not_say_who_is_in_a_team_itself_those_below_are_left_out():
    teams = {"all": Team("all", "", "", "", ""), "shop": Team("shop", "", "", "all", "")}
    inside = {"all": [TeamMember("ada", None), TeamMember("lin", None)], "shop": [TeamMember("ada", None)]}
    assert github_org._immediate("all", teams, inside) == ["lin"]
    assert github_org._immediate("shop", teams, inside) == ["ada"]
