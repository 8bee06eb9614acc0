"""The index of the search follows what is stored: in bulk, without a write for what is as it was."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actors import for_user, system
from catalog import search
from catalog.models import CatalogRevision, Entity, SearchEntry, SearchTrigram, SearchWord
from catalog.search import index, rows, vocabulary
from catalog.search.rows import Entry
from scaffolder import engine, search_entries
from tests.catalog.factories import make_entities
from tests.people import make_person
from tests.scaffolder.runs import make_template, steps_of

pytestmark = pytest.mark.django_db
ENTITY = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: "{name}", title: "{title}", tags: [{tag}]}}
spec: {{type: service, lifecycle: production, owner: {owner}}}
"""
HERE = "/test/here.yaml"


def component(name, title="", tag="java", owner="shop"):
    return ENTITY.format(name=name, title=title or name, tag=tag, owner=owner)


def found(term):
    return [row.key for row in search.in_order(search.ask(term, actor=system()).page(50))]


def indexed():
    """Return how many components and pages of docs the index itself has."""
    select = "SELECT count(*) FROM catalog_searchindex WHERE"
    queries = {
        "sqlite": f'{select} catalog_searchindex MATCH \'"¤kcomponent" OR "¤tdocs"\'',
        "postgresql": f"{select} words @@ '¤kcomponent | ¤tdocs'::tsquery",
    }
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor])
        return cursor.fetchone()[0]


def test_an_entity_is_found_as_it_is_now():
    make_entities(component("ledger", "Payment book"), target=HERE)
    assert found("payment") == found("ledger") == ["component:default/ledger"]
    make_entities(component("ledger", "Account book", tag="go"), target=HERE)
    assert found("payment") == found("java") == []
    assert found("account") == found("tag:go") == ["component:default/ledger"]
    assert indexed() == 1


def test_an_entity_that_goes_is_found_no_more_and_its_docs_neither():
    make_entities(component("ledger") + "---" + component("ledger-2"), target=HERE)
    for name in ("ledger", "ledger-2"):
        key = f"component:default/{name}#index.md"
        index.put([Entry("docs", key, "The book", "/d/", entity_ref=f"component:default/{name}")])
    make_entities(component("ledger-2"), target=HERE)
    assert found("book") == ["component:default/ledger-2#index.md"]
    assert found("ledger") == ["component:default/ledger-2"]
    assert indexed() == 2


def test_a_change_of_owner_alone_is_found_under_the_new_one():
    make_entities(component("ledger"), target=HERE)
    make_entities(component("ledger", owner="money"), target=HERE)
    assert found("owner:shop") == []
    assert found("owner:money") == ["component:default/ledger"]


def test_what_is_as_it_was_writes_nothing():
    entries = [Entry("docs", "a#b", "Title", "/d/", text="Some text", tags=("x",))]
    assert index.put(entries) == 1
    revision = CatalogRevision.current()
    with CaptureQueriesContext(connection) as captured:
        assert index.put(entries) == 0
    assert not [query for query in captured if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert CatalogRevision.current() == revision


def test_of_two_entries_with_one_key_the_last_one_stays():
    index.put([Entry("docs", "a#b", "First", "/d/"), Entry("docs", "a#b", "Second", "/d/")])
    assert found("first") == []
    assert found("second") == ["a#b"]


def test_putting_and_removing_docs_is_a_change_of_the_catalog_and_a_run_is_none():
    before = CatalogRevision.current()
    index.put([Entry("docs", "a#b", "Title", "/d/")])
    assert CatalogRevision.current() == before + 1
    index.remove("docs", ["a#b", "a#c"])
    index.remove("docs", ["a#b"])
    assert CatalogRevision.current() == before + 2
    index.put([Entry("run", "1", "Title", "/r/")])
    assert CatalogRevision.current() == before + 2


def test_many_entities_are_indexed_in_a_few_statements():
    def statements(count):
        with CaptureQueriesContext(connection) as captured:
            make_entities("---".join(component(f"c{count}-{n}", f"Name {n}") for n in range(count)))
        return len([query for query in captured if "search" in query["sql"]])

    assert max(statements(3), statements(300)) <= 10


def test_numbers_and_short_words_are_not_looked_up_for_mistakes():
    index.put([Entry("docs", "a#b", "The 4711 log4j ledger of v2", "/d/")])
    assert set(SearchWord.objects.values_list("word", flat=True)) == {"ledger"}
    assert SearchTrigram.objects.filter(word="ledger").count() == 6


def test_a_word_that_another_writer_adds_meanwhile_is_no_error(monkeypatch):
    vocabulary.add(["ledger"])
    monkeypatch.setattr(vocabulary.bulk, "chunks", lambda words: iter(()))  # as if it had not been there yet
    vocabulary.add(["ledger"])
    assert SearchWord.objects.count() == 1


def test_a_text_of_any_length_is_stored_up_to_its_bound():
    text = "palabra " * 50_000 + "needle"
    index.put([Entry("docs", "a#b", "Title\0 ", "/d/", text=text + "\0")])
    assert found("palabra") == ["a#b"]
    assert found("needle") == []
    assert len(SearchEntry.objects.get().text) == 100_000


# -- Building it anew --------------------------------------------------------------------------------------------------


def start(user):
    template = make_template(steps_of("{id: say, action: 'debug:log', input: {message: hello}}"))
    return engine.submit(template=template, parameters={}, actor=for_user(user))


def rebuilt():
    out = StringIO()
    call_command("rebuild_search", stdout=out, stderr=StringIO())
    return int(out.getvalue().split()[0])


def test_rebuilding_changes_nothing_of_an_index_that_is_right():
    make_entities(component("Ledger", "Payment book"))
    make_entities(USER)
    assert rebuilt() == 0


def test_rebuilding_brings_back_what_is_missing_and_removes_what_is_gone():
    make_entities(component("camelCase") + "---" + USER)
    index.remove("entity", ["component:default/camelcase", "user:default/grace"])
    index.put([Entry("entity", "component:default/zanzibar", "Zanzibar", "")])
    assert found("zanzibar")
    assert rebuilt() == 3
    assert (found("zanzibar"), found("case"), found("acme.example")) == (
        [],
        ["component:default/camelcase"],
        ["user:default/grace"],
    )
    assert not SearchWord.objects.filter(word="zanzibar").exists()
    assert SearchEntry.objects.filter(type="entity").count() == Entity.objects.count()


def test_rebuilding_finds_runs_of_before(developer):
    task = start(developer.user)
    index.remove("run", [str(task.pk)])
    assert rebuilt() == 1
    assert found(task.title) == [str(task.pk)]


def test_a_run_is_found_as_soon_as_it_is_started():
    task = start(make_person("ada"))
    [entry] = SearchEntry.objects.filter(type=search_entries.RUN)
    assert (entry.key, entry.person_ref, entry.get_absolute_url()) == (
        str(task.pk),
        task.actor_ref,
        task.get_absolute_url(),
    )


def test_the_columns_of_a_row_are_those_of_the_table():
    columns = {field.attname.removesuffix("_id") for field in SearchEntry._meta.concrete_fields} - {"id", "id_"}
    assert set(rows.FIELDS) == columns - {""}


USER = """
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: grace}
spec: {memberOf: [money], profile: {displayName: Grace Hopper, email: grace@acme.example}}
"""
