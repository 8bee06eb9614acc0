"""The review page (T02): every answer in words, page by page, with nothing that is secret."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from scaffolder.forms import pickers, posted, questions, schemas
from scaffolder.forms.questions import Question

# Backstage prints the same six signs.
MASK = "******"


@dataclass(frozen=True)
class Answer:
    """One line: the question and what was answered; `ref` is set when the answer is an entity."""

    label: str
    text: str
    ref: str = ""


@dataclass(frozen=True)
class Part:
    """The answers to one page."""

    number: int
    title: str
    answers: list[Answer]


def parts(
    pages: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any],
    given_secrets: Collection[str],
    *,
    titles: Sequence[str],
) -> list[Part]:
    """Return the answers to every page, in the order that they were asked."""
    return [
        Part(number, titles[number], list(_answers(questions.of_page(page, values), values, given_secrets)))
        for number, page in enumerate(pages)
    ]


def _answers(question: Question, values: Any, given_secrets: Collection[str]) -> Iterator[Answer]:
    known = values if isinstance(values, Mapping) else {}
    for part in question.parts():
        wishes = _wishes(part)
        if wishes.get("show") is False or part.widget == "hidden":
            continue
        name = str(part.path[-1])
        picker = pickers.find(part.field)
        if picker is not None and picker.keeps_out_of_values:
            yield Answer(part.label, MASK if name in given_secrets else _("not given"))
            continue
        for secret in picker.secrets(part) if picker is not None else ():
            yield Answer(secret.label, MASK if str(secret.path[-1]) in given_secrets else _("not given"))
        if part.type == "object" and part.schema.get("properties"):
            for answer in _answers(part, known.get(name), given_secrets):
                yield Answer(f"{part.label}: {answer.label}", answer.text, answer.ref)
        else:
            yield _answer(part, known.get(name), wishes)


def _answer(question: Question, value: Any, wishes: Mapping[str, Any]) -> Answer:
    label = str(wishes.get("name") or question.label)
    if value is None or value == "":
        return Answer(label, "—")
    if question.widget == "password":
        return Answer(label, MASK)
    if wishes.get("mask"):
        return Answer(label, str(wishes["mask"]))
    is_ref = question.field in ("OwnerPicker", "EntityPicker", "OwnedEntityPicker", "MyGroupsPicker")
    return Answer(label, shown(question, value), ref=value if is_ref and isinstance(value, str) else "")


def shown(question: Question, value: Any) -> str:
    """Return an answer as a person reads it: the name of a choice, yes or no, a list with commas."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping) and question.schema.get("properties"):
        parts = ((part.label, value.get(part.path[-1]), part) for part in question.parts())
        return ", ".join(f"{label} {shown(part, item)}" for label, item, part in parts if item is not None)
    if isinstance(value, list):
        return ", ".join(shown(question.item(index), item) for index, item in enumerate(value)) or "—"
    picker = pickers.find(question.field)
    if picker is not None and isinstance(value, str):
        return picker.shown(value)
    if question.constants and value in question.constants:
        return _name(question, question.constants.index(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _name(question: Question, index: int) -> str:
    schema = question.schema
    titles = [part.get("title") for part in schema.get("oneOf") or () if isinstance(part, Mapping)]
    names = schema.get("enumNames") or schemas.options(schema).get("enumNames") or titles
    constant = question.constants[index]
    named = names[index] if isinstance(names, list) and index < len(names) else None
    return str(named) if named is not None else posted.token(constant)


def _wishes(question: Question) -> Mapping[str, Any]:
    """Return what the template says about the review of a property: `ui:backstage.review`."""
    options = question.options
    written = options.get("backstage")
    inside = written.get("review") if isinstance(written, Mapping) else None
    found = options.get("backstage.review", inside)
    return found if isinstance(found, Mapping) else {}
