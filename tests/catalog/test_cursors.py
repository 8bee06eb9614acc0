"""Cursors: readable, signed, and for one reader and one list alone."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.query import cursors
from catalog.query.cursors import CursorError

CONTENT = {"orderFieldValues": ["a", None, "component:default/a"], "query": {"kind": "component"}, "totalItems": 3}
WHERE = {"reader": "user:default/ada", "purpose": "by-query"}


def test_a_cursor_is_base64_of_json_with_the_query_in_it_for_clients_that_look():
    readable = json.loads(base64.b64decode(cursors.encode(CONTENT, **WHERE)))
    assert {key: readable[key] for key in CONTENT} == CONTENT


def test_a_cursor_comes_back_as_it_was():
    assert cursors.decode(cursors.encode(CONTENT, **WHERE), **WHERE) == CONTENT


@given(st.data())
def test_any_change_of_a_cursor_is_refused(data):
    cursor = cursors.encode(CONTENT, **WHERE)
    position = data.draw(st.integers(0, len(cursor) - 1))
    sign = data.draw(st.characters(codec="utf-8").filter(lambda sign: sign != cursor[position]))
    with pytest.raises(CursorError):
        cursors.decode(cursor[:position] + sign + cursor[position + 1 :], **WHERE)


@given(st.text(max_size=80))
def test_what_is_no_cursor_is_refused(text):
    with pytest.raises(CursorError):
        cursors.decode(text, **WHERE)


@pytest.mark.parametrize(
    "forge",
    [
        lambda content, cursor: base64.b64encode(json.dumps(content).encode()).decode(),
        lambda content, cursor: base64.b64encode(json.dumps({**content, "signature": 1}).encode()).decode(),
        lambda content, cursor: base64.b64encode(b" " + base64.b64decode(cursor)).decode(),
        lambda content, cursor: base64.b64encode(b"[" * 900).decode(),
        lambda content, cursor: cursor + "\n",
        lambda content, cursor: cursor[:-4],
        lambda content, cursor: cursor * 40,
    ],
    ids=["unsigned", "odd signature", "blank in front", "deep", "line end", "cut off", "too long"],
)
def test_a_forged_cursor_is_refused(forge):
    with pytest.raises(CursorError):
        cursors.decode(forge(CONTENT, cursors.encode(CONTENT, **WHERE)), **WHERE)


@pytest.mark.parametrize("other", [{"reader": "user:default/eve"}, {"purpose": "entities"}])
def test_a_cursor_is_of_no_use_to_others_and_for_other_lists(other):
    with pytest.raises(CursorError, match="not made for this reader"):
        cursors.decode(cursors.encode(CONTENT, **WHERE), **{**WHERE, **other})


def test_a_cursor_that_could_not_be_read_again_is_not_given():
    with pytest.raises(CursorError, match="too long to be read page by page"):
        cursors.encode({"query": "x" * 2000}, **WHERE)
