"""I10: `$text`, `$json` and `$yaml` bring a file into a descriptor."""

import json

import pytest

from catalog import placeholders
from catalog.descriptor import descriptors
from catalog.placeholders import Budget, NotAsked, NotRead
from tests.catalog.reading import OWNED, PLACE, with_spec

FILES = {
    "./a.txt": "one\ntwo\n",
    "./empty.txt": "",
    "./a.json": '{"b": [1, true, null, {"$text": "./a.txt"}]}',
    "./a.yaml": "base: &base {x: 1}\nmine: {<<: *base, y: no}\n",
    "./two.yaml": "a: 1\n---\nb: 2\n",
    "./broken.yaml": "a: [1\n",
    "./broken.json": "{a: 1}",
    "./zero.txt": "a\0b",
}


class Disk:
    def __init__(self, files=FILES):
        self.files = files
        self.asked = []

    def text(self, reference):
        self.asked.append(reference)
        if reference not in self.files:
            raise NotRead("there is no such file.")
        return self.files[reference]


class Nobody:
    def text(self, reference):
        raise NotAsked


def fill(value, *, files=None, budget=None):
    return placeholders.fill(value, files or Disk(), budget or Budget())


def refusal(value, **options):
    (fault,) = fill(value, **options).faults
    return fault


def test_i10_a_text_is_taken_as_it_is():
    assert fill({"a": [{"$text": "./a.txt"}, 2]}).value == {"a": ["one\ntwo\n", 2]}


@pytest.mark.parametrize("key", ["$openapi", "$asyncapi"])
def test_i10_the_placeholders_of_api_definitions_are_texts(key):
    assert fill({key: "./a.txt"}).value == "one\ntwo\n"


def test_i10_json_and_yaml_are_taken_as_what_they_say():
    assert fill({"$yaml": "./a.yaml"}).value["mine"]["y"] == "no"
    assert fill({"$json": "./a.json"}).value["b"][:3] == [1, True, None]


def test_i10_merge_keys_are_off():
    assert fill({"$yaml": "./a.yaml"}).value["mine"] == {"<<": {"x": 1}, "y": "no"}


def test_i10_what_was_brought_in_is_not_looked_through_again():
    disk = Disk()
    assert fill({"$json": "./a.json"}, files=disk).value["b"][3] == {"$text": "./a.txt"}
    assert disk.asked == ["./a.json"]


@pytest.mark.parametrize(
    "value",
    [
        {"$ref": "#/definitions/node"},
        {"$grpc": "./a.txt"},
        {"$text": "./a.txt", "more": 1},
        {"$text": "./a.txt", "$json": "./a.json"},
        {"$defs": {"a": {"$text": "./a.txt"}}, "b": 1},
        {"text": "$text"},
        ["$text", "./a.txt"],
    ],
)
def test_i10_an_unknown_placeholder_or_one_with_company_is_left_untouched(value):
    disk = Disk()
    filled = fill(value, files=disk)
    assert filled.value is value
    assert (filled.faults, filled.open, disk.asked) == ([], [], [])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"$text": "./missing.txt"}, "could not read location ./missing.txt: there is no such file"),
        ({"$text": 1}, "expected a string value parameter"),
        ({"$text": ["./a.txt"]}, "expected a string value parameter"),
        ({"$text": " "}, "expected a string value parameter"),
        ({"$text": "./zero.txt"}, "U+0000"),
        ({"$yaml": "./two.yaml"}, "expected to find exactly one document of data, found 2"),
        ({"$yaml": "./empty.txt"}, "expected to find exactly one document of data, found 0"),
        ({"$yaml": "./broken.yaml"}, "line 2, column 1 of it: The YAML is broken"),
        ({"$json": "./broken.json"}, "line 1, column 2 of it is no JSON"),
        ({"$json": "./empty.txt"}, "is no JSON"),
    ],
)
def test_i10_what_cannot_be_brought_in_says_why(value, words):
    fault = refusal({"spec": [value]})
    assert words in fault.message
    assert fault.path == ("spec", 0, next(iter(value)))
    assert fault.cure


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        "[1e999]",
        "[NaN]",
        "[1234567890123456789]",
        '"\\u0000"',
        '"\\ud800"',
        "[" * 65 + "]" * 65,
        "[" * 100_000,
    ],
)
def test_i10_json_that_the_catalog_cannot_hold_is_refused(text):
    assert refusal({"$json": "./x"}, files=Disk({"./x": text}))


def test_i10_the_depth_of_the_place_counts_as_well():
    value = {"$yaml": "./x"}
    for _ in range(10):
        value = [value]
    deep = "[" * 60 + "]" * 60
    assert "nested deeper than" in refusal(value, files=Disk({"./x": deep})).message
    assert fill({"$yaml": "./x"}, files=Disk({"./x": deep})).faults == []


def test_i10_the_number_and_size_of_what_is_brought_in_are_bounded():
    files = Disk({"./x": "x" * 1_000_000, "./list": json.dumps([1] * 200_000)})
    assert len(fill([{"$text": "./x"}] * 25, files=files).faults) == 5
    assert len(fill([{"$json": "./list"}] * 4, files=files).faults) == 2
    assert len(fill([{"$text": "./a.txt"}] * 1_002).faults) == 2


def test_i10_where_nobody_is_asked_a_placeholder_is_taken_for_good():
    text = with_spec("API", f"{OWNED}\ndefinition:\n  $text: ./openapi.yaml")
    (parsed,) = descriptors.parse(text, PLACE)
    assert parsed.problems == []
    assert parsed.entity["spec"]["definition"] == {"$text": "./openapi.yaml"}


def read(text, files=None):
    (parsed,) = descriptors.parse(text, PLACE, files=files or Disk())
    return parsed


def test_i10_placeholders_are_filled_in_anywhere_in_an_entity():
    text = with_spec("API", f"{OWNED}\ndefinition: {{$text: ./a.txt}}").replace(
        "name: thing", 'name: {"\\x24text": ./name}\n  annotations: {$yaml: ./notes}'
    )
    parsed = read(text, Disk({"./a.txt": "x", "./name": "petstore", "./notes": "a.b/c: d"}))
    assert parsed.ref == "api:default/petstore"
    assert parsed.entity["metadata"]["annotations"]["a.b/c"] == "d"
    assert json.loads(parsed.text)["spec"]["definition"] == "x"


def test_i10_the_text_of_an_entity_without_placeholders_stays_as_it_was_written():
    text = with_spec("API", f"{OWNED}\ndefinition: {{$ref: x}} # why")
    assert read(text).text == text


def test_i10_a_problem_names_line_and_column_of_the_placeholder_and_what_else_is_wrong():
    parsed = read(with_spec("API", "type: x\nowner: z\ndefinition:\n  $text: ./missing.txt"))
    assert [(problem.rule, problem.line, problem.column) for problem in parsed.problems] == [
        ("I10", 9, 12),
        ("K02", 5, 1),
    ]


def test_k02_a_placeholder_that_the_portal_does_not_know_is_no_definition():
    (problem,) = read(with_spec("API", f"{OWNED}\ndefinition: {{$grpc: ./a.yaml}}")).problems
    assert problem.rule == "K02"
    assert "$text" in problem.cure


def test_i10_what_was_brought_in_is_checked_like_any_value():
    (problem,) = read(with_spec("API", f"{OWNED}\ndefinition: {{$yaml: ./a.yaml}}")).problems
    assert (problem.rule, problem.line) == ("K02", 9)
    (problem,) = read(with_spec("API", f"{OWNED}\ndefinition: {{$text: ./empty.txt}}")).problems
    assert problem.expected == "a string that is not empty"
