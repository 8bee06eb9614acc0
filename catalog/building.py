"""Builds JSON data from the events of a YAML parser, counting as it goes, and notes where each value stands."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from catalog.problems import Problem, Severity

INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
OCTAL = re.compile(r"0o[0-7]+", re.ASCII)
HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
NO_NUMBER = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", re.ASCII)
WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
WORDS |= dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
NUMERIC = frozenset("0123456789+-.")
# JavaScript, which reads these files elsewhere, keeps integers of this many digits at most.
MOST_DIGITS = 18
MERGE = "<<"


@dataclass(frozen=True)
class Limits:
    """How much a file may hold. What aliases and merge keys add to a document is counted apart."""

    bytes: int = 5_000_000
    documents: int = 10_000
    depth: int = 64
    nodes: int = 500_000
    added_nodes: int = 10_000
    added_bytes: int = 1_000_000


class Broken(Exception):
    """The document cannot be read any further; the problem is written down already."""


class Problems:
    """Collects what is wrong, with lines of the whole file."""

    def __init__(self, first_line: int) -> None:
        self._first_line = first_line
        self._found: list[Problem] = []

    def add(self, message: str, mark: Any, cure: str = "", *, found: str = "", severity: Severity = "error") -> None:
        line, column = self.at(mark) if mark is not None else (self._first_line, 1)
        if any((known.message, known.line) == (message, line) for known in self._found[-1:]):
            return
        self._found.append(Problem(message, line, column, severity, rule="YAML", found=found, cure=cure))

    def at(self, mark: Any) -> tuple[int, int]:
        """Return line and column, from 1, of a mark of the parser."""
        return self._first_line + mark.line, mark.column + 1

    def take(self) -> list[Problem]:
        """Return what was found, and begin anew for the next document."""
        found, self._found = self._found, []
        return found


@dataclass
class Place:
    """Where a value begins, and where its parts are: {key or index: (place of the key, the part)}."""

    start: tuple[int, int]
    parts: dict[str | int, tuple[tuple[int, int], Place]] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A map or list that is being read."""

    value: Any
    is_list: bool
    event: Any
    nodes_before: int
    bytes_before: int
    place: Place | None
    key: str | None = None
    key_at: tuple[int, int] = (0, 0)
    merged: list[tuple[Any, Any]] | None = None


@dataclass(frozen=True)
class _Anchored:
    value: Any
    nodes: int
    bytes: int
    place: Place | None


