"""What differs between two descriptors: line by line as YAML, and in the fields that people ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from catalog.descriptor import kinds, relations

Sign = Literal["same", "gone", "new", "gap"]
# JSON text of a descriptor that is still compared; an API's definition can be megabytes.
LONGEST = 300_000
# Steps from one text to the other that are looked for; what differs more is shown as gone and new as a whole.
MOST_STEPS, MOST_WORD_STEPS = 200, 40
# Lines that are compared on the way. Texts that repeat themselves match nearly everywhere, and make each step long.
MOST_COMPARED = 1_000_000
MOST_WORDS = 200
# Unchanged lines that stay around a change.
AROUND = 3
# Lines of a difference that are shown.
MOST_SHOWN = 600
WORDS = re.compile(r"\w+|\s+|.")


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes texts of several lines as such, so that they are compared line by line."""


def _text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


@dataclass(frozen=True)
class Piece:
    """A part of a line; `is_marked` when it is what differs in it."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Line:
    """A line of a difference; a gap stands for `count` lines that are the same."""

    sign: Sign
    pieces: tuple[Piece, ...] = ()
    count: int = 1

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Difference:
    """Two descriptors compared; `is_cut` when more lines differ than are shown, `is_long` when none were compared."""

    lines: list[Line] = field(default_factory=list)
    gone: int = 0
    new: int = 0
    is_cut: bool = False
    is_long: bool = False


def compare(before: str, after: str) -> Difference:
    """Return what differs between two descriptors, given as JSON texts."""
    if max(len(before), len(after)) > LONGEST:
        return Difference(is_long=True)
    lines = list(_lines(as_yaml(before), as_yaml(after)))
    counts = {sign: sum(line.sign == sign for line in lines) for sign in ("gone", "new")}
    return Difference(lines[:MOST_SHOWN], counts["gone"], counts["new"], is_cut=len(lines) > MOST_SHOWN)


def as_yaml(text: str) -> list[str]:
    """Return a descriptor as lines of YAML."""
    if not text:
        return []
    dumped: str = yaml.dump(json.loads(text), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LONGEST)
    return dumped.splitlines()


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    """Yield the lines of both texts, what is the same folded."""
    edits = _edits(old, new, MOST_STEPS)
    last = len(edits) - 1
    for number, (is_same, gone, came) in enumerate(edits):
        if is_same:
            yield from _folded(gone, is_first=number == 0, is_last=number == last)
        else:
            yield from _changed(gone, came)


def _folded(lines: Sequence[str], *, is_first: bool, is_last: bool) -> Iterator[Line]:
    before, after = (0 if is_first else AROUND), (0 if is_last else AROUND)
    hidden = len(lines) - before - after
    if hidden <= 1:
        yield from (Line("same", (Piece(line),)) for line in lines)
        return
    yield from (Line("same", (Piece(line),)) for line in lines[:before])
    yield Line("gap", count=hidden)
    yield from (Line("same", (Piece(line),)) for line in lines[len(lines) - after :])


def _changed(gone: Sequence[str], came: Sequence[str]) -> Iterator[Line]:
    """Yield lines that went and came; where two have one key, only the words that differ are marked."""
    # No more than is shown: lines beyond that are counted.
    pairs = _pairs(gone[:MOST_SHOWN], came[:MOST_SHOWN])
    marked = {pair: _words(gone[pair[0]], came[pair[1]]) for pair in pairs}
    old = {first: pieces[0] for (first, _), pieces in marked.items()}
    new = {second: pieces[1] for (_, second), pieces in marked.items()}
    yield from (Line("gone", old.get(number, (Piece(line),))) for number, line in enumerate(gone))
    yield from (Line("new", new.get(number, (Piece(line),))) for number, line in enumerate(came))


def _pairs(gone: Sequence[str], came: Sequence[str]) -> list[tuple[int, int]]:
    keys: dict[str, int] = {}
    for number, line in enumerate(came):
        keys.setdefault(line.partition(":")[0], number)
    return [(number, keys.pop(key)) for number, line in enumerate(gone) if (key := line.partition(":")[0]) in keys]


def _words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return two lines in pieces, with what differs marked."""
    words = WORDS.findall(old), WORDS.findall(new)
    if max(map(len, words)) > MOST_WORDS:
        return (Piece(old, is_marked=True),), (Piece(new, is_marked=True),)
    edits = _edits(*words, MOST_WORD_STEPS)
    first = tuple(Piece("".join(gone), not is_same) for is_same, gone, _ in edits if gone)
    second = tuple(Piece("".join(came), not is_same) for is_same, _, came in edits if came)
    return first, second


