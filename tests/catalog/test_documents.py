import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import documents
from tests.shared import shared


def value(text):
    (document,) = documents.load_all(text)
    assert document.problems == []
    return document.value


def problems(text):
    return [(p.line, p.column, p.message) for document in documents.load_all(text) for p in document.problems]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("012", 12),
        ("0o14", 12),
        ("0x1F", 31),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("2024-01-31", "2024-01-31"),
        ("1.2.3", "1.2.3"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("${{ parameters.name }}", "${{ parameters.name }}"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(written, read):
    found = value(f"key: {written}\n")["key"]
    assert (found, type(found)) == (read, type(read))


def test_a_broken_document_does_not_hide_its_neighbours():
    first, second, third = documents.load_all("a: 1\n---\nb: : 2\n---\nc: 3\n")
    assert (first.value, second.value, third.value) == ({"a": 1}, None, {"c": 3})
    assert [(p.line, p.column) for p in second.problems] == [(3, 4)]


def test_documents_tell_where_they_begin_and_empty_ones_are_left_out():
    found = documents.load_all("# a comment\n---\n---\n\na: 1\n---\n# nothing\n---\nb: 2\n")
    assert [(d.value, d.line, d.index) for d in found] == [({"a": 1}, 5, 0), ({"b": 2}, 9, 1)]


def test_positions_are_counted_in_the_file():
    (_, document) = documents.load_all("first: document\n---\nspec:\n  owner: me\n  tags: [a, {b: c}]\n")
    assert document.positions.key(("spec", "owner")) == (4, 3)
    assert document.positions.value(("spec", "owner")) == (4, 10)
    assert document.positions.value(("spec", "tags", 1, "b")) == (5, 17)


def test_a_path_that_leads_nowhere_has_the_place_of_its_nearest_parent():
    document = documents.load_one("metadata:\n  name: x\n")
    assert document.positions.value(("metadata", "labels", "a")) == (1, 1)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_counted(line_end):
    text = line_end.join(["a: 1", "---", "b:", "  c: 2", "  c: 3", ""])
    assert problems(text) == [(5, 3, 'The key "c" stands here twice.')]


def test_anchors_and_merge_keys_are_read():
    text = "base: &base {a: 1, b: 2}\nmade:\n  <<: *base\n  b: 3\nmore: {<<: [*base, {c: 4}]}\n"
    assert value(text) == {"base": {"a": 1, "b": 2}, "made": {"a": 1, "b": 3}, "more": {"a": 1, "b": 2, "c": 4}}


def test_a_key_that_is_no_text_becomes_the_text_that_stands_there():
    (document,) = documents.load_all("{{ name }}: 1\n1: 2\n")
    assert document.value == {"{{ name }}": 1, "1": 2}
    assert {p.severity for p in document.problems} == {"warning"}


def test_an_unclosed_quote_is_told_where_it_was_opened():
    assert problems("a: 1\nb: 'open\nc: 2\n") == [(2, 4, "The YAML is broken: found unexpected end of stream.")]


def test_a_second_document_is_a_problem_where_one_is_wanted():
    document = documents.load_one("a: 1\n---\nb: 2\n")
    assert document.value == {"a": 1}
    assert [(p.line, p.message) for p in document.problems] == [(3, "The file holds a second document.")]


def test_what_is_read_of_real_descriptors_is_json():
    files = sorted(shared("corpus/backstage/catalog").rglob("*.yaml"))
    assert len(files) > 100
    for path in files:
        for document in documents.load_all(path.read_text(encoding="utf-8")):
            json.dumps(document.value, allow_nan=False)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"%#?, \n\t0.~<", max_size=80))
def test_no_text_makes_the_reader_raise(text):
    for document in documents.load_all(text):
        json.dumps(document.value, allow_nan=False)
        assert all(problem.line >= 1 and problem.column >= 1 for problem in document.problems)


# Signs that YAML writes as JSON does: no controls, and none that YAML takes for the end of a line.
TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"]), max_size=12)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, PLAIN, max_size=4))
def test_json_is_read_as_what_it_says(data):
    assert value(f"x: {json.dumps(data, ensure_ascii=False)}\n") == {"x": data}
