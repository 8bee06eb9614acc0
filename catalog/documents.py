"""Reads YAML that strangers wrote: each document by itself, as plain JSON data, with the place of every value.

The event stream of PyYAML is read one event at a time and counted, and values are built here: PyYAML's own loaders read
`no` as false, take a key twice, and hang or crash on half a kilobyte of nested aliases. Scalars are those of YAML 1.2.
Source: https://yaml.org/spec/1.2.2/ (core schema, 10.3.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import yaml

from catalog import plain
from catalog.building import Broken, Builder, Limits, Place, Problems
from catalog.problems import Problem

__all__ = ["LIMITS", "Document", "Limits", "Positions", "load_all", "load_one"]

LIMITS = Limits()
PARSER: Any = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader

# `---` at the start of a line begins a document whatever stands around it, so a broken one cannot hide its neighbours.
START = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
DIRECTIVE = re.compile(r"^%YAML(?=[ \t]+1\.[0-9]+[ \t]*(?:#.*)?\r?$)", re.MULTILINE)
UNREADABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE_END = re.compile(r"\r\n|[\n\r]")

CURES = (
    ("mapping values are not allowed", "Put a text that holds a colon in quotes, or mend the indentation."),
    ("could not find expected ':'", "Write `key: value`; a colon is missing here or on the line before."),
    ("cannot start any token", "Indent with blanks, not tabs, and put a text that begins with this sign in quotes."),
    ("did not find expected", "Mend the indentation, or close the quotes and brackets that were opened above."),
    ("expected <block end>", "Mend the indentation, or close the quotes and brackets that were opened above."),
    ("found unexpected end of stream", "Close the quotes that were opened here."),
    ("<document start>", "Remove the directive, a line that begins with `%`."),
    ("undefined alias", "Define the anchor with `&name` before it is used."),
    ("unknown escape character", "Write the backslash twice, or use single quotes."),
)
OTHER_CURE = "Mend the YAML at this place; an editor with a YAML mode shows it as well."


@dataclass(frozen=True)
class Document:
    """One document of a file.

    Attributes:
        value: plain JSON data; None when the document is broken, or is null.
        problems: what is wrong with its YAML; empty when it could be read.
        line: where it begins, from 1. `index` counts the documents of the file from 0.
        text: the document as it stands in the file.
    """

    value: Any
    problems: list[Problem]
    line: int
    index: int
    text: str = field(repr=False, default="")
    _first_line: int = 1

    @property
    def is_broken(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    @cached_property
    def positions(self) -> Positions:
        """Where each value stands. Read again when it is asked for: most documents have no problem to place."""
        return Positions(_place(self.text, self._first_line), self.line)


@dataclass(frozen=True)
class Positions:
    """Lines and columns, from 1, of the keys and values of a document."""

    _root: Place | None
    _line: int

    def value(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        """Return where the value at `path` begins; of a path that leads nowhere, the last part that is there."""
        return self._find(path)[1]

    def key(self, path: tuple[str | int, ...]) -> tuple[int, int]:
        """Return where the key at the end of `path` stands; an item of a list has its own place."""
        return self._find(path)[0]

    def _find(self, path: tuple[str | int, ...]) -> tuple[tuple[int, int], tuple[int, int]]:
        place = self._root
        if place is None:
            return (self._line, 1), (self._line, 1)
        key = place.start
        for part in path:
            found = place.parts.get(part)
            if found is None:
                return key, key
            key, place = found
        return key, place.start


def load_all(text: str, *, limits: Limits = LIMITS, has_merge_keys: bool = True) -> list[Document]:
    """Return the documents of a file in their order; empty ones are left out.

    Never raises: whatever is wrong is a problem of the document that it stands in.

    Args:
        has_merge_keys: whether `<<` brings in what it names; else it is a key like any other, as in YAML 1.2.
    """
    text = text.removeprefix("\ufeff")
    refused = _refused(text, limits)
    if refused is not None:
        return [Document(None, [refused], refused.line, 0, text)]
    documents: list[Document] = []
    for chunk, first_line in _chunks(text):
        for document in _read(chunk, first_line, limits, len(documents), has_merge_keys):
            if len(documents) >= limits.documents:
                too_many = Problem(
                    f"The file holds more than {limits.documents} documents.",
                    document.line,
                    1,
                    rule="YAML",
                    cure="Spread them over several files.",
                )
                return [*documents, Document(None, [too_many], document.line, len(documents))]
            documents.append(document)
    return documents


def load_one(text: str, *, limits: Limits = LIMITS) -> Document:
    """Return the only document of a file; a second one is a problem, an empty file has the value None."""
    documents = load_all(text, limits=limits)
    if not documents:
        return Document(None, [], 1, 0, text)
    first, *others = documents
    if others:
        second = Problem(
            "The file holds a second document.", others[0].line, 1, rule="YAML", cure="Keep one document; remove `---`."
        )
        first.problems.append(second)
    return first


def _refused(text: str, limits: Limits) -> Problem | None:
    if len(text) > limits.bytes or len(text.encode("utf-8", "surrogatepass")) > limits.bytes:
        return Problem(
            f"The file is larger than {limits.bytes // 1_000_000} MB.", 1, 1, rule="YAML", cure="Split it into several."
        )
    sign = UNREADABLE.search(text)
    if sign is None:
        return None
    before = LINE_END.split(text[: sign.start()])
    name = f"U+{ord(sign[0]):04X}"
    return Problem(
        f"The sign {name} is not allowed in YAML.",
        len(before),
        len(before[-1]) + 1,
        rule="YAML",
        found=name,
        cure="Remove it, or save the file as UTF-8.",
    )


def _chunks(text: str) -> Iterator[tuple[str, int]]:
    """Yield the parts of a file from one `---` to the next, each with the line that it begins on."""
    starts = [match.start() for match in START.finditer(text)]
    line = 1
    for start, end in pairwise([0, *(s for s in starts if s > 0), len(text)]):
        chunk = text[start:end]
        # A directive stands before the `---` that it is for, which is another part; the version changes nothing here.
        yield DIRECTIVE.sub("#YAML", chunk), line
        line += len(LINE_END.findall(chunk))


def _read(chunk: str, first_line: int, limits: Limits, index: int, has_merge_keys: bool) -> Iterator[Document]:
    found = plain.read(chunk) if limits is LIMITS else None
    if found is None:
        yield from _read_events(chunk, first_line, limits, index, has_merge_keys)
    else:
        value, before = found
        yield Document(value, [], first_line + before, index, chunk, first_line)


def _read_events(
    chunk: str, first_line: int, limits: Limits, index: int, has_merge_keys: bool = True
) -> Iterator[Document]:
    problems = Problems(first_line)
    builder = Builder(chunk, limits, problems, has_merge_keys=has_merge_keys)
    try:
        for event in _events(chunk):
            if type(event) is yaml.DocumentStartEvent and event.tags:
                problems.add("A %TAG directive is not allowed.", event.start_mark, cure="Remove it.")
            elif type(event) is yaml.DocumentEndEvent:
                value, line = builder.finish()
                if not builder.is_empty:
                    found = problems.take()
                    is_broken = any(problem.is_error for problem in found)
                    yield Document(None if is_broken else value, found, line, index, chunk, first_line)
                    index += 1
                builder = Builder(chunk, limits, problems, has_merge_keys=has_merge_keys)
            else:
                builder.add(event)
    except Broken:
        pass
    except yaml.MarkedYAMLError as error:
        problems.add(*_said(error))
    except (yaml.YAMLError, RecursionError) as error:
        problems.add(f"The YAML cannot be read: {error}".splitlines()[0], None, cure=OTHER_CURE)
    found = problems.take()
    if found:
        yield Document(None, found, builder.line or found[0].line, index, chunk, first_line)


def _events(chunk: str) -> Iterator[Any]:
    """Yield the parser's events one at a time; `yaml.parse` asks it twice for each."""
    parser = PARSER(chunk)
    try:
        while type(event := parser.get_event()) is not yaml.StreamEndEvent:
            yield event
    finally:
        parser.dispose()


def _said(error: yaml.MarkedYAMLError) -> tuple[str, Any, str]:
    """Return PyYAML's complaint as a sentence, its place, and what to do."""
    problem = (error.problem or "broken").strip()
    context = f", {error.context}" if error.context and "block" in error.context else ""
    cure = next((cure for words, cure in CURES if words in problem), OTHER_CURE)
    # An end that came too early is known at the end of the file; what was left open is where to look.
    mark = error.context_mark if "end of stream" in problem else error.problem_mark
    return f"The YAML is broken: {problem}{context}.", mark or error.problem_mark or error.context_mark, cure


def _place(chunk: str, first_line: int) -> Place | None:
    """Return the places of a chunk's first document, as far as it can be read."""
    problems = Problems(first_line)
    builder = Builder(chunk, LIMITS, problems, keep_places=True)
    try:
        for event in _events(chunk):
            if isinstance(event, yaml.DocumentEndEvent) and not builder.is_empty:
                break
            builder.add(event)
    except (Broken, yaml.YAMLError, RecursionError):
        pass
    return builder.place
