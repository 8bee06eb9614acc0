"""The quick reader of plain YAML gives what the parser's events give, or nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import synthetic
from catalog import documents, plain
from tests.catalog.reading import COMPONENT
from tests.shared import shared


def by_events(chunk):
    return list(documents._read_events(chunk, 1, documents.LIMITS, 0))


def assert_same(chunk):
    """Whatever the quick reader reads, the events read alike; return whether it read it."""
    found = plain.read(chunk)
    if found is None:
        return False
    value, before = found
    (document,) = by_events(chunk)
    assert (document.value, document.problems, document.line) == (value, [], before + 1)
    assert same_types(document.value, value)
    return True


def same_types(one, other):
    if isinstance(one, dict):
        return list(one) == list(other) and all(same_types(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return all(map(same_types, one, other))
    return type(one) is type(other)


def chunks(text):
    return [chunk for chunk, _ in documents._chunks(text)]


def test_what_is_plain_is_read():
    assert plain.read(f"---\n# a comment\n\n{COMPONENT}") is not None
    assert plain.read("a:\n- b: c\n  d:\n    - e\n    - 'f g'\n- h\ni: true\nj:\n") == (
        {"a": [{"b": "c", "d": ["e", "f g"]}, "h"], "i": True, "j": None},
        0,
    )


def test_a_text_after_a_bar_is_read():
    text = "a: |\n  b: c\n    # d\n\n  e\n\n# f\ng:\n- h: |\n    i\n  j: k\n"
    assert plain.read(text) == ({"a": "b: c\n  # d\n\ne\n", "g": [{"h": "i\n", "j": "k"}]}, 0)
    assert assert_same(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1",
        "a: b\n  c",
        "a: [b]",
        "a: |\n  b",
        "a: |\nb: c\n",
        "a: |\n    b\n  c\n",
        "a: |\n\n  b\n",
        "a: >\n  b\n",
        "a: b # c",
        "a: ä",
        "a: b\na: c",
        "a: &b c",
        'a: "\\n"',
        "a:\tb",
        "- - a",
        "? a",
        "a",
        "",
    ],
)
def test_what_is_not_plain_is_left_to_the_events(text):
    assert plain.read(text) is None


def test_most_of_a_synthetic_catalog_is_read(tmp_path):
    synthetic.generate(200, tmp_path)
    read = [assert_same(chunk) for path in tmp_path.rglob("*.yaml") for chunk in chunks(path.read_text())]
    assert sum(read) > len(read) / 2


def test_real_descriptors_are_read_alike():
    files = [path.read_text() for path in shared("corpus/backstage").rglob("*.y*ml")]
    read = [assert_same(chunk) for text in files for chunk in chunks(text)]
    assert sum(read) > 50


LINES = st.sampled_from(
    """
a:|b: c|a: b|- a|- a: b|-|- b:|- - a|c: 'd e'|c: "d"|x: http://y:1/z|k: v: w|# c||a: b#c|a: b #c|t: true|n: null|no: yes
- no|e: e1|f: ${{ x }}|g: /h|i: -j|j: k:|k:l|m : n|o: 'p'q|q: r  |---|...|s: (t)|u: _v|w: .x|true: y|z: 'it''s'|? f|: g
a.b/c-d: e|word|h: <i>|l: a, b|p: a] b|r: a ' b|y: a " b|v: a & b|v: a: |v: a::b|d: 1|d: |>|d: [a]|-  a|- a:  b|a:  b
""".replace("\n", "|").split("|")
)


@settings(max_examples=1_000)
@given(st.lists(st.tuples(st.sampled_from([0, 0, 1, 2, 2, 3, 4, 6]), LINES), max_size=8))
def test_no_text_is_read_in_two_ways(lines):
    for chunk in chunks("\n".join(" " * indent + line for indent, line in lines)):
        assert_same(chunk)


@given(st.text(alphabet=st.sampled_from("ab:- \n'\"#/$.,x"), max_size=60))
def test_no_signs_are_read_in_two_ways(text):
    for chunk in chunks(text):
        assert_same(chunk)
