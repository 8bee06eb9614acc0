"""JSON Schemas for editors: they hold, and refuse nothing that the catalog takes."""

import json

import jsonschema_rs
import pytest
from django.core.management import CommandError, call_command

from catalog import documents
from catalog.descriptor import descriptors, kinds, schemas
from catalog.models import CustomKind
from tests.catalog.reading import PLACE
from tests.real.catalog_model_rows import rows
from tests.shared import shared


def check(entity):
    kind = kinds.named(entity["kind"])
    return [error.message for error in jsonschema_rs.Draft202012Validator(schemas.of_kind(kind)).iter_errors(entity)]


def taken(entity):
    (parsed,) = descriptors.parse(json.dumps(entity), PLACE)
    return not parsed.is_refused


@pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.name)
def test_the_schema_of_each_kind_is_one(kind):
    schema = schemas.of_kind(kind)
    jsonschema_rs.meta.validate(schema)
    assert "x-" not in json.dumps(schema)


def test_what_the_catalog_takes_is_right_in_an_editor_too():
    tried = [subject for _, _, question, subject in rows() if question == "kind" and taken(subject)]
    assert len(tried) > 100
    assert [(entity, wrong) for entity in tried if (wrong := check(entity))] == []


def test_real_descriptors_are_right_in_an_editor():
    found = [
        (path.name, document.value)
        for path in sorted(shared("corpus/backstage/catalog").rglob("*.y*ml"))
        for document in documents.load_all(path.read_text(encoding="utf-8"))
        if not document.is_broken and taken(document.value)
    ]
    assert len(found) > 300
    assert {name: wrong for name, entity in found if (wrong := check(entity))} == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "a b"), ("namespace", "A"), ("tags", ["Java"]), ("labels", {"a": "b c"}), ("annotations", {"a": True})],
)
def test_an_editor_marks_what_the_catalog_refuses(field, value):
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "System",
        "metadata": {"name": "a"},
        "spec": {"owner": "b"},
    }
    assert check(entity) == []
    assert check({**entity, "metadata": {"name": "a", field: value}})


@pytest.mark.usefixtures("own_kinds")
@pytest.mark.django_db
def test_the_command_writes_a_file_for_each_kind_and_one_that_leads_to_them(tmp_path, capsys):
    CustomKind.objects.create(kind="Gadget", api_versions=["acme.example/v1"], schema={"required": ["size"]})
    call_command("schema", str(tmp_path / "new"))
    written = {path.name: json.loads(path.read_text()) for path in (tmp_path / "new").iterdir()}
    assert {"Component.schema.json", "Gadget.schema.json", "waymark.schema.json"} < written.keys()
    assert str(tmp_path / "new" / "Gadget.schema.json") in capsys.readouterr().out
    found = {f"file:///{name}": schema for name, schema in written.items()}
    registry = jsonschema_rs.Registry(list(found.items()))
    validator = jsonschema_rs.Draft202012Validator(
        {"$id": "file:///all.json", **written["catalog-info.schema.json"]}, registry=registry
    )
    gadget = {"apiVersion": "acme.example/v1", "kind": "Gadget", "metadata": {"name": "a"}, "spec": {"size": 1}}
    assert validator.is_valid(gadget)
    assert not validator.is_valid({**gadget, "spec": {}})
    assert not validator.is_valid({**gadget, "kind": "Nonsense"})


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("schema", str(tmp_path / "file"))
