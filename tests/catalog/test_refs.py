"""C15 and C16: refs of entities and locations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import refs
from catalog.descriptor import checks
from tests.catalog.reading import COMPONENT, problems, read

NAMES = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True)
KINDS = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,10}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("a", "group:default/a"),
        ("user:a", "user:default/a"),
        ("far/a", "group:far/a"),
        ("User:Far/A", "user:far/a"),
        ("far/a:b", "group:far/a:b"),
        ("ada@example.com", "group:default/ada@example.com"),
    ],
)
def test_c15_entity_ref(text, ref):
    assert str(refs.parse(text, default_kind="Group")) == ref


@pytest.mark.parametrize("text", ["", ":a", "a:", "/a", "a/", "a:/b", "a:b/"])
def test_c15_an_empty_part_is_an_error(text):
    with pytest.raises(refs.RefError):
        refs.parse(text, default_kind="Group")


@given(KINDS, NAMES, NAMES)
def test_c15_parse_of_str_is_identity_and_knows_no_case(kind, namespace, name):
    ref = str(refs.EntityRef(kind, namespace, name))
    assert str(refs.parse(ref)) == ref
    assert str(refs.parse(ref.upper())) == ref


def test_c15_an_owner_that_is_no_ref_is_refused():
    (problem,) = problems(COMPONENT.replace("owner: shop", "owner: 'group:'"))
    assert (problem.rule, problem.line, problem.column) == ("C15", 8, 10)


def test_c15_an_owner_that_parses_but_can_name_nobody_is_taken_with_a_warning():
    parsed = read(COMPONENT.replace("owner: shop", "owner: ada@example.com"))
    assert not parsed.is_refused
    assert parsed.owner_ref == "group:default/ada@example.com"
    assert [(problem.rule, problem.severity) for problem in parsed.problems] == [("C15", "warning")]


def test_c15_a_ref_that_is_longer_than_any_entity_has():
    assert [p.rule for p in problems(COMPONENT.replace("owner: shop", f"owner: {'a' * 200}")) if p.is_error] == ["C15"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("url: https://example.com/a:b ", ("url", "https://example.com/a:b")),
        ("file:/a", ("file", "/a")),
        ("https://example.com/a", None),
        ("url:", None),
        (":a", None),
        ("a", None),
        ("url:java\nscript:alert(1)", None),
        ("url:\x01JavaScript:alert(1)", None),
    ],
)
def test_c16_location_ref(text, found):
    assert checks.location_ref(text) == found
