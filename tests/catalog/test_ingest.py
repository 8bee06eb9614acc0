"""What a reading does to what is stored."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from catalog import ingest, processors, sources
from catalog.models import CatalogRevision, Descriptor, Entity, Facet, Location, Relation, SourceFile, Tombstone
from catalog.sources import Unreadable
from tests.catalog.factories import FILE, make_entities, read
from tests.catalog.reading import COMPONENT, location_entity, with_spec

pytestmark = pytest.mark.django_db

LEDGER = COMPONENT.replace("checkout", "ledger").replace("owner: shop", "owner: money")
BOTH = f"{COMPONENT}---\n{LEDGER}"
GROUP = with_spec("Group", "type: team\nchildren: []")


def group(name):
    return GROUP.replace("name: thing", f"name: {name}")


def document(ref):
    return json.loads(Entity.objects.get(ref=ref).document)


def refs():
    return set(Entity.objects.exclude(name__startswith="generated-").values_list("ref", flat=True))


def test_columns_of_an_entity():
    make_entities(
        COMPONENT.replace("name: checkout", "name: checkout\n  title: Check Out\n  tags: [java]\n  description: Pays.")
    )
    entity = Entity.objects.get(ref="component:default/checkout")
    assert (entity.kind, entity.namespace, entity.name, entity.title) == (
        "component",
        "default",
        "checkout",
        "Check Out",
    )
    assert (entity.type, entity.lifecycle, entity.owner_ref) == ("service", "production", "group:default/shop")
    assert (entity.tags, entity.sort_key) == (["java"], "check out")
    assert entity.search_text == "checkout\ncheck out\npays.\njava"
    descriptor = Descriptor.objects.get(entity=entity)
    assert (descriptor.line, descriptor.file.path) == (1, FILE)


def test_the_document_has_uid_etag_and_relations():
    make_entities(COMPONENT)
    entity = Entity.objects.get(ref="component:default/checkout")
    found = json.loads(entity.document)
    assert found["metadata"]["uid"] == str(entity.uid)
    assert found["metadata"]["etag"] == entity.etag
    assert found["relations"] == [{"type": "ownedBy", "targetRef": "group:default/shop"}]
    assert found["spec"] == json.loads(entity.source)["spec"]


def test_an_unchanged_file_is_compared_and_nothing_is_written(django_assert_max_num_queries):
    make_entities(BOTH, target=FILE)
    before = list(Entity.objects.values()), CatalogRevision.current()
    with django_assert_max_num_queries(14):
        report = make_entities(BOTH, target=FILE)
    assert (report.added, report.changed, report.unchanged, report.removed) == (0, 0, 2, 0)
    assert (list(Entity.objects.values()), CatalogRevision.current()) == before


def test_a_change_keeps_uid_and_makes_a_new_etag():
    make_entities(BOTH, target=FILE)
    before = document("component:default/checkout")["metadata"]
    report = make_entities(BOTH.replace("owner: shop", "owner: money"), target=FILE)
    after = document("component:default/checkout")["metadata"]
    assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
    assert after["uid"] == before["uid"]
    assert after["etag"] != before["etag"]


def test_only_what_differs_is_written():
    make_entities(BOTH, target=FILE)
    untouched = Entity.objects.values().get(ref="component:default/ledger")
    kept = set(Facet.objects.filter(entity__ref="component:default/checkout").values_list("id", flat=True))
    make_entities(
        BOTH.replace("lifecycle: production\n  owner: shop", "lifecycle: experimental\n  owner: shop"), target=FILE
    )
    assert Entity.objects.values().get(ref="component:default/ledger") == untouched
    now = set(Facet.objects.filter(entity__ref="component:default/checkout").values_list("id", flat=True))
    assert len(kept - now) == len(now - kept) == 1


def test_the_owner_is_told_of_a_new_and_of_a_lost_component():
    make_entities(group("shop"))
    make_entities(COMPONENT, target="/test/2.yaml")
    assert document("group:default/shop")["relations"] == [
        {"type": "ownerOf", "targetRef": "component:default/checkout"}
    ]
    assert Facet.objects.filter(entity__ref="group:default/shop", key__key="relations.ownerof").count() == 1
    make_entities(COMPONENT.replace("owner: shop", "owner: money"), target="/test/2.yaml")
    assert document("group:default/shop")["relations"] == []
    assert not Facet.objects.filter(entity__ref="group:default/shop", key__key="relations.ownerof").exists()


def test_the_revision_rises_once_for_a_reading_that_changes_something():
    make_entities(BOTH, target=FILE)
    before = CatalogRevision.current()
    make_entities(BOTH.replace("production", "deprecated"), target=FILE)
    assert CatalogRevision.current() == before + 1


def test_an_entity_gone_from_its_file_is_removed_and_gets_its_uid_back_when_it_returns():
    make_entities(BOTH, target=FILE)
    uid = document("component:default/ledger")["metadata"]["uid"]
    assert make_entities(COMPONENT, target=FILE).removed == 1
    assert refs() == {"component:default/checkout"}
    assert not Relation.objects.filter(source_ref="component:default/ledger").exists()
    assert str(Tombstone.objects.get(ref="component:default/ledger").uid) == uid
    assert make_entities(BOTH, target=FILE).added == 1
    assert document("component:default/ledger")["metadata"]["uid"] == uid
    assert not Tombstone.objects.exists()


def test_a_broken_document_keeps_its_neighbours_and_what_it_was():
    make_entities(BOTH, target=FILE)
    before = document("component:default/ledger")
    report = make_entities(BOTH.replace("owner: money", "owner: [money]"), target=FILE)
    assert (report.changed, report.unchanged, report.removed) == (0, 2, 0)
    (problem,) = report.problems
    assert (problem.path, problem.line, problem.rule) == (FILE, 17, "K01")
    after = document("component:default/ledger")
    assert after["spec"] == before["spec"]
    assert after["status"]["items"][0]["level"] == "error"
    assert Descriptor.objects.get(entity__ref="component:default/ledger").problems


def test_a_mended_document_loses_its_status():
    make_entities(BOTH, target=FILE)
    make_entities(BOTH.replace("owner: money", "owner: [money]"), target=FILE)
    make_entities(BOTH, target=FILE)
    assert "status" not in document("component:default/ledger")
    assert not Descriptor.objects.with_problems().exists()
    assert SourceFile.objects.get(path=FILE).text == ""


@pytest.mark.parametrize("broken", ["kind: Component\n  bad: [", "a: *b", "{", "- a\n- b"])
def test_nothing_is_lost_while_a_document_cannot_be_told(broken):
    make_entities(BOTH, target=FILE)
    report = make_entities(f"{COMPONENT}---\n{broken}\n", target=FILE)
    assert (report.removed, report.unchanged) == (0, 2)
    assert not report.is_clean
    assert make_entities(COMPONENT, target=FILE).removed == 1


def test_the_text_of_a_file_with_problems_is_kept_to_show_the_line():
    text = COMPONENT.replace("checkout", "no name")
    make_entities(text, target=FILE)
    assert SourceFile.objects.get(path=FILE).text == text
    descriptor = Descriptor.objects.with_problems().get()
    assert (descriptor.line, descriptor.ref, descriptor.failing_since is not None) == (1, "", True)


def test_i08_the_first_place_keeps_a_ref_and_the_second_is_told():
    make_entities(COMPONENT, target=FILE)
    report = make_entities(COMPONENT.replace("owner: shop", "owner: money"), target="/test/2.yaml")
    (problem,) = report.problems
    assert (report.added, problem.rule, problem.line, problem.column) == (0, "I08", 4, 9)
    assert f"{FILE}:1, which keeps the name" in problem.message
    assert Entity.objects.get(ref="component:default/checkout").owner_ref == "group:default/shop"


def test_i08_when_the_first_goes_the_second_has_its_turn_at_once():
    make_entities(BOTH, target=FILE)
    make_entities(COMPONENT.replace("owner: shop", "owner: money"), target="/test/2.yaml")
    location = Location.objects.get(target=FILE)
    readings = {
        ("file", FILE): sources.Reading([sources.SourceText(FILE, LEDGER)]),
        ("file", "/test/2.yaml"): sources.Reading(
            [sources.SourceText("/test/2.yaml", COMPONENT.replace("owner: shop", "owner: money"))]
        ),
    }
    run = ingest.Run(readings=readings)
    run.read([location.pk], deep=False)
    assert Entity.objects.get(ref="component:default/checkout").owner_ref == "group:default/money"
    assert not Descriptor.objects.with_problems().exists()


def test_i08_twice_in_one_file():
    report = make_entities(f"{COMPONENT}---\n{COMPONENT.replace('name: checkout', 'name: Checkout')}")
    assert [(problem.rule, problem.line) for problem in report.problems] == [("I08", 13)]


def test_i08_a_refused_document_holds_no_name():
    report = make_entities(f"{COMPONENT.replace('owner: shop', 'owner: []')}---\n{COMPONENT}")
    assert (report.added, [problem.rule for problem in report.problems]) == (1, ["K01"])


def test_one_bad_document_in_a_thousand_stops_nobody():
    good = [COMPONENT.replace("checkout", f"checkout-{number}") for number in range(1_000)]
    good[500] = "kind: [\n"
    report = make_entities("---\n".join(good))
    assert (report.added, len(report.problems)) == (999, 1)


def test_an_entity_that_moves_within_its_location_is_the_same(tmp_path):
    (tmp_path / "a.yaml").write_text(COMPONENT)
    (tmp_path / "b.yaml").write_text(LEDGER)
    ingest.read_targets([str(tmp_path)])
    uid = document("component:default/checkout")["metadata"]["uid"]
    (tmp_path / "a.yaml").unlink()
    (tmp_path / "b.yaml").write_text(f"{LEDGER}---\n{COMPONENT}")
    report = ingest.read_targets([str(tmp_path)])
    assert (report.added, report.changed, report.removed, report.problems) == (0, 1, 0, [])
    assert document("component:default/checkout")["metadata"]["uid"] == uid
    assert not SourceFile.objects.filter(path__endswith="a.yaml").exists()


def test_f30_a_place_that_is_gone_keeps_its_entities_marked_as_orphans(tmp_path):
    file = tmp_path / "catalog-info.yaml"
    file.write_text(COMPONENT)
    ingest.read_targets([str(file)])
    file.unlink()
    report = ingest.refresh(Location.objects.get().pk)
    assert (report.removed, report.unchanged) == (0, 1)
    assert "does not exist" in report.problems[0].message
    assert document("component:default/checkout")["metadata"]["annotations"]["backstage.io/orphan"] == "true"
    file.write_text(COMPONENT)
    assert ingest.refresh(Location.objects.get().pk).is_clean
    assert "backstage.io/orphan" not in document("component:default/checkout")["metadata"]["annotations"]
    assert not Entity.objects.filter(is_orphan=True).exists()


class Silent:
    """A source that is out of reach."""

    def read(self, location):
        raise Unreadable("It does not answer. Try again.")

    def child(self, base, target):
        raise ValueError


def test_f30_a_place_out_of_reach_keeps_what_was_read(monkeypatch):
    monkeypatch.setattr(sources, "_sources", {**sources._sources, "file": Silent()})
    make_entities(COMPONENT, target=FILE)
    before = CatalogRevision.current()
    report = ingest.refresh(Location.objects.get().pk)
    assert [problem.message for problem in report.problems] == ["It does not answer. Try again."]
    assert refs() == {"component:default/checkout"}
    assert CatalogRevision.current() == before


class Tagged:
    """A source that says when nothing is new."""

    def read(self, location):
        if location.etag == "1":
            return sources.Reading(etag="1", unchanged=True)
        return sources.Reading([sources.SourceText(location.target, COMPONENT)], etag="1")

    def child(self, base, target):
        raise ValueError


def test_a_source_that_says_nothing_is_new_is_asked_for_all_when_the_rules_are_new(monkeypatch, settings):
    monkeypatch.setattr(sources, "_sources", {"url": Tagged()})
    location = Location.objects.create(type="url", target="shop", origin="registered")
    assert ingest.refresh(location.pk).added == 1
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "rules": [{"allow": ["API"]}]}}
    report = ingest.refresh(location.pk)
    assert [problem.rule for problem in report.problems] == ["I09"]
    assert ingest.refresh(location.pk).problems == report.problems


def test_a_folder_that_is_suddenly_empty_loses_nothing(tmp_path):
    (tmp_path / "a.yaml").write_text(COMPONENT)
    ingest.read_targets([str(tmp_path)])
    (tmp_path / "a.yaml").unlink()
    report = ingest.read_targets([str(tmp_path)])
    assert (report.removed, report.unchanged, report.is_clean) == (0, 1, False)
    assert Entity.objects.get(kind="component").is_orphan


def test_i01_a_named_place_is_a_location_entity():
    make_entities(COMPONENT, target=FILE)
    entity = Entity.objects.get(ref="location:default/generated-5b7fac4e196651bf491b3d628cc2aa96d2586d31")
    assert json.loads(entity.document)["spec"] == {"type": "file", "target": FILE, "presence": "required"}


def test_a_file_in_a_folder_that_is_read_is_not_read_twice(tmp_path):
    (tmp_path / "a.yaml").write_text(location_entity("./b.yaml"))
    (tmp_path / "b.yaml").write_text(COMPONENT)
    report = ingest.read_targets([str(tmp_path)])
    assert (report.added, report.problems) == (2, [])


class Told:
    def __init__(self):
        self.kept, self.gone = [], []

    def stored(self, entities):
        self.kept += entities

    def removed(self, entity_refs):
        self.gone += entity_refs


def test_rooms_above_are_told_of_the_kinds_that_they_asked_for(monkeypatch):
    monkeypatch.setattr(processors, "_processors", {})
    told = Told()
    processors.register("Group", told)
    make_entities(f"{COMPONENT}---\n{group('shop')}", target=FILE)
    make_entities(f"{COMPONENT}---\n{group('shop')}", target=FILE)
    (entity,) = told.kept
    assert (entity.ref, entity.base_url, entity.source) == ("group:default/shop", "file:///test/", "file")
    assert entity.text.strip().endswith("children: []")
    make_entities(COMPONENT, target=FILE)
    assert told.gone == ["group:default/shop"]


def test_what_a_processor_refuses_to_store_is_not_stored(monkeypatch):
    class Failing(Told):
        def stored(self, entities):
            raise RuntimeError("no")

    monkeypatch.setattr(processors, "_processors", {})
    processors.register("Group", Failing())
    with pytest.raises(RuntimeError):
        make_entities(group("shop"))
    assert not Entity.objects.filter(kind="group").exists()


class Watching:
    """A source that says whether a transaction is open while it reads."""

    def __init__(self):
        self.was_open = []

    def read(self, location):
        self.was_open.append(connection.in_atomic_block)
        return sources.Reading([sources.SourceText(location.target, COMPONENT)])

    def child(self, base, target):
        raise ValueError


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_reads_before_it_opens_its_transaction_and_stores_nothing(monkeypatch):
    watching = Watching()
    monkeypatch.setattr(sources, "_sources", {"url": watching})
    report = ingest.read_targets(["https://example.com/a.yaml"], dry_run=True)
    assert (report.added, report.problems) == (1, [])
    assert watching.was_open == [False]
    assert not Entity.objects.exists()
    assert not Location.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_dry_run_tells_what_would_go_and_what_cannot_be_read(tmp_path):
    (tmp_path / "all.yaml").write_text(location_entity("./a.yaml", "./b.yaml"))
    (tmp_path / "a.yaml").write_text(COMPONENT)
    (tmp_path / "b.yaml").write_text(LEDGER)
    ingest.read_targets([str(tmp_path / "all.yaml")])
    (tmp_path / "all.yaml").write_text(location_entity("./a.yaml", "./c.yaml"))
    report = ingest.read_targets([str(tmp_path / "all.yaml")], dry_run=True)
    assert (report.changed, report.removed) == (1, 1)
    assert ["c.yaml" in problem.message for problem in report.problems] == [True]
    assert refs() == {"location:default/all", "component:default/checkout", "component:default/ledger"}


def test_i04_a_location_is_read_again_after_the_interval_and_up_to_half_more(settings):
    settings.WAYMARK = {
        **settings.WAYMARK,
        "catalog": {**settings.WAYMARK["catalog"], "processingInterval": {"minutes": 10}},
    }
    now = timezone.now()
    waits = [(ingest.next_refresh(now) or now) - now for _ in range(50)]
    assert all(timedelta(minutes=10) <= wait <= timedelta(minutes=15) for wait in waits)
    assert len(set(waits)) > 1


def test_a_location_is_claimed_by_one_worker():
    location = Location.objects.create(type="file", target="/a", origin="command", next_refresh_at=timezone.now())
    later = timezone.now() + timedelta(minutes=5)
    assert Location.objects.claim_due(timezone.now(), until=later) == [location.pk]
    assert Location.objects.claim_due(timezone.now(), until=later) == []


def test_readings_of_many_files_at_once():
    report = read({"/test/a.yaml": COMPONENT, "/test/b.yaml": LEDGER})
    assert report.added == 2
