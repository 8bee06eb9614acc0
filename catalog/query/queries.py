"""Reads of many entities: the question, a page of the answer, how many there are, and what the pages hold.

A page is found in one of two ways, and both take as long for a hundred thousand entities as for a thousand. What is
many and in the order of an index is walked along that index, from where the reader is, until the page is full. What is
few, or in another order, is sorted once in an edition and kept, and a page is a slice of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import Q

from catalog.models import Entity, EntityQuerySet
from catalog.query import matching, predicates
from catalog.query.editions import Edition
from catalog.query.filters import ALL, EntityFilter
from catalog.query.ordering import Ordering, Position
from catalog.query.predicates import AllOf, Equals, is_storable

# So many matches are always sorted and kept: walking to them may pass all that does not match.
FEW = 3000
# More than these are never kept.
MOST_KEPT = 100_000
# A walk passes no more than so many entities for each that it finds, if they are spread evenly.
RAREST = 8
# Rows fetched at a time by whoever reads everything.
CHUNK = 500
# Up to so many documents come in one statement.
MOST_AT_ONCE = 1000
# Parameters of one statement.
MOST_REFS_AT_ONCE = 500


@dataclass(frozen=True)
class TextFilter:
    """A text that one of the named fields contains, whatever the case."""

    term: str
    fields: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"term": self.term, **({"fields": list(self.fields)} if self.fields else {})}


@dataclass(frozen=True)
class EntityQuery:
    """Which entities somebody asks for, and in which order."""

    filter: EntityFilter = ALL
    ordering: Ordering = field(default_factory=Ordering)
    text: TextFilter | None = None

    @property
    def question(self) -> list[Any]:
        """What the number of matches depends on."""
        return [self.filter.to_json(), self.text.to_json() if self.text else None, self._searched_fields()]

    def apply(self, entities: EntityQuerySet, *, is_broad: bool = False) -> EntityQuerySet:
        """Return those of `entities` that match, in no order."""
        found = self.filter.apply(entities, is_broad=is_broad)
        if self.text is None:
            return found
        return found.filter(matching.contains(self._searched_fields(), self.text.term, is_broad=is_broad))

    @property
    def kinds(self) -> tuple[str, ...] | None:
        """The kinds that are asked for; None: any."""
        asked = self.filter.predicate
        parts = asked.parts if isinstance(asked, AllOf) else (asked,)
        return next((part.values for part in parts if isinstance(part, Equals) and part.key == "kind"), None)

    @property
    def has_only_kinds(self) -> bool:
        """Whether nothing but the kind, or nothing at all, is asked for."""
        return self.text is None and sum(1 for _ in predicates.terms(self.filter.predicate)) == bool(self.kinds)

    def _searched_fields(self) -> tuple[str, ...]:
        """The fields that the text is looked for in; without any named, that of the order, else title and name."""
        if self.text is None:
            return ()
        first = tuple(each.field for each in self.ordering.fields[:1])
        return self.text.fields or first or ("metadata.title", "metadata.name")


class Row(NamedTuple):
    """An entity in a list: its key, and where it stands."""

    pk: int
    position: Position


@dataclass(frozen=True)
class Page:
    """Some entities of a list, in its order, and where the page begins and ends."""

    documents: Iterable[str]
    # How many these are, but for what goes while they are read.
    count: int = 0
    first: Position | None = None
    last: Position | None = None
    # Whether the list goes on in the direction of reading.
    has_more: bool = False


@dataclass(frozen=True)
class Part:
    """Which part of a list a page is: the first `limit` from `offset` on, after `position` or before it."""

    limit: int
    offset: int = 0
    position: Position | None = None
    is_backwards: bool = False


def total(edition: Edition, query: EntityQuery) -> int:
    """Return how many entities match."""
    return edition.cached(["total", *query.question], query.apply(edition.entities).count)


def page(edition: Edition, query: EntityQuery, part: Part) -> Page:
    """Return a part of the list of all entities that match."""
    if _is_walked(edition, query):
        return _walked(edition, query, part)
    rows = _sorted(edition, query)
    start, end = _slice(query.ordering, rows, part)
    shown = rows[start:end]
    return _page(_documents(shown), shown, has_more=start > 0 if part.is_backwards else end < len(rows))


def _is_walked(edition: Edition, query: EntityQuery) -> bool:
    found = total(edition, query)
    if found <= FEW:
        return False
    if found > MOST_KEPT:
        return True
    kinds = query.kinds
    by_name = bool(kinds) and [each.field for each in query.ordering.fields] == ["metadata.name"]
    if (query.ordering.fields and not by_name) or len(kinds or ()) > 1:
        return False
    return query.has_only_kinds or found * RAREST >= _most(edition, kinds)


def _most(edition: Edition, kinds: tuple[str, ...] | None) -> int:
    """Return how many entities of `kinds` there are."""
    return total(edition, EntityQuery(EntityFilter(Equals("kind", kinds)) if kinds else ALL))


# -- Walking along an index ------------------------------------------------------------------------------------------


def _walked(edition: Edition, query: EntityQuery, part: Part) -> Page:
    found = query.ordering.apply(query.apply(edition.entities, is_broad=True), backwards=part.is_backwards)
    if part.position is None and len(query.kinds or ()) == 1 and not query.ordering.fields:
        # A position says where to begin by itself, and SQLite heeds one beginning only.
        found = found.filter(_refs_of(*query.kinds or ()))
    if part.position is not None:
        found = found.filter(query.ordering.after(part.position, backwards=part.is_backwards))
    names = query.ordering.names
    at_once = ("document",) if part.limit <= MOST_AT_ONCE else ()
    fetched = list(found.values_list("pk", "ref", *names, *at_once)[part.offset : part.offset + part.limit + 1])
    has_more = len(fetched) > part.limit
    del fetched[part.limit :]
    if part.is_backwards:
        fetched.reverse()
    rows = [_row(values[: 2 + len(names)]) for values in fetched]
    documents = [values[-1] for values in fetched] if at_once else _documents(rows)
    return _page(documents, rows, has_more=has_more)


def _refs_of(kind: str) -> Q:
    """Return the condition that a reference begins with `kind`.

    It says nothing new, but a planner that does not know it walks past all kinds that come before.
    """
    return Q(ref__gte=f"{kind}:", ref__lt=f"{kind};")


def _row(values: Sequence[Any]) -> Row:
    pk, ref, *ordered = values
    return Row(pk, Position(tuple(None if value is None else str(value) for value in ordered), ref))


# -- Slices of what is sorted ----------------------------------------------------------------------------------------


def _sorted(edition: Edition, query: EntityQuery) -> list[Row]:
    """Return all that matches, in order; sorted once in an edition."""

    def read() -> list[Row]:
        found = query.ordering.apply(query.apply(edition.entities))
        return list(map(_row, found.values_list("pk", "ref", *query.ordering.names).iterator()))

    return edition.cached(["sorted", *query.question, query.ordering.to_json()], read, weigh=len)


def _slice(ordering: Ordering, rows: Sequence[Row], part: Part) -> tuple[int, int]:
    """Return where in `rows` a part of them begins and ends."""
    position = part.position
    if position is None:
        return part.offset, min(part.offset + part.limit, len(rows))
    if part.is_backwards:
        end = bisect_left(rows, True, key=lambda row: not ordering.is_after(position, row.position)) - part.offset
        return max(end - part.limit, 0), max(end, 0)
    start = bisect_left(rows, True, key=lambda row: ordering.is_after(row.position, position)) + part.offset
    return start, min(start + part.limit, len(rows))


# -- What both give --------------------------------------------------------------------------------------------------


def _page(documents: Iterable[str], rows: Sequence[Row], *, has_more: bool) -> Page:
    return Page(documents, len(rows), rows[0].position, rows[-1].position, has_more) if rows else Page([])


def _documents(rows: Sequence[Row]) -> Iterable[str]:
    """Return the documents of `rows`, without those that went since; of a long page, while it is being read."""
    if len(rows) <= MOST_AT_ONCE:
        return _fetched([row.pk for row in rows])
    chunks = (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
    return chain.from_iterable(_fetched([row.pk for row in chunk]) for chunk in chunks)


def _fetched(keys: Sequence[int]) -> list[str]:
    found = dict(Entity.objects.filter(pk__in=keys).values_list("pk", "document")) if keys else {}
    return [found[key] for key in keys if key in found]


def everything(edition: Edition, query: EntityQuery, *, offset: int = 0) -> Iterator[str]:
    """Yield the document of each entity that matches, from the one with the number `offset` on."""
    found = query.ordering.apply(query.apply(edition.entities)).values_list("document", flat=True)
    yield from (found[offset:] if offset else found).iterator(chunk_size=CHUNK)


def by_refs(edition: Edition, refs: Iterable[str], entity_filter: EntityFilter = ALL) -> dict[str, str]:
    """Return the documents of those of `refs` that are there and match, by ref in lower case."""
    distinct = list(dict.fromkeys(filter(is_storable, refs)))
    found = entity_filter.apply(edition.entities, is_broad=True)
    documents: dict[str, str] = {}
    for start in range(0, len(distinct), MOST_REFS_AT_ONCE):
        chunk = distinct[start : start + MOST_REFS_AT_ONCE]
        documents.update(found.filter(ref__in=chunk).values_list("ref", "document"))
    return documents


def by_ref(edition: Edition, ref: str) -> str | None:
    """Return the document of one entity."""
    if not is_storable(ref):
        return None
    return edition.entities.filter(ref=ref.lower()).values_list("document", flat=True).first()
