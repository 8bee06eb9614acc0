"""Colours of a terminal in a line of a log, as pieces of text that a page can show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ESCAPE = re.compile(r"\x1b\[([0-9;]{0,20})m")
# Whatever else a terminal would obey: moves, erasures, titles, bells.
CONTROL = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]|\x1b\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f]")
LOOKS = {
    "1": "bold",
    "2": "dim",
    "31": "red",
    "32": "green",
    "33": "yellow",
    "36": "cyan",
    "90": "dim",
    "91": "red",
    "92": "green",
    "93": "yellow",
    "96": "cyan",
}


@dataclass(frozen=True)
class Piece:
    """A part of a line; `look` is bold, dim, red, green, yellow, cyan or nothing."""

    text: str
    look: str = ""


def pieces(line: str) -> list[Piece]:
    """Return a line in pieces of one look each, without anything that only a terminal understands."""
    return list(_pieces(line))


def _pieces(line: str) -> Iterator[Piece]:
    look, start = "", 0
    for code in ESCAPE.finditer(line):
        yield from _piece(line[start : code.start()], look)
        look, start = _look(code[1]), code.end()
    yield from _piece(line[start:], look)


def _piece(text: str, look: str) -> Iterator[Piece]:
    clean = CONTROL.sub("", text)
    if clean:
        yield Piece(clean, look)


def _look(codes: str) -> str:
    """Return the look of the last code that has one; a reset has none."""
    return next((LOOKS[code] for code in reversed(codes.split(";")) if code in LOOKS), "")
