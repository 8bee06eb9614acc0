"""What is wrong with the answers to a form, said at the field, with what to do."""

from typing import Any

import pytest

from scaffolder.forms import validation
from scaffolder.forms.checker import SchemaRefused, compiled
from tests.scaffolder.forms.factories import ADA

NAME = {"type": "string", "title": "Name", "pattern": "^[a-z]+$", "ui:help": "Lower-case letters."}
PAGES: list[dict[str, Any]] = [
    {"title": "Who", "required": ["name"], "properties": {"name": NAME}},
    {"title": "What", "properties": {"size": {"type": "string", "enum": ["small", "large"]}}},
]


def errors(pages, values):
    return {error.path: (error.message, error.hint) for error in validation.validate(pages, values, actor=ADA)}


def test_good_answers_have_no_errors():
    assert errors(PAGES, {"name": "checkout", "size": "small"}) == {}


def test_every_page_is_checked_and_each_error_says_what_to_do():
    assert errors(PAGES, {"size": "huge"}) == {
        ("name",): ("An answer is needed here.", "Fill it in."),
        ("size",): ("This is not one of the answers to choose from.", "Choose small, large."),
    }


def test_a_wrong_pattern_gives_the_help_that_the_author_wrote():
    assert errors(PAGES, {"name": "Check out"})["name",] == (
        "This does not have the form that is asked for.",
        "Lower-case letters.",
    )


def test_what_no_page_asks_for_is_refused():
    assert errors(PAGES, {"name": "a", "is_admin": True})["is_admin",][0] == "“is_admin” is not asked for."


def test_a_page_that_says_there_is_nothing_more_means_its_own_names():
    page = {"additionalProperties": False, "properties": {"a": {"type": "string"}}}
    assert errors([page, *PAGES], {"a": "x", "name": "b"}) == {}


def test_what_a_condition_does_not_ask_for_is_refused():
    page = {
        "properties": {"database": {"type": "boolean"}},
        "if": {"properties": {"database": {"const": True}}, "required": ["database"]},
        "then": {"required": ["size"], "properties": {"size": {"enum": ["small"]}}},
    }
    assert errors([page], {"database": False, "size": "small"})["size",][0] == "“size” is not asked for."
    assert errors([page], {"database": True})["size",][0] == "An answer is needed here."
    assert errors([page], {"database": True, "size": "small"}) == {}


def test_an_object_takes_only_what_it_asks_for_unless_its_author_says_otherwise():
    closed = {"properties": {"db": {"properties": {"size": {"type": "integer"}}}}}
    assert errors([closed], {"db": {"size": 1, "root": True}})["db", "root"][0] == "“root” is not asked for."
    opened = {"properties": {"db": {"additionalProperties": True, **closed["properties"]["db"]}}}
    assert errors([opened], {"db": {"size": 1, "root": True}}) == {}
    free = {"properties": {"labels": {"type": "object"}}}
    assert errors([free], {"labels": {"any": "thing"}}) == {}


def test_the_page_as_it_was_written_has_the_last_word():
    page = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "not": {"required": ["a", "b"]}}
    assert errors([page], {"a": "x"}) == {}
    assert () in errors([page], {"a": "x", "b": "y"})