class Builder:
    """Takes the events of one document and gives its value.

    Args:
        chunk: the text that the events' marks count in.
        keep_places: note where each value stands; costs twice the time.
        has_merge_keys: whether `<<` brings in the keys of the maps that it names.
    """

    def __init__(
        self,
        chunk: str,
        limits: Limits,
        problems: Problems,
        *,
        keep_places: bool = False,
        has_merge_keys: bool = True,
    ) -> None:
        self._chunk = chunk
        self._limits = limits
        self._problems = problems
        self._keep_places = keep_places
        self._merge_key = MERGE if has_merge_keys else None
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._nodes = self._bytes = self._added_nodes = self._added_bytes = 0
        self._value: Any = None
        self._end = 0  # of the map or list that was closed last, in `chunk`
        self.place: Place | None = None
        self.line = 0
        self.is_empty = True
        self._takers: dict[type[Any], Callable[[Any], None]] = {
            yaml.ScalarEvent: self._take_scalar,
            yaml.MappingStartEvent: self._take_start,
            yaml.SequenceStartEvent: self._take_start,
            yaml.MappingEndEvent: self._take_end,
            yaml.SequenceEndEvent: self._take_end,
            yaml.AliasEvent: self._alias,
        }

    def finish(self) -> tuple[Any, int]:
        """Return the value and the line that it begins on."""
        return self._value, self.line

    def add(self, event: Any) -> None:
        """Take the next event.

        Raises:
            Broken: a limit is hit, or an alias cannot be followed.
        """
        take = self._takers.get(type(event))
        if take is not None:
            take(event)

    def _take_scalar(self, event: Any) -> None:
        """Take a text, a number or a word. Nine of ten events are one, so what is plain is done here and now."""
        self._begin(event)
        text: str = event.value
        size = len(text)
        self._bytes += size
        is_text = event.style or not event.implicit[0] or (text not in WORDS and text[0] not in NUMERIC)
        value = text if is_text else self._word_or_number(text, event)
        if "\0" in text:
            self._problems.add("The sign U+0000 is not allowed.", event.start_mark, "Remove it.", found="U+0000")
        parent = self._open[-1] if self._open and not self._keep_places and event.anchor is None else None
        if parent is None:
            self._emit(value, event, self._new_place(event), nodes=1, size=size)
        elif parent.is_list:
            parent.value.append(value)
        elif parent.key is not None and parent.key != self._merge_key:
            parent.value[parent.key] = value
            parent.key = None
        elif parent.key is None and type(value) is str and value not in parent.value:
            parent.key = value
        else:
            self._emit(value, event, None, nodes=1, size=size)

    def _take_start(self, event: Any) -> None:
        self._begin(event)
        is_list = type(event) is yaml.SequenceStartEvent
        value: Any = [] if is_list else {}
        self._open.append(_Open(value, is_list, event, self._nodes, self._bytes, self._new_place(event)))
        if len(self._open) > self._limits.depth:
            self._break(f"The document is nested deeper than {self._limits.depth}.", event, "Flatten it.")

    def _take_end(self, event: Any) -> None:
        self._end = event.end_mark.index
        self._close()

    # -- Counting ----------------------------------------------------------------------------------------------------

    def _begin(self, event: Any) -> None:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            self._break(f"The document holds more than {self._limits.nodes} values.", event, "Split it into several.")
        if event.tag is not None:
            cure = "Remove the tag; put a text that begins with `!` in quotes."
            self._problems.add(f"The tag {event.tag} is not allowed.", event.start_mark, cure, found=event.tag)
        if self.is_empty:
            is_absent = type(event) is yaml.ScalarEvent and not event.style
            self.is_empty = is_absent and event.start_mark.index == event.end_mark.index
            self.line = self._problems.at(event.start_mark)[0]

    def _break(self, message: str, event: Any, cure: str) -> None:
        self._problems.add(message, event.start_mark, cure)
        raise Broken

    def _new_place(self, event: Any) -> Place | None:
        return Place(self._problems.at(event.start_mark)) if self._keep_places else None

    # -- Putting values where they belong ----------------------------------------------------------------------------

    def _emit(self, value: Any, event: Any, place: Place | None, *, nodes: int, size: int) -> None:
        """Give a finished value to the map or list that it stands in."""
        anchor = getattr(event, "anchor", None)
        if anchor and not isinstance(event, yaml.AliasEvent):
            self._anchors[anchor] = _Anchored(value, nodes, size, place)
        if not self._open:
            self._value, self.place = value, place
            return
        parent = self._open[-1]
        if parent.is_list:
            if parent.place is not None and place is not None:
                parent.place.parts[len(parent.value)] = (place.start, place)
            parent.value.append(value)
        elif parent.key is None:
            parent.key = self._key(value, event)
            parent.key_at = self._problems.at(event.start_mark) if self._keep_places else (0, 0)
            if parent.key in parent.value:
                cure = "Keep one of the two."
                self._problems.add(f'The key "{parent.key}" stands here twice.', event.start_mark, cure)
        else:
            self._put(parent, value, event, place)

    def _put(self, parent: _Open, value: Any, event: Any, place: Place | None) -> None:
        key, parent.key = parent.key or "", None
        if key == self._merge_key and isinstance(value, dict | list):
            parent.merged = [*(parent.merged or ()), (value, event)]
            return
        parent.value[key] = value
        if parent.place is not None and place is not None:
            parent.place.parts[key] = (parent.key_at, place)

    def _key(self, value: Any, event: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, bool) or value is None:
            text = "" if value is None else str(value).lower()
        elif isinstance(value, int | float):
            text = str(event.value)
        else:
            # Readers in JavaScript take the text that stands there, such as that of an unquoted `{{ name }}`.
            text = " ".join(self._chunk[event.start_mark.index : self._end].split())
        cure = "Put the key in quotes; an expression such as ${{ x }} needs them too."
        self._problems.add("A key is not a text.", event.start_mark, cure, found=text, severity="warning")
        return text

    def _close(self) -> None:
        done = self._open.pop()
        for value, event in done.merged or ():
            self._merge(done, value, event)
        nodes, size = self._nodes - done.nodes_before + 1, self._bytes - done.bytes_before
        self._emit(done.value, done.event, done.place, nodes=nodes, size=size)

    def _merge(self, into: _Open, value: Any, event: Any) -> None:
        """Add what a merge key names; keys that are written out win."""
        for source in value if isinstance(value, list) else [value]:
            if not isinstance(source, dict):
                cure = "Name a map, or a list of maps."
                self._problems.add("A merge key `<<` takes maps only.", event.start_mark, cure)
                return
            into.value |= {key: item for key, item in source.items() if key not in into.value}

    def _alias(self, event: Any) -> None:
        known = self._anchors.get(event.anchor)
        if known is None:
            self._break(f"The alias *{event.anchor} names no anchor that is complete.", event, "Write the value out.")
            return
        self._added_nodes += known.nodes
        self._added_bytes += known.bytes
        self._nodes += known.nodes
        self._bytes += known.bytes
        if self._added_nodes > self._limits.added_nodes or self._added_bytes > self._limits.added_bytes:
            self._break("Aliases make this document many times longer.", event, "Write the values out.")
        self._emit(known.value, event, known.place, nodes=known.nodes, size=known.bytes)

    # -- Scalars -----------------------------------------------------------------------------------------------------

    def _word_or_number(self, text: str, event: Any) -> Any:
        return WORDS[text] if text in WORDS else self._number(text, event)

    def _number(self, text: str, event: Any) -> Any:
        if INTEGER.fullmatch(text):
            if len(text.lstrip("+-")) <= MOST_DIGITS:
                return int(text)
            cure = "Put it in quotes if it is a name, such as an account number."
            self._problems.add(
                f"The number has more than {MOST_DIGITS} digits.", event.start_mark, cure, found=text[:40]
            )
        elif OCTAL.fullmatch(text) or HEXADECIMAL.fullmatch(text):
            return int(text, 0) if len(text) <= MOST_DIGITS else text
        elif FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
            return number
        elif NO_NUMBER.fullmatch(text) or FLOAT.fullmatch(text):
            cure = "Write a number, or put the text in quotes."
            self._problems.add("This is not a number that JSON can hold.", event.start_mark, cure, found=text[:40])
        return text
