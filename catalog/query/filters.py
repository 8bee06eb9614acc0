"""The catalog's filters: `kind=component,spec.type=service` in an address, `catalogFilter` of a form, and `query`.

Statements of one filter that name the same field are alternatives, those that name different fields must all hold; of
several filters one must match. A bare name asks that the field exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.query import matching, predicates
from catalog.query.predicates import EVERYTHING, Equals, Exists, FilterError, Predicate

if TYPE_CHECKING:
    from catalog.models import EntityQuerySet

__all__ = ["ALL", "EntityFilter", "FilterError", "from_catalog_filter", "from_query", "parse"]


@dataclass(frozen=True)
class EntityFilter:
    """Which entities somebody asks for."""

    predicate: Predicate = EVERYTHING

    def __and__(self, other: EntityFilter) -> EntityFilter:
        parts = [each.predicate for each in (self, other) if each.predicate != EVERYTHING]
        return EntityFilter(predicates.checked(predicates.all_of(parts)))

    @property
    def is_empty(self) -> bool:
        """Whether every entity matches."""
        return self.predicate == EVERYTHING

    def apply(self, entities: EntityQuerySet, *, is_broad: bool = False) -> EntityQuerySet:
        """Return those of `entities` that match.

        Args:
            is_broad: many do, and only the first few are wanted: look at each entity in turn until enough are found,
                instead of collecting all that match.
        """
        # A condition that always holds would have the counting of facets look at every entity.
        return entities if self.is_empty else entities.filter(matching.condition(self.predicate, is_broad=is_broad))

    def to_json(self) -> dict[str, Any]:
        """Return the filter in the JSON spelling, the same for all ways to write it."""
        return {} if self.is_empty else self.predicate.to_json()


ALL = EntityFilter()


def parse(params: Iterable[str]) -> EntityFilter:
    """Return what the values of the parameter `filter` say together.

    Raises:
        FilterError: a statement has no field, or there are too many.
    """
    alternatives = [found for found in map(_statements, params) if found is not None]
    return EntityFilter(predicates.checked(predicates.any_of(alternatives))) if alternatives else ALL


def _statements(text: str) -> Predicate | None:
    wanted: dict[str, list[str]] = {}
    for statement in filter(None, map(str.strip, text.split(","))):
        key, equals, value = (part.strip() for part in statement.partition("="))
        if not key:
            raise FilterError(f'Invalid filter, "{statement}" is not a statement; expected a=b, a= or a.')
        values = wanted.setdefault(key.lower(), [])
        if equals:
            values.append(value.lower())
    return predicates.all_of(_asked(key, values) for key, values in wanted.items()) if wanted else None


def _asked(key: str, values: Iterable[str]) -> Predicate:
    # Repeated values are kept once, so that two spellings of one question have one answer in the cache.
    distinct = tuple(dict.fromkeys(values))
    return Equals(key, distinct) if distinct else Exists(key)


def from_query(query: Any) -> EntityFilter:
    """Return what a predicate in JSON says.

    Raises:
        FilterError: it is none.
    """
    return EntityFilter(predicates.read(query))


def from_catalog_filter(wanted: Any) -> EntityFilter:
    """Return what the `catalogFilter` of a form's field says: an object, or a list of which one must match.

    Raises:
        FilterError: it is neither, or a value is not a text, a list of texts or `{exists: true}`.
    """
    alternatives = wanted if isinstance(wanted, list) else [wanted]
    parts = [_catalog_object(each) for each in alternatives if each]
    return EntityFilter(predicates.checked(predicates.any_of(parts))) if parts else ALL


def _catalog_object(wanted: Any) -> Predicate:
    if not isinstance(wanted, Mapping):
        raise FilterError('Invalid catalogFilter; expected an object such as {"kind": "Group"}.')
    return predicates.all_of(_catalog_field(str(key).lower(), value) for key, value in wanted.items())


def _catalog_field(key: str, value: Any) -> Predicate:
    if isinstance(value, Mapping) and set(value) == {"exists"} and isinstance(value["exists"], bool):
        return Exists(key, value["exists"])
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(each, str | int | float) for each in values):
        raise FilterError(f'Invalid catalogFilter; "{key}" expects a text, a list of texts or {{exists: true}}.')
    return _asked(key, (predicates.text(each).lower() for each in values))
