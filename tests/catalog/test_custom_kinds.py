"""Kinds that an installation adds: described in waymark.yaml, by a package, or by administrators."""

import copy
import json
import time

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.models import AuditEvent
from catalog import custom_kinds
from catalog.descriptor import custom, kinds, relations
from catalog.models import CustomKind, Entity, Location
from portal import config
from tests.catalog.factories import make_entities, read
from tests.catalog.reading import with_spec

pytestmark = pytest.mark.usefixtures("own_kinds")

SCHEMA = {
    "type": "object",
    "required": ["size"],
    "properties": {"size": {"type": "string", "pattern": "^(big|small)$"}, "owner": {"type": "string"}},
}
RELATIONS = [
    {"field": "owner", "type": "ownedBy", "defaultKind": "Group"},
    {"field": "hosting.on", "type": "runsOn", "reverse": "runs", "defaultKind": "Resource"},
]
GADGET = {"kind": "Gadget", "apiVersions": ["acme.example/v1"], "schema": SCHEMA, "relations": RELATIONS}
TEXT = with_spec("Gadget", "size: big\nowner: shop\nhosting: {on: [cluster]}", version="acme.example/v1")
CLUSTER = with_spec("Resource", "type: cluster\nowner: shop").replace("thing", "cluster")
ADDRESS = "/admin/catalog/customkind/"


def form(description, **changed):
    values = {
        "kind": description["kind"],
        "api_versions": json.dumps(description["apiVersions"]),
        "schema": json.dumps(description["schema"]),
        "relations": json.dumps(description["relations"]),
    }
    return values | changed


def document(ref):
    return json.loads(Entity.objects.get(ref=ref).document)


def pairs_of(ref):
    return [(each["type"], each["targetRef"]) for each in document(ref)["relations"]]


# -- In waymark.yaml -------------------------------------------------------------------------------------------------


def configure(settings, *described):
    changed = copy.deepcopy(settings.WAYMARK)
    changed["catalog"]["kinds"] = list(described)
    settings.WAYMARK = changed
    custom_kinds.load()


@pytest.mark.django_db
def test_a_kind_of_the_configuration_is_checked_and_related(settings):
    configure(settings, GADGET)
    assert make_entities(f"{TEXT}---\n{CLUSTER}").is_clean
    assert pairs_of("gadget:default/thing") == [
        ("ownedBy", "group:default/shop"),
        ("runsOn", "resource:default/cluster"),
    ]
    assert ("runs", "gadget:default/thing") in pairs_of("resource:default/cluster")


@pytest.mark.django_db
def test_what_a_kind_does_not_allow_is_refused_with_line_and_field(settings):
    configure(settings, GADGET)
    (problem,) = make_entities(TEXT.replace("size: big", "size: huge")).problems
    assert (problem.rule, problem.line) == ("KIND", 6)
    assert problem.message.startswith('"spec.size" is not valid')


@pytest.mark.django_db
def test_files_are_read_anew_when_the_configuration_has_other_kinds(settings):
    files = {"/test/a.yaml": TEXT}
    assert not read(files).is_clean
    configure(settings, GADGET)
    assert read(files).added == 1


def test_the_configuration_takes_kinds_and_refuses_what_is_none(tmp_path):
    path = tmp_path / "waymark.yaml"
    path.write_text(json.dumps({"catalog": {"kinds": [GADGET]}}))
    assert config.load(path)["catalog"]["kinds"] == [GADGET]
    path.write_text(json.dumps({"catalog": {"kinds": [{"kind": "Gadget"}]}}))
    with pytest.raises(ImproperlyConfigured, match=r"catalog\.kinds"):
        config.load(path)


def test_a_process_does_not_start_with_kinds_that_contradict_each_other(settings):
    with pytest.raises(ImproperlyConfigured, match=r"catalog\.kinds\[1\]\.kind: There is a kind gadget already"):
        configure(settings, GADGET, {**GADGET, "kind": "gadget"})


class Package:
    """What an installed package names as its entry point."""

    def load(self):
        kinds.register(kinds.Kind("Gadget", "ACME", kinds.fields({"size": kinds.TEXT})))


