"""Whose a problem is: the document's owner, CODEOWNERS, the last commit; asked of a real forge."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import ingest
from catalog.attribution import attributing, repositories
from catalog.attribution.people import Directory
from catalog.models import CodeOwners, Descriptor, Location
from tests.catalog.factories import make_entities, read
from tests.delivery.repositories import Work, component

pytestmark = pytest.mark.django_db

PEOPLE = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, annotations: {github.com/team-slug: Acme/the-shop}}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: money}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: ada.novak, annotations: {github.com/user-login: ADA}}
spec: {memberOf: [shop], profile: {email: ada@acme.example}}
"""
BROKEN = component().replace("lifecycle: production", "lifecyle: production")
NAMELESS = "kind: [\n"


@pytest.fixture
def people(db):
    make_entities(PEOPLE)


@pytest.fixture
def web(forge, people):
    return Work(forge, "web")


def place(work, files):
    """Commit files, have the catalog read the descriptor and ask whose its problems are."""
    work.commit(files)
    location, _ = Location.objects.get_or_create(type="url", target=work.address(), origin="registered")
    ingest.refresh(location.pk)
    attributing.attribute(now=timezone.now())


def asked():
    return [
        (row.attributed_ref, row.attributed_by)
        for row in Descriptor.objects.with_problems().order_by("file__path", "pk")
    ]


def test_the_owner_that_the_document_names_is_asked_and_no_host(web):
    web.forge.desk("calls", method="DELETE")
    place(web, {"catalog-info.yaml": BROKEN})
    assert asked() == [("group:default/shop", "descriptor")]
    assert [call for call in web.forge.calls() if "CODEOWNERS" in call] == []