@pytest.mark.parametrize(
    ("schema", "value", "message", "hint"),
    [
        ({"type": "integer"}, "12abc", "This must be a whole number.", ""),
        ({"type": ["integer", "null"]}, "x", "This must be a whole number.", ""),
        ({"type": "boolean"}, "perhaps", "This must be yes or no.", ""),
        ({"type": "string", "minLength": 3}, "ab", "This is too short.", "Write at least 3 characters."),
        ({"type": "string", "maxLength": 3}, "abcd", "This is too long.", "Write at most 3 characters."),
        ({"type": "integer", "minimum": 1}, 0, "This is too small.", "The least is 1."),
        ({"type": "integer", "maximum": 9}, 10, "This is too large.", "The most is 9."),
        ({"type": "number", "exclusiveMinimum": 0}, 0, "This is too small.", "It must be more than 0."),
        ({"type": "integer", "multipleOf": 5}, 7, "This number does not fit.", "It must be a multiple of 5."),
        ({"type": "array", "minItems": 2}, ["a"], "There are too few.", "Give at least 2."),
        ({"type": "array", "maxItems": 1}, ["a", "b"], "There are too many.", "Give at most 1."),
        ({"type": "array", "uniqueItems": True}, ["a", "a"], "One of them is there twice.", "Keep each once."),
        ({"const": "x"}, "y", "This can only be “x”.", ""),
        ({"type": "string", "format": "email"}, "ada", "This is not an e-mail address, such as ada@acme.example.", ""),
        (
            {"type": "string", "pattern": "^a$"},
            "b",
            "This does not have the form that is asked for.",
            "It must match ^a$",
        ),
    ],
)
def test_each_rule_has_its_words(schema, value, message, hint):
    assert errors([{"properties": {"a": schema}}], {"a": value}) == {("a",): (message, hint)}


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_signs_that_no_database_keeps_are_refused(text):
    page = {"properties": {"a": {"type": "string"}, "b": {"type": "object"}}}
    assert ("a",) in errors([page], {"a": text})
    assert ("b", "deep", 0) in errors([page], {"b": {"deep": [text]}})


def test_a_broken_form_says_so_instead_of_passing():
    assert "broken" in errors([{"properties": {"a": {"type": "strin"}}}], {"a": "x"})[()][0]


def test_old_and_foreign_words_in_a_schema_do_no_harm():
    page = {"properties": {"a": {"type": "string", "required": True, "ui:field": "X"}, "required": {"type": "string"}}}
    assert errors([page], {"a": "x", "required": "y"}) == {}


def test_a_secret_is_asked_beside_the_values():
    page = {
        "required": ["token", "name"],
        "properties": {"token": {"type": "string", "ui:field": "Secret"}, "name": NAME},
    }
    assert errors([page], {"name": "a"}) == {}
    assert errors([page], {"name": "a", "token": "hush-hush"})["token",][0] == "“token” is a secret."

    def wrong(secrets):
        return [e.message for e in validation.validate_secrets([page], secrets, {"name": "a"}, actor=ADA)]

    assert wrong({}) == ["An answer is needed here."]
    assert wrong({"token": "abc"}) == ["A secret has at least 4 characters."]
    assert wrong({"token": "hush-hush"}) == []


def test_a_single_page_can_be_checked_with_what_came_before():
    found = validation.validate_page(PAGES[1], {"name": "NOT YET", "size": "huge"}, actor=ADA)
    assert [error.path for error in found] == [("size",)]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://elsewhere.example/schema.json"},
        {"properties": {"a": {"$ref": "other.json#/a"}}},
        {"pattern": "^(?!x)y"},
        {"pattern": "(((a{100}){100}){100})"},
        {"pattern": "[a-"},
        {"type": "strin"},
    ],
)
def test_a_schema_that_cannot_be_checked_safely_is_refused(schema):
    with pytest.raises(SchemaRefused):
        compiled(schema)


def test_what_is_wrong_with_a_forms_schema_is_told_page_by_page():
    pages: list[dict[str, Any]] = [
        PAGES[0],
        {"properties": {"a": {"pattern": "^(a+)+$"}}},
        {"properties": {"a": {"$ref": "http://x/y"}}},
    ]
    assert [number for number, _reason in validation.check_schema(pages)] == [1, 2]


def test_t03_a_page_behind_a_feature_flag_is_not_asked_and_not_taken():
    hidden = {"backstage:featureFlag": "beta", "required": ["b"], "properties": {"b": {"type": "string"}}}
    assert errors([*PAGES, hidden], {"name": "a"}) == {}
    assert errors([*PAGES, hidden], {"name": "a", "b": "x"})["b",][0] == "“b” is not asked for."
