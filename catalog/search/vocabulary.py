"""The distinct words of names, titles and tags, and what somebody may have meant who typed another one.

Kept for each word once, not for each entry: a company has a hundred times fewer words than names, and an ingest that
brings no new word writes nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Abs, Length

from catalog.models import SearchTrigram, SearchWord
from catalog.search import mistakes
from catalog.storage import bulk

Rows = QuerySet[Any, tuple[str, int, int, int]]
WORDS, TRIGRAMS = "catalog_searchword", "catalog_searchtrigram"
# Words that are compared with one that was mistyped, and those that are taken to be meant.
MOST_COMPARED, MOST_MEANT = 400, 5
COMPARED = ("word", "shared", "off", "place")
# A part of a word says something from three signs on.
SHORTEST_PART = 3


def add(words: Iterable[str]) -> None:
    """Keep those of `words` that mistakes are looked up among; known ones cost a look."""
    wanted = {word for word in words if mistakes.is_known_by(word)}
    for chunk in bulk.chunks(sorted(wanted)):
        wanted.difference_update(SearchWord.objects.filter(word__in=chunk).values_list("word", flat=True))
    # In one order, so that two writers wait for each other and never both.
    new = sorted(wanted)
    _insert(WORDS, ("word",), [(word,) for word in new])
    _insert(TRIGRAMS, ("trigram", "word"), sorted((part, word) for word in new for part in mistakes.trigrams(word)))


def forget(words: Collection[str]) -> None:
    """Drop words that nothing is called by any more."""
    for chunk in bulk.chunks(words):
        SearchTrigram.objects.filter(word__in=chunk).delete()
        SearchWord.objects.filter(word__in=chunk).delete()


def meant_by(typed: Sequence[str]) -> list[list[str]]:
    """Return for each word that was typed those that it may be a mistake for, or a part of, the likeliest first."""
    candidates: dict[int, list[str]] = {}
    ways = [way for place, word in enumerate(typed) for way in _compared(place, word)]
    if ways:
        rows = ways[0].union(*ways[1:]).order_by("-shared", "off", "word") if len(ways) > 1 else ways[0]
        for word, _shared, _off, place in rows[: MOST_COMPARED * len(typed)]:
            candidates.setdefault(place, []).append(word)
    return [_likeliest(word, candidates.get(place, [])) for place, word in enumerate(typed)]


def _likeliest(word: str, candidates: Iterable[str]) -> list[str]:
    others = list(dict.fromkeys(other for other in candidates if other != word))
    if mistakes.allowed(word):
        found = mistakes.nearest(word, others) or mistakes.nearest_beginnings(word, others)
    else:
        found = []
    return (found or sorted(other for other in others if word in other))[:MOST_MEANT]


def _compared(place: int, word: str) -> list[Rows]:
    """Return what finds the words that `word` is compared with, as rows of `COMPARED`."""
    if len(word) > mistakes.LONGEST:
        return []
    ways: list[Rows] = []
    most = mistakes.allowed(word)
    if most:
        alike = SearchTrigram.objects.filter(trigram__in=mistakes.trigrams(word)).values("word")
        alike = alike.annotate(shared=Count("pk"), off=Abs(Length("word") - len(word)), place=Value(place))
        swapped = SearchWord.objects.filter(word__in=mistakes.transposed(word))
        ways.append(alike.filter(shared__gte=mistakes.shared(word)).values_list(*COMPARED))
        ways.append(swapped.annotate(shared=Value(99), off=Value(0), place=Value(place)).values_list(*COMPARED))
    if len(word) >= SHORTEST_PART:
        parts = mistakes.inner_trigrams(word)
        holders = SearchTrigram.objects.filter(trigram__in=parts, word__contains=word).values("word")
        holders = holders.annotate(shared=Count("pk"), off=Abs(Length("word") - len(word)), place=Value(place))
        ways.append(holders.filter(shared=len(parts)).values_list(*COMPARED))
    return ways


def _insert(table: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    """Add `rows`, but for those that another writer has added meanwhile."""
    if not rows:
        return
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join("%s::text[]" for _ in columns)
            statement = f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608 — our own names
            cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
            return
        marks = ", ".join("%s" for _ in columns)
        statement = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 — our own names
        cursor.executemany(statement, rows)
