"""Limits and refusals of descriptors: whatever a stranger writes is read or refused, quickly, and stops nobody else."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import documents, ingest
from catalog.descriptor import descriptors
from catalog.descriptor.annotations import Place
from catalog.models import Entity
from tests.catalog.factories import make_entities
from tests.catalog.reading import COMPONENT

PLACE = Place("file", "/test/a.yaml", "file:/test/a.yaml")
SECONDS = 2.0


def laughs(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


def merges(levels: int) -> str:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, levels)]
    return "\n".join(lines)


HOSTILE = {
    "a billion laughs": laughs(10),
    "nested merge keys": merges(25),
    "deep lists": "[" * 100_000,
    "deep maps": "{a: " * 100_000,
    "deep blocks": "\n".join(" " * depth + "a:" for depth in range(500)),
    "deep dashes": "- " * 5_000 + "x",
    "deep keys": "? " * 5_000 + "x",
    "an alias of itself": "a: &a [*a]",
    "a merge of itself": "a: &a {<<: *a}",
    "a key twice": "a: 1\na: 2",
    "a key twice, merged and plain": "<<: {a: 1}\n<<: 3\na: 1\na: 1",
    "a huge number": f"a: {'9' * 5_000}",
    "no number": "a: .nan",
    "without end": "a: -.inf",
    "a number that overflows": "a: 1e999",
    "a zero sign": "a: \0",
    "a written zero sign": 'a: "\\0"',
    "a lone surrogate": "a: \ud800",
    "a written surrogate": 'a: "\\ud800"',
    "a tag": "a: !!python/object/apply:os.system [id]",
    "a tag of our own": "!x {a: 1}",
    "a tag directive": "%TAG ! tag:example.com,2000:\n---\na: 1",
    "an unknown alias": "a: *b",
    "many anchors of nothing": "\n".join(f"a{n}: &b{n}" for n in range(1_000)) + "\nx: *c",
    "too large": "a: " + "x" * 5_000_001,
    "fifty megabytes": "a: " + "x" * 50_000_000,
    "lists a thousand deep": "a: " + "[" * 1_000 + "]" * 1_000,
    "maps a thousand deep": "{a: " * 1_000 + "}" * 1_000,
    "a million aliases": f"a: &a x\nb: [{'*a,' * 1_000_000}]",
    "a million aliases of maps": f"a: &a {{x: 1}}\nb: [{'*a,' * 1_000_000}]",
    "a million merges": f"a: &a {{x: 1}}\nb: {{<<: [{'*a,' * 1_000_000}]}}",
    "too many values": "[" + "1," * 500_001 + "]",
    "too many documents": "---\na: 1\n" * 10_001,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_is_refused_in_time_and_in_words(name):
    start = time.process_time()
    found = documents.load_all(HOSTILE[name])
    assert time.process_time() - start < SECONDS * 5
    problems = [problem for document in found for problem in document.problems if problem.is_error]
    assert problems
    assert all(problem.line and problem.message for problem in problems)


@pytest.mark.parametrize(
    "name", ["a billion laughs", "nested merge keys", "deep lists", "deep blocks", "a key twice", "a tag"]
)
@pytest.mark.django_db
def test_a_hostile_document_stops_none_of_its_neighbours(name):
    make_entities(f"{COMPONENT}---\n{HOSTILE[name]}\n---\n{COMPONENT.replace('checkout', 'ledger')}")
    assert set(Entity.objects.filter(kind="component").values_list("name", flat=True)) == {"checkout", "ledger"}


def test_aliases_and_merge_keys_of_honest_size_are_read():
    (document,) = documents.load_all("base: &base {a: 1}\nmine: {<<: *base, b: 2}\nagain: *base")
    assert document.value == {"base": {"a": 1}, "mine": {"a": 1, "b": 2}, "again": {"a": 1}}


def test_what_is_huge_in_one_field_is_refused_by_name():
    text = COMPONENT.replace(
        "name: checkout", f"name: checkout\n  title: {'x' * 201}\n  tags: [{', '.join(['a'] * 101)}]"
    )
    (parsed,) = descriptors.parse(text, PLACE)
    assert [(problem.rule, problem.line) for problem in parsed.problems] == [("C12", 5), ("C10", 6)]
    assert all(len(problem.message) < 600 for problem in parsed.problems)


@pytest.fixture
def stored(db, tmp_path):
    """A file whose entity is stored, and is to be broken now."""
    path = tmp_path / "catalog-info.yaml"
    path.write_text(COMPONENT)
    ingest.read_targets([str(path)])
    return path


BROKEN = {
    "fifty megabytes": COMPONENT.encode() + b"#" * 50_000_000,
    "no UTF-8": COMPONENT.encode() + b"# \xff\xfe\xc3",
    "UTF-16": COMPONENT.encode("utf-16"),
    "a thousand deep": COMPONENT.encode() + b"x: " + b"[" * 1_000 + b"]" * 1_000,
    "a million aliases": COMPONENT.encode() + b"a: &a x\nb: [" + b"*a," * 1_000_000 + b"]",
    "nothing but zeros": b"\0" * 1_000_000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_turned_hostile_is_one_problem_and_its_entity_stays(stored, name):
    before = Entity.objects.get(ref="component:default/checkout").document
    stored.write_bytes(BROKEN[name])
    start = time.process_time()
    report = ingest.read_targets([str(stored)])
    assert time.process_time() - start < SECONDS * 5
    (problem,) = report.problems
    assert all((problem.line, problem.message, problem.cure))
    entity = Entity.objects.get(ref="component:default/checkout")
    assert json.loads(entity.document)["spec"] == json.loads(before)["spec"]
    stored.write_text(COMPONENT)
    assert ingest.read_targets([str(stored)]).is_clean


@pytest.mark.django_db
def test_values_that_no_column_holds_are_cut_or_refused_and_never_break_the_batch():
    long = "x" * 300
    make_entities(
        COMPONENT.replace("type: service", f"type: {long}").replace("lifecycle: production", f"lifecycle: {long}")
        + f"---\n{COMPONENT.replace('checkout', 'ledger').replace('owner: shop', f'owner: {long}')}"
    )
    assert Entity.objects.get(kind="component").type == "x" * 255


TEXTS = st.text(alphabet=st.sampled_from("ab:-? \n\t#&*!|>'\"%@`{}[],.0123~=<²\x85\u2028\ufeff"), max_size=200)


@given(TEXTS)
def test_the_reader_fails_only_through_problems_and_gives_json(text):
    for document in documents.load_all(text):
        json.dumps(document.value, allow_nan=False)
        assert document.value is None or not document.is_broken


@given(TEXTS)
def test_a_descriptor_fails_only_through_problems(text):
    for parsed in descriptors.parse(f"{COMPONENT}  extra: {text}", PLACE):
        assert parsed.is_refused == any(problem.is_error for problem in parsed.problems)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["apiVersion", "kind", "metadata", "spec", "name", "x"]), JSON, max_size=5))
def test_any_json_is_checked_without_an_exception(value):
    for parsed in descriptors.parse(json.dumps(value), PLACE):
        assert parsed.is_refused
        assert parsed.problems
