"""The words of a text, as the search knows them: the one place that cuts, so that both databases find the same.

A word is letters and digits without case and accents. What is written in one piece, such as `check-out` or `checkOut`,
is its parts, and once more all of them together: whoever types `checkout` finds it, and so does who types `check`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST_WORD = 64
# Signs of a text that are looked at, and bytes of its words that are kept; a `tsvector` takes a megabyte.
LONGEST_TEXT = 100_000
MOST_BYTES = 400_000
# Parts of a piece that make sense together; a path of many folders is no word.
MOST_PARTS = 6

_PIECE = re.compile(r"[^\W_]+(?:[-_.][^\W_]+)*")
_MARKS = re.compile(r"[-_.]")
# Between `check` and `Out`, `v2` and `Api`, `HTTP` and `Server`; `APIs` and `OAuth` stay whole.
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[a-z][0-9])(?=[A-Z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})")
# Chinese and Japanese are written without blanks: each sign is a word.
_UNSPACED = re.compile(r"([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])")


def fold(text: str) -> str:
    """Return `text` without case and accents; `ß` is `ss`, a ligature its letters."""
    return text.lower() if text.isascii() else _plain(text).casefold()


def pieces(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield what is written in one piece: its words, and all of them together where that is another word."""
    plain = text if text.isascii() else _UNSPACED.sub(r" \1 ", _plain(text))
    for piece in _PIECE.findall(plain):
        if piece.isalnum() and (piece.islower() or piece.isdigit()):
            yield [piece.casefold()[:LONGEST_WORD]], ""
        else:
            yield _parts(piece)


def of(text: str) -> tuple[list[str], list[str]]:
    """Return the words of a text in their order, and those that are several of them together."""
    found, together = [], []
    for parts, joined in pieces(text[:LONGEST_TEXT]):
        found += parts
        if joined:
            together.append(joined)
    return found, together


def key(text: str) -> str:
    """Return the words of a text with one blank between them, to compare whole names by."""
    return " ".join(of(text)[0])


def spaced(found: list[str], together: list[str]) -> str:
    """Return words as they are stored: a blank before and after each, so that ` pay` is in it where a word begins so.

    Words together come last, so that those of a phrase stand side by side.
    """
    if not found:
        return ""
    text = f" {' '.join(found + together)} "
    if len(text) * 4 > MOST_BYTES and len(encoded := text.encode()) > MOST_BYTES:
        return encoded[:MOST_BYTES].decode(errors="ignore").rpartition(" ")[0] + " "
    return text


def _plain(text: str) -> str:
    """Return `text` with letters that are several taken apart, and without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.category(sign).startswith("M"))


def _parts(piece: str) -> tuple[list[str], str]:
    parts = [part.casefold() for mark in _MARKS.split(piece) for part in _HUMP.split(mark)]
    cut = [part[:LONGEST_WORD] for part in parts if part]
    joined = "".join(parts)
    makes_sense = 1 < len(cut) <= MOST_PARTS and len(joined) <= LONGEST_WORD and not joined.isdigit()
    return cut, joined if makes_sense else ""
