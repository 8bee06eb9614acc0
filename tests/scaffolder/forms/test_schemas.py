"""What a page asks, given what has been answered."""

from typing import Any

import pytest

from scaffolder.forms import schemas

CI: dict[str, Any] = {
    "required": ["ci"],
    "properties": {"ci": {"type": "string", "enum": ["actions", "tekton"], "default": "actions"}},
    "dependencies": {
        "ci": {
            "oneOf": [
                {"properties": {"ci": {"const": "actions"}}},
                {"required": ["image"], "properties": {"ci": {"const": "tekton"}, "image": {"type": "string"}}},
            ]
        }
    },
}
DATABASE: dict[str, Any] = {
    "properties": {"database": {"type": "boolean"}},
    "allOf": [
        {
            "if": {"properties": {"database": {"const": True}}, "required": ["database"]},
            "then": {"required": ["size"], "properties": {"size": {"type": "string"}}},
            "else": {"properties": {"reason": {"type": "string"}}},
        }
    ],
}


def asked(page, values):
    return list(schemas.resolve(page, values)["properties"])


def test_a_dependency_asks_more_only_with_the_answer_that_it_names():
    assert asked(CI, {"ci": "actions"}) == ["ci"]
    assert asked(CI, {"ci": "tekton"}) == ["ci", "image"]
    assert asked(CI, {}) == ["ci"]


def test_the_branch_of_a_dependency_leaves_the_question_itself_as_it_was():
    page = schemas.resolve(CI, {"ci": "tekton"})
    assert page["properties"]["ci"] == CI["properties"]["ci"]
    assert page["required"] == ["ci", "image"]


def test_if_then_else_is_decided_by_the_answers():
    assert asked(DATABASE, {"database": True}) == ["database", "size"]
    assert asked(DATABASE, {"database": False}) == ["database", "reason"]
    assert asked(DATABASE, {}) == ["database", "reason"]


def test_two_conditions_of_one_page_do_not_hide_each_other():
    def when(name):
        return {"if": {"required": [name]}, "then": {"properties": {f"{name}-more": {"type": "string"}}}}

    page = {"properties": {"a": {}, "b": {}}, "allOf": [when("a"), when("b")]}
    assert asked(page, {"a": 1, "b": 2}) == ["a", "b", "a-more", "b-more"]


def test_a_condition_inside_a_branch_is_followed():
    inner = {"if": {"properties": {"b": {"const": 1}}, "required": ["b"]}, "then": {"properties": {"c": {}}}}
    page = {"properties": {"a": {}}, "dependencies": {"a": {"properties": {"b": {}}, "allOf": [inner]}}}
    assert asked(page, {"a": 1}) == ["a", "b"]
    assert asked(page, {"a": 1, "b": 1}) == ["a", "b", "c"]


def test_one_of_on_a_page_is_chosen_by_its_constants():
    page = {
        "properties": {"kind": {"enum": ["db", "queue"]}},
        "oneOf": [
            {"properties": {"kind": {"const": "db"}, "engine": {}}},
            {"properties": {"kind": {"const": "queue"}, "topic": {}}},
        ],
    }
    assert asked(page, {"kind": "queue"}) == ["kind", "topic"]
    assert asked(page, {}) == ["kind", "engine"]


def test_a_local_reference_is_followed_and_what_stands_beside_it_wins():
    page = {
        "definitions": {"name": {"type": "string", "title": "Name"}},
        "properties": {"a": {"$ref": "#/definitions/name", "title": "Service"}},
    }
    assert schemas.resolve(page, {})["properties"]["a"] == {"type": "string", "title": "Service"}


@pytest.mark.parametrize("reference", ["#/definitions/loop", "#", "https://elsewhere.example/x", "#/not/there"])
def test_a_reference_that_leads_nowhere_or_round_in_circles_ends(reference):
    page = {
        "definitions": {"loop": {"$ref": "#/definitions/loop"}},
        "properties": {"a": {"$ref": reference, "type": "string"}},
    }
    assert list(schemas.resolve(page, {})["properties"]) == ["a"]


def test_a_schema_that_contains_itself_is_cut_off():
    page = {"properties": {"child": {"$ref": "#"}}}
    assert "child" in schemas.resolve(page, {})["properties"]


def test_a_property_behind_a_feature_flag_is_not_asked_and_not_required():
    page = {"required": ["a", "b"], "properties": {"a": {}, "b": {"backstage:featureFlag": "beta"}}}
    found = schemas.resolve(page, {})
    assert list(found["properties"]) == ["a"]
    assert found["required"] == ["a"]


def test_the_order_of_a_page_may_name_some_and_leave_the_rest_to_a_star():
    properties: dict[str, Any] = {"a": {}, "b": {}, "c": {}, "d": {}}
    assert schemas.in_order(properties, ["c", "*", "a"]) == ["c", "b", "d", "a"]
    assert schemas.in_order(properties, ["d", "x"]) == ["d", "a", "b", "c"]
    assert schemas.in_order(properties, None) == ["a", "b", "c", "d"]


def test_what_drives_a_page_is_every_name_that_a_condition_looks_at():
    assert schemas.drivers(CI) == {"ci"}
    assert schemas.drivers(DATABASE) == {"database"}
    assert schemas.drivers({"properties": {"nested": {"type": "object", **DATABASE}}}) == {"database"}
    assert schemas.drivers({"properties": {"a": {"oneOf": [{"const": 1}]}}}) == set()


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["null", "integer"]}, "integer"),
        ({"enum": [1, 2]}, "integer"),
        ({"const": True}, "boolean"),
        ({"properties": {}}, "object"),
        ({"items": {}}, "array"),
        ({"default": 1.5}, "number"),
        ({}, "string"),
    ],
)
def test_a_type_that_is_not_written_is_told_by_the_rest(schema, expected):
    assert schemas.type_of(schema) == expected


def test_a_choice_inside_a_branch_does_not_drive_the_page():
    page = {
        "properties": {"db": {"type": "boolean"}},
        "dependencies": {"db": {"oneOf": [{"properties": {"db": {"const": True}, "engine": {"enum": ["a", "b"]}}}]}},
    }
    assert schemas.drivers(page) == {"db"}
