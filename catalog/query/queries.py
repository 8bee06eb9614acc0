"""Reads of many entities: the question, a page of the answer, how many there are, and what the pages hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Entity, EntityQuerySet
from catalog.query import matching
from catalog.query.editions import Edition
from catalog.query.filters import ALL, EntityFilter
from catalog.query.ordering import Ordering, Position
from catalog.query.predicates import is_storable

# From so many matches on, walking the list until a page is full is quicker than collecting and sorting all of them.
BROAD = 3000
# Rows fetched at a time by whoever reads everything.
CHUNK = 500
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

    def _searched_fields(self) -> tuple[str, ...]:
        """The fields that the text is looked for in; without any named, that of the order, else title and name."""
        if self.text is None:
            return ()
        first = tuple(each.field for each in self.ordering.fields[:1])
        return self.text.fields or first or ("metadata.title", "metadata.name")


@dataclass(frozen=True)
class Page:
    """Some entities of a list, in its order, and where the page begins and ends."""

    documents: list[str]
    first: Position | None
    last: Position | None
    # Whether the list goes on in the direction of reading.
    has_more: bool


def total(edition: Edition, query: EntityQuery) -> int:
    """Return how many entities match."""
    return edition.cached(["total", *query.question], query.apply(edition.entities).count)


def page(
    edition: Edition,
    query: EntityQuery,
    *,
    limit: int,
    offset: int = 0,
    position: Position | None = None,
    backwards: bool = False,
) -> Page:
    """Return at most `limit` entities: the first ones, or those after `position`, or those before it."""
    entities = query.apply(edition.entities, is_broad=total(edition, query) > BROAD)
    found = query.ordering.apply(entities, backwards=backwards)
    if position is not None:
        found = found.filter(query.ordering.after(position, backwards=backwards))
    rows = list(found.values("pk", "ref", *query.ordering.names)[offset : offset + limit + 1])
    has_more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    positions = [query.ordering.position(row) for row in rows]
    # The documents are fetched apart, so that the database does not carry them through the sort.
    documents = dict(Entity.objects.filter(pk__in=[row["pk"] for row in rows]).values_list("pk", "document"))
    return Page(
        [documents[row["pk"]] for row in rows if row["pk"] in documents],
        positions[0] if positions else None,
        positions[-1] if positions else None,
        has_more,
    )


def everything(edition: Edition, query: EntityQuery, *, offset: int = 0) -> Iterator[str]:
    """Yield the document of each entity that matches, from the one with the number `offset` on."""
    found = query.ordering.apply(query.apply(edition.entities)).values_list("document", flat=True)
    yield from (found[offset:] if offset else found).iterator(chunk_size=CHUNK)


def by_refs(edition: Edition, refs: Iterable[str], entity_filter: EntityFilter = ALL) -> dict[str, str]:
    """Return the documents of those of `refs` that are there and match, by ref in lower case."""
    distinct = list(dict.fromkeys(filter(is_storable, refs)))
    found = entity_filter.apply(edition.entities)
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
