"""What a form asks, one property at a time, and what is wrong with an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from scaffolder.forms import schemas

Path = tuple[str | int, ...]


class Missing:
    """The answer to a question that was left open; null is an answer."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()
# Digits of the number of a row: no list is longer.
LONGEST_INDEX = 6


@dataclass(frozen=True)
class FieldError:
    """What is wrong with an answer, and what to do.

    Attributes:
        path: keys and indexes that lead to the answer; empty when it is the whole form.
        suggestions: answers that would do, to choose from.
        ref: the entity that stands in the way.
    """

    path: Path
    message: str
    hint: str = ""
    suggestions: tuple[str, ...] = ()
    ref: str = ""

    @property
    def name(self) -> str:
        return pointer(self.path)

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)


@dataclass(frozen=True)
class Question:
    """A property as it is asked now: its schema has no reference and no condition left."""

    path: Path
    schema: schemas.Schema
    is_required: bool = False

    @property
    def name(self) -> str:
        """The name of its control: the answer's JSON pointer, which no other control of the page can have."""
        return pointer(self.path)

    @property
    def dom_id(self) -> str:
        return dom_id(self.path)

    @cached_property
    def options(self) -> dict[str, Any]:
        return schemas.options(self.schema)

    @cached_property
    def type(self) -> str:
        return schemas.type_of(self.schema)

    @cached_property
    def constants(self) -> list[Any]:
        return schemas.constants(self.schema)

    @property
    def field(self) -> str:
        """The `ui:field` that it names, or nothing."""
        return str(self.options.get("field") or "")

    @property
    def widget(self) -> str:
        return str(self.options.get("widget") or "")

    @property
    def label(self) -> str:
        written = self.options.get("title") or self.schema.get("title")
        return str(written) if written else _words(str(self.path[-1]) if self.path else "")

    def parts(self) -> Iterator[Question]:
        """Yield the questions about the properties of an object, in the order to ask them."""
        properties: Mapping[str, Any] = self.schema.get("properties") or {}
        required = self.schema.get("required") or ()
        for name in schemas.in_order(properties, self.options.get("order")):
            yield Question((*self.path, name), properties[name], name in required)

    def item(self, index: int) -> Question:
        """Return the question about one item of a list."""
        items = self.schema.get("items")
        return Question((*self.path, index), items if isinstance(items, dict) else {}, is_required=True)


def of_page(page: Mapping[str, Any], values: Mapping[str, Any]) -> Question:
    """Return what a page asks, given all `values` of the form so far, as one question about an object."""
    flat = schemas.resolve(page, values)
    return Question((), {"properties": {}, **flat})


def find(question: Question, path: Sequence[str | int]) -> Question:
    """Return the question at `path` below `question`, or one without a schema when nothing is asked there."""
    found = question
    for part in path:
        if found.type == "array":
            text = str(part)
            found = found.item(int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_INDEX else 0)
        else:
            here = (*found.path, part)
            found = next((inside for inside in found.parts() if inside.path == here), Question(here, {}))
    return found


def pointer(path: Path) -> str:
    """Return a path as a JSON pointer: `/database/size`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def dom_id(path: Path) -> str:
    """Return an id for the control of a path that holds only letters, digits and dashes, and is its own."""
    return "f" + "".join("-" + re.sub(r"[^A-Za-z0-9]", lambda found: f"_{ord(found[0]):x}", str(p)) for p in path)


def _words(name: str) -> str:
    """Return a property's name as words: `componentId` is "Component id"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ").strip()
    return spaced[:1].upper() + spaced[1:].lower() if spaced else name
