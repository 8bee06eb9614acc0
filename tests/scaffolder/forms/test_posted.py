"""A posted form, read into values of the types that the schema names."""

import pytest
from django.http import QueryDict

from scaffolder.forms import fields, posted


def post(**controls):
    data = QueryDict(mutable=True)
    for name, value in controls.items():
        data.setlist("/" + name, value if isinstance(value, list) else [value])
    return data


def read(properties, data, **page):
    return fields.parse([{"properties": properties, **page}], data)


def test_types_are_kept():
    properties = {
        "name": {"type": "string"},
        "port": {"type": "integer"},
        "ratio": {"type": "number"},
        "public": {"type": "boolean"},
        "size": {"enum": [1, 2, "large"]},
        "tags": {"type": "array", "items": {"type": "string"}},
        "ports": {"type": "array", "items": {"type": "integer"}},
    }
    data = post(
        name=" checkout ",
        port="8080",
        ratio="0.5",
        public=["false", "true"],
        size="2",
        tags="a\r\nb\n",
        ports="80\n443",
    )
    assert read(properties, data) == {
        "name": "checkout",
        "port": 8080,
        "ratio": 0.5,
        "public": True,
        "size": 2,
        "tags": ["a", "b"],
        "ports": [80, 443],
    }


@pytest.mark.parametrize("text", ["12abc", "nan", "inf", "1_000", "--"])
def test_what_is_no_number_stays_as_it_was_typed(text):
    assert read({"port": {"type": "integer"}}, post(port=text)) == {"port": text}


def test_an_answer_left_empty_is_none_at_all():
    properties = {"a": {"type": "string"}, "b": {"type": "integer"}, "c": {"enum": ["x"]}, "d": {"type": "array"}}
    assert read(properties, post(a="", b="", c="", d="")) == {}


def test_an_empty_text_is_kept_where_the_template_wants_it():
    assert read({"a": {"type": "string", "ui:emptyValue": ""}}, post(a="")) == {"a": ""}


def test_a_control_that_was_not_there_gives_the_default_and_an_emptied_one_does_not():
    properties = {"a": {"type": "string", "default": "x"}, "b": {"type": "boolean", "default": True}}
    assert read(properties, post()) == {"a": "x", "b": True}
    assert read(properties, post(a="", b="false")) == {"b": False}


def test_checked_boxes_give_a_list_and_none_gives_an_empty_one_where_one_is_required():
    properties = {"topics": {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}}}
    assert read(properties, post(topics=["", "a", "c"])) == {"topics": ["a", "c"]}
    assert read(properties, post(topics=[""])) == {}
    assert read(properties, post(topics=[""]), required=["topics"]) == {"topics": []}


def test_an_object_inside_a_page_is_read_by_its_own_questions():
    properties = {"database": {"properties": {"size": {"type": "integer"}, "name": {"type": "string"}}}}
    assert read(properties, post(**{"database/size": "2", "database/name": ""})) == {"database": {"size": 2}}


def test_rows_of_objects_are_read_in_order():
    properties = {
        "envs": {"type": "array", "items": {"properties": {"n": {"type": "string"}, "r": {"type": "integer"}}}}
    }
    data = post(**{"envs#rows": "2", "envs/0/n": "dev", "envs/0/r": "1", "envs/1/n": "prod", "envs/1/r": "3"})
    assert read(properties, data) == {"envs": [{"n": "dev", "r": 1}, {"n": "prod", "r": 3}]}


@pytest.mark.parametrize("count", ["99999999999999999999", "-1", "x", ""])
def test_a_forged_number_of_rows_does_no_harm(count):
    properties = {"envs": {"type": "array", "items": {"properties": {"n": {"type": "string"}}}}}
    assert len(read(properties, post(**{"envs#rows": count})).get("envs", [])) <= posted.MOST_ROWS


def test_an_object_without_questions_is_written_as_json():
    assert read({"labels": {"type": "object"}}, post(labels='{"a": 1}')) == {"labels": {"a": 1}}
    assert read({"labels": {"type": "object"}}, post(labels="{")) == {"labels": "{"}


def test_answers_that_conditions_ask_for_are_read_and_stale_ones_are_dropped():
    page = {
        "properties": {"database": {"type": "boolean"}},
        "dependencies": {
            "database": {
                "oneOf": [
                    {"properties": {"database": {"const": False}}},
                    {"properties": {"database": {"const": True}, "size": {"type": "string", "default": "small"}}},
                ]
            }
        },
    }
    assert fields.parse([page], post(database="true", size="large")) == {"database": True, "size": "large"}
    assert fields.parse([page], post(database="true")) == {"database": True, "size": "small"}
    assert fields.parse([page], post(database="false", size="large")) == {"database": False}


def test_a_condition_may_look_at_an_earlier_page():
    first = {"properties": {"kind": {"type": "string"}}}
    second = {
        "properties": {},
        "if": {"properties": {"kind": {"const": "db"}}, "required": ["kind"]},
        "then": {"properties": {"size": {"type": "string"}}},
    }
    assert fields.parse([first, second], post(kind="db", size="large")) == {"kind": "db", "size": "large"}


def test_conditions_that_never_settle_end():
    page = {
        "properties": {"a": {"type": "string", "default": "x"}},
        "if": {"required": ["b"]},
        "then": {},
        "else": {"properties": {"b": {"default": 1}}},
    }
    assert "a" in fields.defaults([page])


def test_line_ends_are_the_same_from_every_browser():
    assert read({"a": {"type": "string", "ui:widget": "textarea"}}, post(a=" a\r\nb\n")) == {"a": " a\nb\n"}


def test_an_enum_of_numbers_and_texts_keeps_them_apart():
    properties = {"a": {"enum": ["true", True, 1, None]}}
    assert read(properties, post(a="1")) == {"a": 1}
    assert read(properties, post(a="null")) == {"a": None}
    assert read(properties, post(a="other")) == {"a": "other"}


def test_a_secret_is_never_among_the_values():
    properties = {"token": {"type": "string", "ui:field": "Secret"}, "name": {"type": "string"}}
    assert read(properties, post(token="hush-hush", name="x")) == {"name": "x"}


def test_a_repository_is_put_together_from_its_parts():
    properties = {"repo": {"type": "string", "ui:field": "RepoUrlPicker"}}
    data = post(**{"repo#host": "github.com", "repo#owner": "acme", "repo#repo": "check out"})
    assert read(properties, data) == {"repo": "github.com?owner=acme&repo=check%20out"}
    assert read(properties, post(**{"repo#host": "github.com", "repo#owner": "acme", "repo#repo": ""})) == {}
    required = read(
        properties, post(**{"repo#host": "github.com", "repo#owner": "acme", "repo#repo": ""}), required=["repo"]
    )
    assert required == {"repo": "github.com?owner=acme"}


def test_tags_are_separated_by_commas():
    properties = {"tags": {"type": "array", "ui:field": "EntityTagsPicker"}}
    assert read(properties, post(tags="python, django,,payments ")) == {"tags": ["python", "django", "payments"]}
