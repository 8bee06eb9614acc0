"""Builds the index of the search anew from what is stored; it can be asked meanwhile, and is never empty."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from django.db.models import QuerySet

from catalog.models import SearchEntry, SearchWord
from catalog.search import entry_types, index, rows, vocabulary
from catalog.search.entry_types import EntryType
from catalog.storage import bulk

# Entries of one transaction; on SQLite all other writers wait for it.
BATCH = 2_000


def rebuild(told: Callable[[str, int], None] = lambda _type, _count: None) -> int:
    """Bring the index in line with everything that can be found; return how many entries were written or removed.

    Args:
        told: is called after each batch with the type and how many entries of it were looked at.
    """
    written = sum(_rebuild_type(each, told) for each in entry_types.all_types() if each.everything)
    _forget_words()
    return written


def _rebuild_type(entry_type: EntryType, told: Callable[[str, int], None]) -> int:
    entries = iter(entry_type.everything() if entry_type.everything else ())
    gone = set(SearchEntry.objects.filter(type=entry_type.id).values_list("key", flat=True).iterator())
    written = looked_at = 0
    while batch := list(islice(entries, BATCH)):
        written += index.put(batch)
        gone.difference_update(rows.key(entry.key) for entry in batch)
        looked_at += len(batch)
        told(entry_type.id, looked_at)
    index.remove(entry_type.id, gone)
    return written + len(gone)


def _forget_words() -> None:
    """Drop words of names that nothing is called by any more."""
    left = set(SearchWord.objects.values_list("word", flat=True).iterator())
    for names in _names().iterator():
        left.difference_update(" ".join(names).split())
    for chunk in bulk.chunks(left):
        vocabulary.forget(chunk)


def _names() -> QuerySet[SearchEntry, tuple[str, ...]]:
    entries = SearchEntry.objects.filter(type__in=entry_types.of_all())
    return entries.values_list("name_words", "title_words", "tag_words")
