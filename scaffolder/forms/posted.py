"""Reads a posted form: texts in, values of the types that the schema names out.

A text that is not of its type stays a text, so that the check says so and the form comes back as it was filled in.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict

from scaffolder.forms import pickers, questions, schemas
from scaffolder.forms.pickers import Data
from scaffolder.forms.questions import MISSING, Question

# Conditions of conditions settle after a few rounds; a page that never settles is asked as it stands then.
ROUNDS = 10
ROW_COUNT = "#rows"
MOST_ROWS = 100


def read(page: Mapping[str, Any], data: Data, known: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of one page.

    Args:
        known: the answers of other pages, which conditions of this one may look at; those of this page are read anew.
    """
    answers: dict[str, Any] = {}
    elsewhere = {name: value for name, value in known.items() if name not in _own_names(page)}
    for _round in range(ROUNDS):
        asked = questions.of_page(page, {**elsewhere, **answers})
        before, answers = answers, _object(asked, data)
        if answers == before:
            break
    return answers


def read_all(pages: Iterable[Mapping[str, Any]], data: Data) -> dict[str, Any]:
    """Return the answers of every page of a form that was posted whole."""
    values: dict[str, Any] = {}
    for page in schemas.shown(pages):
        values |= read(page, data, values)
    return values


def defaults(pages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the answers of somebody who only pressed Next."""
    return read_all(pages, QueryDict())


def new_row(question: Question) -> dict[str, Any]:
    """Return a row that is added to a list of objects: what it is before anything is typed."""
    return _object(question.item(0), QueryDict())


def token(constant: Any) -> str:
    """Return what a control posts for one of the values of an enum."""
    return constant if isinstance(constant, str) else json.dumps(constant)


def from_json(text: str) -> Any:
    """Return JSON that somebody typed or sent; MISSING when it is none, or holds half a character."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return MISSING
    return found


def row_count(question: Question, data: Data) -> int:
    """Return how many rows a list of objects was posted with."""
    text = str(data.get(question.name + ROW_COUNT) or "")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() else 0


def _own_names(page: Mapping[str, Any]) -> set[str]:
    return set(page.get("properties") or ())


def _object(question: Question, data: Data) -> dict[str, Any]:
    answers = {str(part.path[-1]): answer(part, data) for part in question.parts()}
    return {name: value for name, value in answers.items() if value is not MISSING}


def answer(question: Question, data: Data) -> Any:
    """Return the answer to one question: the default when its control was not there, MISSING when it was left empty."""
    picker = pickers.find(question.field)
    if picker is not None and picker.keeps_out_of_values:
        return MISSING
    if question.type == "object" and question.schema.get("properties"):
        found = _object(question, data)
        return found if found or question.is_required else MISSING
    if question.type == "array" and question.name + ROW_COUNT in data:
        return _rows(question, data)
    if picker is not None and picker.was_posted(question, data):
        return picker.parse(question, data)
    if question.name not in data:
        return _default(question)
    return _READERS.get(question.type, _text)(question, data)


def _default(question: Question) -> Any:
    if "default" in question.schema:
        return question.schema["default"]
    return question.schema.get("const", MISSING)


def _last(question: Question, data: Data) -> str:
    return str(data.getlist(question.name)[-1])


def _text(question: Question, data: Data) -> Any:
    text = _last(question, data)
    if question.constants:
        return _constant(question.constants, text)
    if question.widget not in ("password", "textarea"):
        text = text.strip()
    if text == "":
        return question.options.get("emptyValue", MISSING)
    return text.replace("\r\n", "\n")


def _constant(constants: list[Any], text: str) -> Any:
    if text == "" and "" not in constants:
        return MISSING
    return next((constant for constant in constants if token(constant) == text), text)


def _boolean(question: Question, data: Data) -> Any:
    return {"true": True, "false": False, "": MISSING}.get(_last(question, data), _last(question, data))


def _number(question: Question, data: Data) -> Any:
    text = _last(question, data).strip()
    if question.constants:
        return _constant(question.constants, text)
    return number(text) if text else MISSING


def number(text: str) -> Any:
    """Return `text` as a number, whole if it is, or as it stands when it is none."""
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return text
    if not math.isfinite(found) or "_" in text:
        return text
    return int(found) if found.is_integer() and abs(found) < 2**53 else found


def _array(question: Question, data: Data) -> Any:
    item = question.item(0)
    if item.constants:
        chosen = [text for text in data.getlist(question.name) if text != ""]
        return [_constant(item.constants, text) for text in chosen] or _nothing(question)
    if item.type in ("object", "array"):
        return _json(question, data)
    lines = [line.strip() for text in data.getlist(question.name) for line in str(text).splitlines()]
    found = [number(line) if item.type in ("integer", "number") else line for line in lines if line]
    return found or _nothing(question)


def _nothing(question: Question) -> Any:
    """Return what an emptied list is: itself where one is required, so that "at least one" can be said of it."""
    return [] if question.is_required else MISSING


def _rows(question: Question, data: Data) -> Any:
    rows = [_object(question.item(index), data) for index in range(row_count(question, data))]
    return rows or _nothing(question)


def _json(question: Question, data: Data) -> Any:
    text = _last(question, data).strip()
    found = from_json(text) if text else MISSING
    return text if found is MISSING and text else found


def _null(question: Question, data: Data) -> Any:
    return MISSING


_READERS = {
    "boolean": _boolean,
    "integer": _number,
    "number": _number,
    "array": _array,
    "object": _json,
    "null": _null,
}