def test_a_package_adds_its_kinds(monkeypatch):
    monkeypatch.setattr(custom_kinds, "entry_points", lambda group: [Package()] if group == "waymark.kinds" else [])
    custom_kinds.load()
    assert kinds.named("Gadget").rule == "ACME"


# -- In admin --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_kind_is_added_changed_and_removed_in_admin_with_its_history(admin_client):
    assert admin_client.post(f"{ADDRESS}add/", form(GADGET)).status_code == 302
    row = CustomKind.objects.get()
    versions = json.dumps(["acme.example/v1", "acme.example/v2"])
    assert admin_client.post(f"{ADDRESS}{row.pk}/change/", form(GADGET, api_versions=versions)).status_code == 302
    assert admin_client.post(f"{ADDRESS}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not CustomKind.objects.exists()
    events = AuditEvent.objects.filter(event__startswith="kind.").order_by("pk")
    assert [event.event for event in events] == ["kind.added", "kind.changed", "kind.removed"]
    assert events[1].detail["before"]["apiVersions"] == ["acme.example/v1"]


@pytest.mark.django_db
@pytest.mark.parametrize(("client", "status"), [("developer", 404), ("team_lead", 404), ("platform", 200)])
def test_who_may_edit_kinds(request, client, status):
    who = request.getfixturevalue(client)
    assert who.get(ADDRESS).status_code == status
    assert (who.post(f"{ADDRESS}add/", form(GADGET)).status_code == 302) is (status == 200)
    assert CustomKind.objects.exists() is (status == 200)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "Component"}, "There is a kind Component already"),
        ({"kind": "API"}, "There is a kind API already"),
        ({"kind": "api"}, "There is a kind api already"),
        ({"kind": "two words"}, "A kind is"),
        ({"api_versions": '"acme.example/v1"'}, "Write a list"),
        ({"api_versions": '["a/b/c"]'}, "is no version"),
        ({"schema": '"object"'}, "Write a JSON Schema"),
        ({"schema": '{"type": "objekt"}'}, "This is no JSON Schema"),
        ({"relations": '[{"field": "owner", "type": "ownedBy", "reverse": "owns"}]'}, "the other way round already"),
        ({"relations": '[{"field": "a", "type": "runs on", "reverse": "b"}]'}, "needs a type and a reverse"),
        ({"relations": '[{"field": "a", "type": "runsOn"}]'}, "needs a type and a reverse"),
        ({"relations": '[{"field": "a b", "type": "ownedBy"}]'}, "is no field of spec"),
        ({"relations": '[{"field": "a", "type": "ownedBy", "defaultKind": "-"}]'}, "is no kind"),
        ({"relations": '{"field": "a"}'}, "Write a list"),
        ({"relations": "[1]"}, "is no map"),
    ],
)
def test_what_cannot_be_a_kind_is_refused_at_its_field(admin_client, changed, words):
    page = admin_client.post(f"{ADDRESS}add/", form(GADGET, **changed))
    assert page.status_code == 200
    assert words in page.content.decode().replace("&#x27;", "'")
    assert not CustomKind.objects.exists()


def add(admin_client, **changed):
    assert admin_client.post(f"{ADDRESS}add/", form(GADGET, **changed)).status_code == 302
    return CustomKind.objects.get(kind=changed.get("kind", "Gadget"))


@pytest.mark.django_db
def test_files_that_wait_for_a_kind_are_due_when_it_comes_and_others_are_not(admin_client):
    read({"/test/a.yaml": TEXT, "/test/b.yaml": CLUSTER})
    Location.objects.update(next_refresh_at=None)
    add(admin_client)
    assert [str(place) for place in Location.objects.exclude(next_refresh_at=None)] == ["file:/test/a.yaml"]
    assert read({"/test/a.yaml": TEXT, "/test/b.yaml": CLUSTER}).added == 1


@pytest.mark.django_db
def test_another_process_learns_of_a_kind_without_a_restart(admin_client, monkeypatch):
    add(admin_client)
    # What a process that was started before knows.
    kinds.use_custom([])
    monkeypatch.setitem(custom_kinds._state, "seen", (0, None))
    assert make_entities(TEXT).added == 1
    assert relations.inverse_of("runsOn") == "runs"


