"""The fields of a page: which control asks what, and how it comes back."""

import pytest

from scaffolder.forms import fields, validation
from scaffolder.forms.questions import dom_id
from tests.scaffolder.forms.factories import ADA


def built(properties, values=None, **more):
    errors = more.pop("errors", ())
    page = {"properties": properties, **more}
    return {field.question.path[-1]: field for field in fields.build(page, values or {}, actor=ADA, errors=errors)}


@pytest.mark.parametrize(
    ("schema", "widget"),
    [
        ({"type": "string"}, "text"),
        ({"type": "string", "ui:widget": "textarea"}, "textarea"),
        ({"type": "string", "ui:options": {"widget": "textarea"}}, "textarea"),
        ({"type": "string", "ui:options": {"multiline": True}}, "textarea"),
        ({"type": "string", "ui:widget": "password"}, "password"),
        ({"type": "string", "ui:widget": "hidden"}, "hidden"),
        ({"type": "string", "enum": ["a", "b"]}, "radio"),
        ({"type": "string", "enum": ["a", "b"], "ui:widget": "select"}, "select"),
        ({"type": "string", "enum": list("abcdefg")}, "select"),
        ({"type": "string", "enum": list("abcdefg"), "ui:widget": "radio"}, "radio"),
        ({"oneOf": [{"const": 1, "title": "One"}]}, "radio"),
        ({"type": "boolean"}, "checkbox"),
        ({"type": "boolean", "ui:widget": "radio"}, "radio"),
        ({"type": "integer"}, "text"),
        ({"type": "array", "items": {"type": "string"}}, "lines"),
        ({"type": "array", "items": {"type": "string", "enum": ["a"]}, "ui:widget": "checkboxes"}, "checkboxes"),
        ({"type": "array", "items": {"properties": {"a": {}}}}, "rows"),
        ({"type": "array", "items": {"type": "object"}}, "json"),
        ({"properties": {"a": {}}}, "group"),
        ({"type": "object"}, "json"),
        ({"type": "null"}, "nothing"),
        ({"type": "string", "ui:field": "Secret"}, "secret"),
        ({"type": "string", "ui:field": "RepoUrlPicker"}, "repo_url"),
        ({"type": "string", "ui:field": "EntityNamePicker"}, "name"),
        ({"type": "array", "ui:field": "EntityTagsPicker"}, "tags"),
    ],
)
def test_each_question_has_its_control(schema, widget):
    assert built({"a": schema})["a"].widget == widget


@pytest.mark.parametrize(
    ("schema", "input_type"),
    [({"format": "email"}, "email"), ({"format": "date"}, "date"), ({"ui:widget": "color"}, "color"), ({}, "text")],
)
def test_a_format_chooses_the_keyboard(schema, input_type):
    assert built({"a": {"type": "string", **schema}})["a"].input_type == input_type


def test_a_field_that_nobody_knows_is_typed_in_and_says_so():
    field = built({"a": {"type": "string", "ui:field": "GSChartPicker"}})["a"]
    assert field.widget == "text"
    assert "GSChartPicker" in field.note


def test_names_of_choices_are_shown_and_the_chosen_one_is_marked():
    schema = {"type": "integer", "enum": [1, 2], "enumNames": ["One"]}
    choices = built({"a": schema}, {"a": 2})["a"].choices
    assert [(c.value, c.label, c.is_chosen) for c in choices] == [("1", "One", False), ("2", "2", True)]


def test_titles_of_constants_are_names_of_choices():
    schema = {"oneOf": [{"const": "a", "title": "First"}, {"const": "b"}]}
    assert [c.label for c in built({"a": schema})["a"].choices] == ["First", "b"]


def test_an_error_is_at_its_field_and_named_for_screen_readers():
    wrong = validation.FieldError(("port",), "This must be a whole number.")
    field = built({"port": {"type": "integer", "description": "The port"}}, {"port": "x"}, errors=[wrong])["port"]
    assert field.error is wrong
    assert field.text == "x"
    assert field.described_by == "f-port-error f-port-hint"


def test_an_error_of_an_item_is_at_the_list():
    wrong = validation.FieldError(("ports", 1), "This must be a whole number.")
    assert built({"ports": {"items": {"type": "integer"}}}, {"ports": [1, "x"]}, errors=[wrong])["ports"].error is wrong


def test_a_row_of_a_list_has_fields_with_their_own_answers():
    schema = {"type": "array", "items": {"properties": {"name": {"type": "string"}}}}
    rows = built({"envs": schema}, {"envs": [{"name": "dev"}, {"name": "prod"}]})["envs"].children
    assert [row.children[0].name for row in rows] == ["/envs/0/name", "/envs/1/name"]
    assert [row.children[0].text for row in rows] == ["dev", "prod"]


def test_what_changes_the_page_is_marked():
    page = {"a": {"type": "boolean"}, "b": {"type": "string"}}
    found = built(page, dependencies={"a": ["b"]})
    assert (found["a"].drives, found["b"].drives) == (True, False)


def test_a_property_without_title_is_called_by_its_name():
    assert built({"componentId": {}})["componentId"].label == "Component id"


def test_a_secret_and_a_password_are_never_shown_again():
    secret = {"type": "string", "ui:field": "Secret"}
    password = {"type": "string", "ui:widget": "password"}
    page = {"properties": {"s": secret, "p": password}}
    found = fields.build(page, {"p": "hush-hush"}, actor=ADA, given_secrets=["s"])
    assert [(field.text, field.is_given) for field in found] == [("", True), ("", True)]


def test_names_and_ids_of_controls_cannot_be_mistaken_for_each_other():
    paths = [("a.b",), ("a", "b"), ("a-b",), ("a/b",), ("a~1b",), ("a_b",), ("A_2db",)]
    assert len({dom_id(path) for path in paths}) == len(paths)
    assert dom_id(("a b",)) == "f-a_20b"
