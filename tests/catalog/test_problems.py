"""The page of problems: whose, where, since when, at which line; and the same as a file and on the home page."""

import csv
import io

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from catalog import ingest, unreadable
from catalog.attribution import attributing
from catalog.models import Descriptor, Location
from catalog.pages import problem_rows
from catalog.sources import Unreadable
from tests.catalog.factories import make_entities, read
from tests.catalog.reading import COMPONENT

pytestmark = pytest.mark.django_db
BROKEN = COMPONENT.replace("lifecycle: production", "lifecyle: production")
PAGE = "/catalog/problems/"
WEB = "https://git.example/acme/web/blob/main/catalog-info.yaml"
ALL = "https://git.example/acme/all/blob/main/all.yaml"
LOCATIONS = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: other}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: all
spec:
  targets:
    - ./good.yaml
    - ./missing.yaml
"""


def page_of(client, **query):
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    return answer, answer.context["problems"]


def unreadable_target():
    """Read a Location entity one of whose targets is not there."""
    root = Location.objects.create(type="url", target=ALL, origin="configuration")
    missing = "https://git.example/acme/all/blob/main/missing.yaml"
    good = "https://git.example/acme/all/blob/main/good.yaml"
    readings = {
        ("url", ALL): reading(ALL, LOCATIONS),
        ("url", good): reading(good, COMPONENT),
        ("url", missing): Unreadable("There is no file.", is_gone=True),
    }
    run = ingest.Run(readings=readings)
    run.read([root.pk], deep=True)
    return run.report, Location.objects.get(target=missing)


def reading(target, text):
    from catalog.sources import Reading, SourceText

    return Reading([SourceText(target, text)])


# -- Whose -------------------------------------------------------------------------------------------------------------


def attributed(**values):
    Descriptor.objects.with_problems().update(attributed_at=timezone.now(), **values)


def test_a_problem_tells_who_is_asked_and_why(member):
    read({WEB: "kind: [\n"}, type="url")
    attributed(attributed_ref="group:default/shop", attributed_by="codeowners .github/CODEOWNERS 3")
    page, found = page_of(member)
    assertContains(page, "by CODEOWNERS line 3")
    assert found.owners == [("group:default/shop", 1)]
    assert [row.asked.ref for row in page_of(member, owner="group:default/shop")[1].rows] == ["group:default/shop"]
    assert page_of(member, owner="none")[1].rows == []


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("commit 90b1f3e0000000000000", "changed the file last, 90b1f3e"),
        ("registered", "registered the place"),
        ("descriptor", "named in the descriptor"),
    ],
)
def test_every_reason_is_said_in_words(member, by, words):
    make_entities("kind: [\n")
    attributed(attributed_ref="user:default/ada", attributed_by=by)
    assertContains(page_of(member)[0], words)


def test_before_anybody_has_looked_the_documents_own_word_counts(member):
    make_entities(BROKEN)
    page, found = page_of(member)
    assert [(row.asked.ref, row.asked.is_settled) for row in found.rows] == [("group:default/shop", False)]
    assertContains(page, "named in the descriptor")
    make_entities("kind: [\n", target="/test/b.yaml")
    assertContains(page_of(member, owner="none")[0], "being looked for")


def test_an_answer_for_another_owner_than_the_documents_is_not_used(member):
    make_entities(BROKEN)
    attributed(attributed_ref="group:default/money", attributed_by="descriptor", attributed_for="group:default/money")
    assert [row.asked.ref for row in page_of(member)[1].rows] == ["group:default/shop"]


def test_the_home_page_shows_what_ones_team_is_asked(developer):
    read({WEB: "kind: [\n"}, type="url")
    assertNotContains(developer.get("/"), "Waiting for my team")
    attributed(attributed_ref="group:default/shop", attributed_by="codeowners CODEOWNERS 7")
    page = developer.get("/")
    assertContains(page, "Waiting for my team")
    assertContains(page, "by CODEOWNERS line 7")


def test_the_home_page_shows_a_place_that_ones_team_named_wrongly(developer):
    unreadable_target()
    Descriptor.objects.update(
        attributed_at=timezone.now(), attributed_ref="group:default/shop", attributed_by="commit a"
    )
    Descriptor.objects.update(attributed_for="")
    assertContains(developer.get("/"), "missing.yaml")


# -- Where -------------------------------------------------------------------------------------------------------------


def test_problems_are_gathered_by_place(member):
    read({WEB: BROKEN, ALL: BROKEN.replace("checkout", "b")}, type="url")
    Location.objects.filter(target=WEB).update(repository="git.example/acme/web@main")
    page, found = page_of(member, by="place")
    assert found.named_places == [("git.example/acme/web", "acme/web", 1), (ALL, "all.yaml", 1)]
    assertContains(page, "By place")
    assert [row.path for row in page_of(member, place="git.example/acme/web")[1].rows] == [WEB]
    assert [row.path for row in page_of(member, place=ALL)[1].rows] == [ALL]


def test_a_problem_leads_to_the_editor_of_its_host_and_to_the_command_for_ci(member):
    read({WEB.replace("catalog-info", "deploy/c d"): BROKEN}, type="url")
    page, found = page_of(member)
    assert found.edit_url == "https://git.example/acme/web/edit/main/deploy/c%20d.yaml"
    assertContains(page, "Edit at git.example")
    assert found.command == "manage.py validate 'deploy/c d.yaml'"


def test_a_problem_tells_when_it_is_read_next(member):
    read({WEB: BROKEN}, type="url")
    assertContains(page_of(member)[0], "Next reading")
    assertContains(page_of(member)[0], "in 1")
    Location.objects.update(next_refresh_at=None)
    assertContains(page_of(member)[0], "when it is pushed or asked for")


def test_a_target_that_cannot_be_read_is_told_at_its_line(member):
    report, missing = unreadable_target()
    (problem,) = report.problems
    assert (problem.path, problem.line, problem.column, problem.rule) == (ALL, 13, 7, "K09")
    page, found = page_of(member)
    (row,) = found.rows
    assert (row.key, row.name, row.is_error) == (f"place-{missing.pk}", "missing.yaml", True)
    assertContains(page, "1 place could not be read at all")
    assertContains(page, 'data-line="13"')
    assertContains(page, "code-view__line--bad")


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        ("spec: {target: ./missing.yaml}", 5),
        ("spec:\n  target: ./missing.yaml\n  targets: [./a.yaml]", 6),
        ("spec:\n  targets:\n    - ./a.yaml\n    - 'https://git.example/acme/all/blob/main/missing.yaml'", 8),
    ],
)
def test_every_way_to_name_a_target_is_found_again(spec, line):
    text = f"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: all\n{spec}\n"
    read({ALL: text}, type="url")
    missing = Location.objects.get(target__endswith="/missing.yaml")
    named = Descriptor.objects.select_related("file__location").get(ref="location:default/all")
    assert unreadable.where_named(missing, named)[0] == line


def test_a_place_that_somebody_registered_is_asked_of_them(member):
    Location.objects.create(
        type="url", target=WEB, origin="registered", registered_by="user:default/ada", error="There is no file."
    )
    page, found = page_of(member)
    assert [(row.asked.ref, row.asked.reason) for row in found.rows] == [("user:default/ada", "registered the place")]
    assertContains(page, "Mend the address or the credential")


def test_places_that_were_never_read_are_listed_as_waiting(member):
    Location.objects.create(type="url", target=WEB, origin="registered", next_refresh_at=timezone.now())
    page, found = page_of(member)
    assertContains(page, "Not read yet")
    assert (found.total, found.pending_count) == (0, 1)


# -- What a nameless document looks like -----------------------------------------------------------------------------


NAMELESS = {
    "a name that is wrong": (COMPONENT.replace("name: checkout", "name: locker stations"), "locker stations"),
    "a quoted name": ("kind: [\nmetadata:\n  name: 'tax-rates'\n", "tax-rates"),
    "a name in flow style": ("kind: [\nmetadata: {name: ledger, title: x}\n", "ledger"),
    "a kind alone": ("kind: Component\nmetadata: [\n", "Component without a name, line 1"),
    "nothing": ("- [\n", "catalog-info.yaml"),
}


@pytest.mark.parametrize(("text", "name"), NAMELESS.values(), ids=NAMELESS)
def test_a_document_too_broken_to_name_is_called_by_what_it_looks_like(member, text, name):
    make_entities(text)
    assert [row.name for row in page_of(member)[1].rows] == [name]


def test_of_several_documents_each_is_called_by_its_own(member):
    make_entities("kind: [\nmetadata:\n  name: a\n---\nkind: [\nmetadata:\n  name: b\n")
    assert {row.name for row in page_of(member)[1].rows} == {"a", "b"}


def test_a_hostile_text_is_looked_at_in_no_time():
    text = "metadata: {" * 30_000
    descriptor = Descriptor(line=1)
    assert problem_rows._looks_like(descriptor, text) == ""


# -- Many, odd, forbidden, as a file ---------------------------------------------------------------------------------


def many(count):
    read({f"https://git.example/acme/r{n}/blob/main/c.yaml": f"kind: [\n# {n}\n" for n in range(count)}, type="url")


def test_many_problems_cost_as_many_statements_as_few(member, django_assert_max_num_queries):
    many(3)
    unreadable_target()
    member.get(PAGE)
    with django_assert_max_num_queries(12) as few:
        member.get(PAGE)
    many(30)
    member.get(PAGE)  # what the frame counts is kept until the catalog changes
    with django_assert_max_num_queries(12) as lots:
        member.get(PAGE)
    assert len(lots) == len(few)


def test_whoever_may_not_read_the_catalog_sees_no_problems(client):
    make_entities(BROKEN)
    for address in (PAGE, f"{PAGE}export/"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize(
    "query", ["open=x", "open=place-x", "open=place-9", "open=" + "9" * 40, "by=x", "place=%00", "place=" + "x" * 9000]
)
def test_odd_queries_still_open_the_page(member, query):
    make_entities(BROKEN)
    assert member.get(f"{PAGE}?{query}").status_code == 200


def test_the_file_has_a_line_for_each_problem_and_no_formula(member):
    read({WEB: BROKEN.replace("name: checkout", "name: '=cmd()'")}, type="url")
    answer = member.get(f"{PAGE}export/")
    assert answer["Content-Disposition"] == 'attachment; filename="problems.csv"'
    head, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert head[:5] == ["severity", "name", "owner", "asked because", "file"]
    assert len(rows) == len(Descriptor.objects.get().problems)
    assert all(not cell.startswith("=") for row in rows for cell in row)


def test_the_file_holds_what_the_page_is_filtered_by(member):
    read({WEB: BROKEN, ALL: BROKEN.replace("checkout", "b").replace("owner: shop", "owner: money")}, type="url")
    answer = member.get(f"{PAGE}export/", {"owner": "group:default/money"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))[1:]
    assert {row[2] for row in rows} == {"group:default/money"}


def test_attribution_is_seen_on_the_page_after_its_round(member):
    make_entities(BROKEN)
    attributing.attribute(now=timezone.now())
    assert page_of(member)[1].rows[0].asked.is_settled
