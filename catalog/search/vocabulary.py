"""The distinct words of names, titles and tags, and what somebody may have meant who typed another one.

Kept for each word once, not for each entry: a company has a hundred times fewer words than names, and an ingest that
brings no new word writes nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db import connection
from django.db.models import Count, Value
from django.db.models.functions import Abs, Length

from catalog.models import SearchTrigram, SearchWord
from catalog.search import mistakes
from catalog.storage import bulk

WORDS, TRIGRAMS = "catalog_searchword", "catalog_searchtrigram"
# Words that are compared with one that was mistyped, and those that are taken to be meant.
MOST_COMPARED, MOST_MEANT = 400, 5
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


def meant_by(word: str) -> list[str]:
    """Return the words that `word` may be a mistake for, or a part of, the likeliest first."""
    return (_nearest(word) or _containing(word))[:MOST_MEANT]


def _nearest(word: str) -> list[str]:
    """Return words that `word` is a mistake for; failing that, such that begin with what it is a mistake for."""
    most = mistakes.allowed(word)
    if not most or len(word) > mistakes.LONGEST:
        return []
    alike = (
        SearchTrigram.objects.filter(trigram__in=mistakes.trigrams(word))
        .values("word")
        .annotate(shared=Count("pk"), off=Abs(Length("word") - len(word)))
        .filter(shared__gte=mistakes.shared(word))
    )
    swapped = SearchWord.objects.filter(word__in=mistakes.transposed(word)).annotate(shared=Value(99), off=Value(0))
    found = alike.values_list("word", "shared", "off").union(swapped.values_list("word", "shared", "off"))
    compared = [row[0] for row in found.order_by("-shared", "off", "word")[:MOST_COMPARED] if row[0] != word]
    return mistakes.nearest(word, compared) or mistakes.nearest_beginnings(word, compared)


def _containing(part: str) -> list[str]:
    if not SHORTEST_PART <= len(part) <= mistakes.LONGEST:
        return []
    parts = mistakes.inner_trigrams(part)
    holders = (
        SearchTrigram.objects.filter(trigram__in=parts, word__contains=part)
        .values("word")
        .annotate(shared=Count("pk"))
        .filter(shared=len(parts))
        .order_by("word")
    )
    return list(holders.values_list("word", flat=True)[:MOST_MEANT])


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
