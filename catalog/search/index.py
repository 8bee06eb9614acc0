"""Keeps the index of the search in line with what can be found; every write is in bulk, in the caller's transaction.

An entry that is as it was costs a comparison and no write.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import Q

from catalog.models import CatalogRevision, SearchEntry
from catalog.search import entity_entries, entry_types, rows, vocabulary
from catalog.search.rows import ENTITY, FIELDS, Entry, Row
from catalog.storage import bulk

if TYPE_CHECKING:
    from catalog.arrivals import Arrival

TABLE = "catalog_searchindex"
Indexed = tuple[int, Row]
# Ranges of keys in one statement.
RANGES = 50


@transaction.atomic
def put(entries: Iterable[Entry]) -> int:
    """Have the search find `entries`, as they are now; return how many differ from what it knew."""
    wanted = {(entry.type, rows.key(entry.key)): entry for entry in entries}
    made = [rows.row(entry) for entry in wanted.values()]
    known = _known(made)
    new = [row for row in made if (row.type, row.key) not in known]
    changed = [(*known[row.type, row.key], row) for row in made if (row.type, row.key) in known]
    changed = [(number, old, row) for number, old, row in changed if old != row]
    numbered = list(zip(bulk.reserve_ids(SearchEntry, len(new)), new, strict=True))
    bulk.insert(SearchEntry, ("id", *FIELDS), [(number, *row) for number, row in numbered])
    bulk.update(SearchEntry, FIELDS, [(*row, number) for number, _, row in changed])
    _take_out([(number, old) for number, old, _ in changed])
    take_in([*numbered, *((number, row) for number, _, row in changed)])
    written = [*new, *(row for _, _, row in changed)]
    _tell([row for row in written if entry_types.is_for_all(row.type)])
    return len(written)


def _tell(written: Sequence[Row]) -> None:
    """Learn the words of what everybody may find, and count it as a change of the catalog, which answers hold for."""
    if not written:
        return
    vocabulary.add(word for row in written for word in rows.words_of_names(row))
    if any(row.type != ENTITY for row in written):  # those who store entities count themselves
        CatalogRevision.rise()


@transaction.atomic
def remove(type_: str, keys: Iterable[str]) -> None:
    """Have the search find the entries of a type with these `keys` no more."""
    gone = sum(_remove(Q(type=type_, key__in=chunk)) for chunk in bulk.chunks(map(rows.key, keys)))
    if gone and type_ != ENTITY and entry_types.is_for_all(type_):
        CatalogRevision.rise()


def stored(arrivals: Iterable[Arrival]) -> None:
    """Have the search find the entities that were added or changed."""
    put(entity_entries.of_arrival(arrival) for arrival in arrivals)


def removed(entity_refs: Collection[str]) -> None:
    """Have the search find neither these entities nor what belongs to them."""
    remove(ENTITY, entity_refs)
    for chunk in bulk.chunks(entity_refs, RANGES):
        theirs = Q(*map(belonging, chunk), _connector=Q.OR)
        for type_ in entry_types.of_entities():
            _remove(Q(type=type_) & theirs)


def belonging(entity_ref: str) -> Q:
    """Return the condition on entries that they belong to an entity: their keys are `<ref>#…`, which an index finds."""
    return Q(key__gte=f"{entity_ref}#", key__lt=f"{entity_ref}$")  # "$" is the sign after "#"


def take_in(numbered: Sequence[Indexed]) -> None:
    """Write the words of rows, each with its number, into the index."""
    if not numbered:
        return
    texts = ((number, rows.indexed(row)) for number, row in numbered)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {TABLE} (rowid, words) FROM STDIN") as copy:
                for text in texts:
                    copy.write_row(text)
            return
        cursor.executemany(f"INSERT INTO {TABLE} (rowid, words) VALUES (%s, %s)", list(texts))  # noqa: S608 — our own name


def _take_out(numbered: Sequence[Indexed]) -> None:
    if not numbered:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DELETE FROM {TABLE} WHERE rowid = ANY(%s)", [[number for number, _ in numbered]])  # noqa: S608 — our own name
            return
        # An index without the texts takes a row out by the words that it was put in with.
        statement = f"INSERT INTO {TABLE} ({TABLE}, rowid, words) VALUES ('delete', %s, %s)"  # noqa: S608 — our own name
        cursor.executemany(statement, [(number, rows.indexed(row)) for number, row in numbered])


def _known(made: Iterable[Row]) -> dict[tuple[str, str], Indexed]:
    """Return what is stored under the keys of rows, with its number."""
    keys: dict[str, list[str]] = {}
    for row in made:
        keys.setdefault(row.type, []).append(row.key)
    found = {}
    for type_, wanted in keys.items():
        for chunk in bulk.chunks(wanted):
            for number, row in _rows(Q(type=type_, key__in=chunk)):
                found[row.type, row.key] = (number, row)
    return found


def _rows(condition: Q) -> list[Indexed]:
    values: Iterable[Any] = SearchEntry.objects.filter(condition).values_list("id", *FIELDS)
    return [(number, Row(*row)) for number, *row in values]


def _remove(condition: Q) -> int:
    gone = _rows(condition)
    _take_out(gone)
    bulk.delete(SearchEntry, [number for number, _ in gone])
    return len(gone)