Edit = tuple[bool, list[str], list[str]]


def _edits(old: list[str], new: list[str], most_steps: int) -> list[Edit]:
    """Return the runs that are the same in both, and between them what went and what came.

    Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), stopped after `most_steps`, so that
    no text takes long.
    """
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    a, b = old[start : len(old) - end], new[start : len(new) - end]
    found: list[Edit] = [(True, old[:start], new[:start])]
    x = y = 0
    for next_x, next_y in [*_matches(a, b, most_steps), (len(a), len(b))]:
        if (next_x, next_y) != (x, y):
            found.append((False, a[x:next_x], b[y:next_y]))
        if next_x < len(a) and next_y < len(b):
            found.append((True, [a[next_x]], [b[next_y]]))
        x, y = next_x + 1, next_y + 1
    found.append((True, old[len(old) - end :], new[len(new) - end :]))
    return _joined(edit for edit in found if edit[1] or edit[2])


def _joined(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits with neighbours of one kind as one."""
    joined: list[Edit] = []
    for is_same, gone, came in edits:
        if joined and joined[-1][0] == is_same:
            joined[-1][1].extend(gone)
            joined[-1][2].extend(came)
        else:
            joined.append((is_same, list(gone), list(came)))
    return joined


def _common(old: Sequence[Hashable], new: Sequence[Hashable]) -> int:
    """Return how many items at the start are the same."""
    count = 0
    for first, second in zip(old, new, strict=False):
        if first != second:
            break
        count += 1
    return count


def _matches(a: list[str], b: list[str], most_steps: int) -> list[tuple[int, int]]:
    """Return the places of items that stay, in order; none when finding them would take too much."""
    furthest = {1: 0}
    compared = 0
    trace: list[dict[int, int]] = []
    for steps in range(min(most_steps, len(a) + len(b)) + 1):
        trace.append(dict(furthest))
        for k in range(-steps, steps + 1, 2):
            goes_down = k == -steps or (k != steps and furthest[k - 1] < furthest[k + 1])
            start = x = furthest[k + 1] if goes_down else furthest[k - 1] + 1
            while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += 1
            furthest[k] = x
            compared += x - start
            if x >= len(a) and x - k >= len(b):
                return _walk_back(trace, len(a), len(b))
            if compared > MOST_COMPARED:
                return []
    return []


def _walk_back(trace: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for steps in range(len(trace) - 1, -1, -1):
        furthest, k = trace[steps], x - y
        goes_down = k == -steps or (k != steps and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if goes_down else k - 1
        start_x = furthest[before] if steps else 0
        start_y = start_x - before if steps else 0
        while x > start_x and y > start_y:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = start_x, start_y
    return found[::-1]


@dataclass(frozen=True)
class Told:
    """What changed in a field that people ask for, or in the relations of a type: what it was, what it is."""

    field: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def lost(self) -> tuple[str, ...]:
        return tuple(item for item in self.before if item not in self.after)

    @property
    def gained(self) -> tuple[str, ...]:
        return tuple(item for item in self.after if item not in self.before)


def told(before: str, after: str) -> list[Told]:
    """Return what changed between two descriptors, given as JSON texts: title, description, type, tags, relations."""
    old, new = (_fields(json.loads(text)) if text else {} for text in (before, after))
    names = dict.fromkeys((*new, *old))
    return [
        Told(name, old.get(name, ()), new.get(name, ())) for name in names if old.get(name, ()) != new.get(name, ())
    ]


def _fields(entity: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    metadata: Mapping[str, Any] = entity.get("metadata") or {}
    spec: Mapping[str, Any] = entity.get("spec") or {}
    found = {
        "title": metadata.get("title"),
        "description": metadata.get("description"),
        "type": spec.get("type"),
        "lifecycle": spec.get("lifecycle"),
    }
    fields: dict[str, tuple[str, ...]] = {name: (value,) for name, value in found.items() if isinstance(value, str)}
    tags = metadata.get("tags")
    fields["tags"] = tuple(sorted(tag for tag in tags if isinstance(tag, str))) if isinstance(tags, list) else ()
    for relation in _relations(entity):
        fields[relation.type] = (*fields.get(relation.type, ()), relation.target_ref)
    return fields


def _relations(entity: dict[str, Any]) -> list[relations.Declared]:
    kind = kinds.for_entity(entity)
    return sorted(relations.declared(entity, kind.relations)[0], key=str) if kind else []
