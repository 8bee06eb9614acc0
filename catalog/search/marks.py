"""Which parts of a text answer a question: to mark them, and to cut the passage around the first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from catalog.search import tokens

# Signs before the first match that a passage begins with.
LEAD = 60
PASSAGE = 200
Piece = tuple[str, bool]


class _Flat(dict[int, str]):
    """Each sign as one sign without case and accents, so that places stay the same."""

    def __missing__(self, code: int) -> str:
        folded = tokens.fold(chr(code))
        self[code] = flat = folded if len(folded) == 1 else chr(code)
        return flat


# One for each sign that was ever seen; there are a million signs, and texts use some hundreds.
_FLAT = _Flat()


def pieces(text: str, words: Iterable[str]) -> list[Piece]:
    """Return `text` in pieces, each with whether it answers one of `words`; put together they are the text."""
    pattern = _pattern(tuple(words))
    found: list[Piece] = []
    end = 0
    for match in pattern.finditer(_flat(text)) if pattern else ():
        if match.start() > end:
            found.append((text[end : match.start()], False))
        found.append((text[match.start() : match.end()], True))
        end = match.end()
    return [*found, (text[end:], False)] if end < len(text) else found


def passage(text: str, words: Iterable[str], size: int = PASSAGE) -> str:
    """Return the part of a long text around the first of `words`; its beginning where none is in it."""
    if len(text) <= size:
        return text
    pattern = _pattern(tuple(words))
    first = pattern.search(_flat(text)) if pattern else None
    start = max(0, first.start() - LEAD) if first else 0
    if start:
        # Not in the middle of a word, unless it is longer than a lead.
        blank = text.find(" ", start, start + LEAD)
        start = blank + 1 if blank >= 0 else start
    cut = text[start : start + size]
    if start + size < len(text):
        cut = (cut.rpartition(" ")[0] or cut) + "…"
    return f"…{cut}" if start else cut


def _flat(text: str) -> str:
    return text.lower() if text.isascii() else text.translate(_FLAT)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what finds the beginnings of words that are one of `words`, which may be written with marks inside."""
    written = ["[-_.]?".join(map(re.escape, word)) for word in sorted(set(words), key=len, reverse=True) if word]
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(written)})") if written else None
