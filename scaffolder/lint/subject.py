"""The text under lint, read once, and where each thing in it stands."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from catalog import documents
from catalog.documents import Document
from catalog.problems import Problem
from scaffolder.lint.rules import RULES

Path = tuple[str | int, ...]

LINE_END = re.compile(r"\r\n|\n|\r")
MARK = re.compile(r"\$\{\{|\{%|\{#")
STEPS: Path = ("spec", "steps")
PARAMETERS: Path = ("spec", "parameters")


@dataclass(frozen=True)
class StepText:
    """A step as it is written."""

    position: int
    id: str
    action: str
    written: Mapping[str, Any]

    @property
    def path(self) -> Path:
        return (*STEPS, self.position)

    @property
    def input(self) -> Mapping[str, Any]:
        given = self.written.get("input")
        return given if isinstance(given, Mapping) else {}


@dataclass(frozen=True)
class Page:
    """A page of the form, and where it stands."""

    path: Path
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Property:
    """A parameter that a page declares, also under a condition."""

    name: str
    path: Path
    schema: Mapping[str, Any]
    page: Page
    # Its own value, or that of the object around it, is asked for always, not under a condition only.
    is_plain: bool


@dataclass
class Subject:
    """A template's text, parsed, with its problems as they are found."""

    text: str
    document: Document
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def read(cls, text: str) -> Subject:
        """Return the template in a file, which may hold other entities beside it."""
        text = text.removeprefix("\ufeff")
        found = documents.load_all(text)
        return cls(text, next(filter(_is_template, found), found[0] if found else documents.load_one("")))

    def add(
        self,
        rule: str,
        message: str,
        place: tuple[int, int],
        *,
        cure: str,
        expected: str = "",
        found: str = "",
        path: str = "",
    ) -> None:
        """Note a problem by its rule, which tells how bad it is."""
        severity = RULES[rule].severity
        self.problems.append(Problem(message, *place, severity, rule, expected, found, cure, path))

    @property
    def has_errors(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    @property
    def spec(self) -> Mapping[str, Any]:
        value = self.document.value
        spec = value.get("spec") if isinstance(value, Mapping) else None
        return spec if isinstance(spec, Mapping) else {}

    @cached_property
    def steps(self) -> tuple[StepText, ...]:
        """The steps that can be told as such; what else stands in the list is another rule's business."""
        written = self.spec.get("steps")
        steps = written if isinstance(written, list) else []
        return tuple(
            StepText(number, str(step.get("id") or f"step-{number + 1}"), step["action"], step)
            for number, step in enumerate(steps)
            if isinstance(step, Mapping) and isinstance(step.get("action"), str)
        )

    @cached_property
    def has_all_steps(self) -> bool:
        """Whether no step is filled in from elsewhere (`$yaml: …`) or too broken to be told."""
        written = self.spec.get("steps")
        return isinstance(written, list) and len(written) == len(self.steps)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        written = self.spec.get("parameters")
        if isinstance(written, Mapping):
            return (Page(PARAMETERS, written),)
        pages = written if isinstance(written, list) else []
        return tuple(Page((*PARAMETERS, n), page) for n, page in enumerate(pages) if isinstance(page, Mapping))

    @cached_property
    def has_all_pages(self) -> bool:
        """Whether no page is filled in from elsewhere: `$yaml: …`, `$ref: …`."""
        return not any(key.startswith("$") for page in self.pages for key in page.schema)

    @cached_property
    def properties(self) -> tuple[Property, ...]:
        """All parameters, also those that a page declares under a condition."""
        return tuple(found for page in self.pages for found in _properties(page, page.schema, page.path))

    def value_at(self, path: Path) -> tuple[int, int]:
        return self.document.positions.value(path)

    def key_at(self, path: Path) -> tuple[int, int]:
        return self.document.positions.key(path)

    def place_in(self, path: Path, source: str, line: int, column: int) -> tuple[int, int]:
        """Return where in the file a place of the text `source` stands, which is the value at `path`.

        A text may be quoted, folded or indented in the file; the tags in it follow each other in the same order, so
        the place is found from the start of the tag that it lies in.
        """
        begin = self.value_at(path)
        if line < 1:
            return begin
        wanted = offset_of(source, line, column)
        tags = [match.start() for match in MARK.finditer(source) if match.start() <= wanted]
        if not tags:
            return begin
        written = MARK.finditer(self.text, offset_of(self.text, *begin))
        tag = next((match.start() for n, match in enumerate(written, start=1) if n == len(tags)), None)
        if tag is None:
            return begin
        return self._after(tag, source[tags[-1] : wanted])

    def _after(self, tag: int, between: str) -> tuple[int, int]:
        """Return the place that is `between` after the file's offset `tag`, whatever the indentation is."""
        line, column = place_of(self.text, tag)
        lines = between.split("\n")
        if len(lines) == 1:
            return line, column + len(between)
        row = LINE_END.split(self.text)[line - 1 + len(lines) - 1]
        indent = len(row) - len(row.lstrip())
        return line + len(lines) - 1, indent + len(lines[-1].lstrip()) + 1


def _properties(page: Page, schema: Any, path: Path, *, is_plain: bool = True) -> Iterator[Property]:
    """Yield what a schema declares, and what its conditions add."""
    if not isinstance(schema, Mapping):
        return
    declared = schema.get("properties")
    for name, part in (declared if isinstance(declared, Mapping) else {}).items():
        yield Property(name, (*path, "properties", name), part if isinstance(part, Mapping) else {}, page, is_plain)
    for keyword in ("then", "else"):
        yield from _properties(page, schema.get(keyword), (*path, keyword), is_plain=False)
    for keyword in ("allOf", "anyOf", "oneOf"):
        parts = schema.get(keyword)
        for number, part in enumerate(parts if isinstance(parts, list) else []):
            yield from _properties(page, part, (*path, keyword, number), is_plain=False)
    for keyword in ("dependencies", "dependentSchemas"):
        parts = schema.get(keyword)
        for name, part in (parts if isinstance(parts, Mapping) else {}).items():
            yield from _properties(page, part, (*path, keyword, name), is_plain=False)


def _is_template(document: Document) -> bool:
    return isinstance(document.value, Mapping) and document.value.get("kind") == "Template"


def offset_of(text: str, line: int, column: int) -> int:
    """Return the offset of a place, which is given from 1."""
    start = 0
    for number, end in enumerate(LINE_END.finditer(text), start=1):
        if number == line:
            break
        start = end.end()
    return start + column - 1


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, from 1."""
    rows = LINE_END.split(text[:offset])
    return len(rows), len(rows[-1]) + 1


def texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each text in a value, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from texts(item, (*path, number))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is spelt most alike; empty when none is near."""
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.7)), "")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a sentence that names the near word, or nothing."""
    near = nearest(word, known)
    return f"Did you mean `{near}`?" if near else ""


def listed(words: Iterable[str], *, most: int = 8) -> str:
    """Return words as `a`, `b` and `c`, cut after `most`."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) > most:
        quoted = [*quoted[:most], f"{len(quoted) - most} more"]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))