@pytest.mark.parametrize("path", [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"])
def test_codeowners_answers_where_the_document_names_nobody(web, path):
    place(web, {"catalog-info.yaml": NAMELESS, path: "# Ours\n*.md @nobody\n* @acme/unknown @acme/the-shop\n"})
    assert asked() == [("group:default/shop", f"codeowners {path} 3")]


def test_the_first_place_of_the_file_counts(web):
    place(web, {"catalog-info.yaml": NAMELESS, ".github/CODEOWNERS": "* @acme/money", "CODEOWNERS": "* @ada"})
    assert asked() == [("group:default/money", "codeowners .github/CODEOWNERS 1")]


@pytest.mark.parametrize("owner", ["@ada", "@Ada", "ada@acme.example", "ADA@acme.example"])
def test_a_person_is_found_by_login_and_by_address(web, owner):
    place(web, {"catalog-info.yaml": NAMELESS, "CODEOWNERS": f"* {owner}"})
    assert asked() == [("user:default/ada.novak", "codeowners CODEOWNERS 1")]


def test_an_owner_that_the_catalog_does_not_know_gives_way(web):
    place(web, {"catalog-info.yaml": BROKEN.replace("owner: shop", "owner: shpo"), "CODEOWNERS": "* @acme/money"})
    assert asked() == [("group:default/money", "codeowners CODEOWNERS 1")]


def test_else_whoever_changed_the_file_last_is_asked(web):
    work = web
    sha = work.commit({"catalog-info.yaml": NAMELESS})
    place(work, {"README.md": "# Later, by the same\n", "CODEOWNERS": "/docs/ @acme/money"})
    assert asked() == [("user:default/ada.novak", f"commit {sha}")]


def test_a_line_without_owners_says_that_nobody_answers_and_the_commit_does(web):
    place(web, {"catalog-info.yaml": NAMELESS, "CODEOWNERS": "* @acme/money\ncatalog-info.yaml\n"})
    assert asked()[0][1].startswith("commit ")


def test_else_whoever_registered_the_place(web):
    place(web, {"catalog-info.yaml": NAMELESS, "CODEOWNERS": "* @acme/nobody"})
    Descriptor.objects.update(attributed_at=None)
    Location.objects.update(registered_by="user:default/lena")
    web.forge.turn_on(outage={"path": "/repos/acme/web/commits", "times": 9})
    attributing.attribute(now=timezone.now())
    assert asked() == [("user:default/lena", "registered")]


def test_what_nobody_answers_for_is_looked_at_and_left(people):
    read({"/test/broken.yaml": NAMELESS})
    attributing.attribute(now=timezone.now())
    (row,) = Descriptor.objects.with_problems()
    assert (row.attributed_ref, row.attributed_by) == ("", "")
    assert row.attributed_at is not None
    assert attributing.attribute(now=timezone.now()) == 0


def test_an_answer_holds_until_the_owner_changes_or_time_has_passed(web):
    place(web, {"catalog-info.yaml": BROKEN})
    now = timezone.now()
    assert attributing.attribute(now=now) == 0
    assert attributing.attribute(now=now + timedelta(hours=7)) == 1
    place(web, {"catalog-info.yaml": BROKEN.replace("owner: shop", "owner: money")})
    assert asked() == [("group:default/money", "descriptor")]


def test_codeowners_is_asked_for_once_and_then_with_its_etag(web):
    place(web, {"catalog-info.yaml": NAMELESS, "CODEOWNERS": "* @acme/money"})
    web.forge.desk("calls", method="DELETE")
    Descriptor.objects.update(attributed_at=None)
    attributing.attribute(now=timezone.now())
    assert [call for call in web.forge.calls() if "CODEOWNERS" in call] == []
    later = timezone.now() + timedelta(hours=1)
    Descriptor.objects.update(attributed_at=None)
    attributing.attribute(now=later)
    calls = {call["path"].rpartition("/contents/")[2]: call["status"] for call in web.forge.desk("calls")["calls"]}
    assert calls == {".github/CODEOWNERS": 404, "CODEOWNERS": 304}


def test_a_host_that_is_away_keeps_the_answer_that_was_and_blocks_nothing(web):
    place(web, {"catalog-info.yaml": NAMELESS, "CODEOWNERS": "* @acme/money"})
    web.forge.turn_on(outage={"times": 99})
    Descriptor.objects.update(attributed_at=None)
    attributing.attribute(now=timezone.now() + timedelta(hours=1))
    assert asked() == [("group:default/money", "codeowners CODEOWNERS 1")]
    assert "fault (503)" in CodeOwners.objects.get().error


def test_another_codeowners_is_heard_when_its_push_is_told(web):
    place(web, {"catalog-info.yaml": NAMELESS, "CODEOWNERS": "* @acme/money"})
    web.commit({"CODEOWNERS": "* @acme/the-shop"})
    attributing.codeowners_changed(web.repo)
    attributing.attribute(now=timezone.now())
    assert asked() == [("group:default/shop", "codeowners CODEOWNERS 1")]
    assert attributing.touches_codeowners({"a", "docs/CODEOWNERS"})
    assert not attributing.touches_codeowners({"src/CODEOWNERS"})


@pytest.mark.parametrize("before", ["* @acme/money", None])
def test_a_push_that_comes_while_the_host_is_asked_is_not_lost(web, monkeypatch, before):
    place(web, {"catalog-info.yaml": NAMELESS, **({"CODEOWNERS": before} if before else {})})
    Descriptor.objects.update(attributed_at=None)
    CodeOwners.objects.update(read_at=None)
    ask = repositories._read

    def slowly(client, repository, kept):
        ask(client, repository, kept)
        web.commit({"CODEOWNERS": "* @acme/the-shop"})
        attributing.codeowners_changed(web.repo)

    monkeypatch.setattr(repositories, "_read", slowly)
    attributing.attribute(now=timezone.now())
    assert Descriptor.objects.with_problems().get().attributed_at is None
    monkeypatch.undo()
    attributing.attribute(now=timezone.now())
    assert asked() == [("group:default/shop", "codeowners CODEOWNERS 1")]


def test_a_codeowners_that_is_no_text_is_read_as_far_as_it_goes(web):
    web.client.put_file(web.repo, "CODEOWNERS", b"\xff\x00 @x\n* @acme/money\n", message="Add")
    place(web, {"catalog-info.yaml": NAMELESS})
    assert asked() == [("group:default/money", "codeowners CODEOWNERS 2")]


def test_the_place_that_a_location_names_wrongly_is_asked_of_whoever_wrote_it(web):
    text = (
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\nspec: {targets: [./missing.yaml]}\n"
    )
    place(web, {"catalog-info.yaml": text, "CODEOWNERS": "* @acme/money"})
    row = Descriptor.objects.get(entity__ref="location:default/all")
    assert (row.attributed_ref, row.attributed_by) == ("group:default/money", "codeowners CODEOWNERS 1")


def test_a_crowd_of_problems_costs_few_statements(people, django_assert_max_num_queries):
    read({f"/test/{number}.yaml": component(f"no name {number}") for number in range(30)})
    with django_assert_max_num_queries(3 + 30):  # one for each that is written, none besides
        attributing.attribute(now=timezone.now())


def test_names_are_looked_up_together(people, django_assert_num_queries):
    with django_assert_num_queries(4):
        found = Directory(["@acme/the-shop", "@ADA", "ada@acme.example", "@acme/money", "@nobody", "x@y"])
    wanted = ["@ACME/the-shop", "@ada", "ada@acme.example", "@acme/money", "@nobody", "x@y", ""]
    refs = [found.ref_of(name) for name in wanted]
    ada = "user:default/ada.novak"
    assert refs == ["group:default/shop", ada, ada, "group:default/money", "", "", ""]
