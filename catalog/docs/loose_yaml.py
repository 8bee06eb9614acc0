"""Reads `mkdocs.yml` and front matter: YAML with tags that name programs, none of which is run.

The catalog's own loader refuses tags, and is right to. Here they are common (`!ENV`, `!!python/name:…`), so a value
with one is nothing, and the rest is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

MOST_EVENTS, MOST_MERGED, DEEPEST, LONGEST = 20_000, 5_000, 32, 500_000
PARSER: Any = yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader
WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Loaded:
    """What a text says.

    Attributes:
        error: why it could not be read, with its line; `value` is None then.
        lines: {path of a value: its line}, such as `("nav", 0, "Home")`.
    """

    value: Any = None
    error: str = ""
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)


class _TooMuch(Exception):
    """The text is more than a configuration is."""


def read(text: str) -> Loaded:
    """Return what the first document of `text` says."""
    if len(text) > LONGEST:
        return Loaded(error=f"It is longer than {LONGEST // 1000} kB.")
    reading = _Reading()
    try:
        for count, event in enumerate(yaml.parse(text, Loader=PARSER)):
            if count > MOST_EVENTS:
                raise _TooMuch(f"It holds more than {MOST_EVENTS} values.")
            if isinstance(event, yaml.DocumentEndEvent):
                break
            reading.take(event)
    except _TooMuch as error:
        return Loaded(error=str(error))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1}: " if mark else ""
        return Loaded(error=f"{where}{getattr(error, 'problem', None) or 'it is no YAML'}.")
    return Loaded(reading.value, lines=reading.lines)


@dataclass
class _Open:
    """A map or list that is being read."""

    value: dict[str, Any] | list[Any]
    path: tuple[str | int, ...]
    anchor: str | None
    is_tagged: bool
    key: str | None = None


class _Reading:
    """Builds the value from events; an alias is what its anchor was, not a copy of it."""

    def __init__(self) -> None:
        self.value: Any = None
        self.lines: dict[tuple[str | int, ...], int] = {}
        self._open: list[_Open] = []
        self._anchors: dict[str, Any] = {}
        self._merged = 0

    def take(self, event: Any) -> None:
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
            if event.anchor:
                self._anchors[event.anchor] = value
            self._add(value, event, is_key_possible=True)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._anchors.get(event.anchor or ""), event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(self._open) >= DEEPEST:
                raise _TooMuch(f"Line {self._line(event)}: it is nested deeper than {DEEPEST} levels.")
            value = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._note(event)
            self._open.append(_Open(value, path, event.anchor, _is_tagged(event)))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self._open.pop()
            value = None if closed.is_tagged else closed.value
            if closed.anchor:
                self._anchors[closed.anchor] = value
            self._add(value, event)

    @staticmethod
    def _line(event: Any) -> int:
        """Return the line, from 1, that an event begins in."""
        return int(event.start_mark.line) + 1

    def _path(self) -> tuple[str | int, ...]:
        if not self._open:
            return ()
        top = self._open[-1]
        return (*top.path, len(top.value) if isinstance(top.value, list) else top.key or "")

    def _note(self, event: Any) -> tuple[str | int, ...]:
        path = self._path()
        self.lines.setdefault(path, self._line(event))
        return path

    def _add(self, value: Any, event: Any, *, is_key_possible: bool = False) -> None:
        if not self._open:
            self.value = value
            return
        top = self._open[-1]
        if isinstance(top.value, list):
            self._note(event)
            top.value.append(value)
        elif top.key is None:
            # A map or list as a key is nobody's contents.
            top.key = str(value or "") if is_key_possible and not isinstance(value, bool) else ""
        else:
            self._note(event)
            if top.key == "<<":
                self._merge(top.value, value)
            else:
                top.value[top.key] = value
            top.key = None

    def _merge(self, into: dict[str, Any], value: Any) -> None:
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict):
                self._merged += len(part)
                if self._merged > MOST_MERGED:
                    raise _TooMuch(f"Its merge keys add more than {MOST_MERGED} values.")
                for key, item in part.items():
                    into.setdefault(key, item)


def _is_tagged(event: Any) -> bool:
    return bool(event.tag) and not str(event.tag).startswith("tag:yaml.org,2002:")


def _scalar(event: Any) -> Any:
    if event.tag and event.tag not in ("tag:yaml.org,2002:str", "!"):
        # `!!int "5"` is of no use to us either.
        return None
    # An escape can write what no database takes: the sign 0, and half of a pair of signs.
    text = event.value.replace("\0", "").encode("utf-8", "replace").decode()
    if event.style or event.tag:
        return text
    return WORDS.get(text.lower(), text)