@pytest.mark.django_db
def test_a_process_asks_once_whether_kinds_have_changed(admin_client, django_assert_num_queries):
    add(admin_client)
    custom_kinds.refresh()
    with django_assert_num_queries(1):
        custom_kinds.refresh()


@pytest.mark.django_db
def test_a_relation_that_is_called_otherwise_now_is_called_so_at_both_ends(admin_client):
    row = add(admin_client)
    make_entities(f"{TEXT}---\n{CLUSTER}")
    renamed = [RELATIONS[0], {**RELATIONS[1], "reverse": "hosts"}]
    admin_client.post(f"{ADDRESS}{row.pk}/change/", form(GADGET, relations=json.dumps(renamed)))
    assert ("hosts", "gadget:default/thing") in pairs_of("resource:default/cluster")


@pytest.mark.django_db
def test_entities_of_a_kind_that_is_removed_stay_with_a_problem(admin_client):
    row = add(admin_client)
    read({"/test/a.yaml": TEXT})
    admin_client.post(f"{ADDRESS}{row.pk}/delete/", {"post": "yes"})
    (problem,) = read({"/test/a.yaml": TEXT}).problems
    assert problem.message.startswith("No processor recognized the entity gadget:default/thing")
    assert Entity.objects.filter(ref="gadget:default/thing").exists()


@pytest.mark.django_db
def test_unchanged_files_stay_one_comparison_beside_a_custom_kind(admin_client):
    add(admin_client)
    files = {"/test/a.yaml": TEXT}
    read(files)
    etag = document("gadget:default/thing")["metadata"]["etag"]
    report = read(files)
    assert (report.unchanged, report.changed) == (1, 0)
    assert document("gadget:default/thing")["metadata"]["etag"] == etag


# -- Schemas that would harm -----------------------------------------------------------------------------------------


def schema_mistakes(schema):
    return [message for field, message in custom.mistakes({**GADGET, "schema": schema}) if field == "schema"]


@pytest.mark.parametrize(
    "reference",
    ["http://127.0.0.1:1/s.json", "file:///etc/passwd", "other.json", "//elsewhere.example", "urn:x:y"],
)
@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef", "$id", "$schema"])
def test_t5_a_schema_that_leads_elsewhere_is_refused(keyword, reference):
    assert schema_mistakes({"properties": {"a": {keyword: reference}}})


def test_t5_a_schema_that_leads_round_in_itself_is_fine():
    tree = {"type": "object", "properties": {"parts": {"type": "array", "items": {"$ref": "#"}}}}
    assert schema_mistakes(tree) == []
    assert schema_mistakes({"$defs": {"a": {"type": "string"}}, "properties": {"a": {"$ref": "#/$defs/a"}}}) == []


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|a)*b", "^(a?){30}a{30}$"])
def test_t6_a_pattern_takes_linear_time(pattern):
    kind = custom.kind_of({**GADGET, "schema": {"properties": {"size": {"type": "string", "pattern": pattern}}}})
    begun = time.process_time()
    kind.check({"size": "a" * 5_000 + "!"})
    assert time.process_time() - begun < 0.5


def test_t6_a_pattern_that_no_linear_engine_reads_is_refused():
    assert schema_mistakes({"properties": {"a": {"pattern": "(?=a)b\\1"}}})


def test_a_schema_that_doubles_its_work_with_each_step_is_refused_at_once():
    defs = {f"a{n}": {"anyOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(60)}
    begun = time.process_time()
    found = schema_mistakes({"$defs": {**defs, "a60": {"type": "string"}}, "$ref": "#/$defs/a0"})
    assert "too many steps" in found[0]
    assert time.process_time() - begun < 1


def test_a_schema_that_is_too_long_is_refused():
    assert schema_mistakes({"enum": ["x" * 100_001]})


@pytest.mark.django_db
def test_a_value_that_is_wrong_in_a_thousand_places_has_a_hundred_problems_at_most(settings):
    schema = {"properties": {"parts": {"items": {"type": "string"}}}}
    configure(settings, {**GADGET, "schema": schema})
    text = with_spec("Gadget", f"parts: {[1] * 1_000}", version="acme.example/v1")
    assert len(make_entities(text).problems) == 100
