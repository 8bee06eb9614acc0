"""The order of a list: by any searchable fields, each entity once, those without a field last, equal ones by ref.

A position in such a list is the entity's values of those fields and its ref. The rest of the list is found by comparing
with them, not by counting, so nothing is lost or doubled while entities come and go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, OrderBy, Q

from catalog.query import matching
from catalog.query.predicates import FilterError, is_storable

if TYPE_CHECKING:
    from catalog.models import EntityQuerySet

DIRECTIONS = ("asc", "desc")
MOST_FIELDS = 5
# Columns that every entity has and that hold the same as the facet, in lower case.
COLUMNS = {"kind": "kind", "metadata.namespace": "namespace", "metadata.name": "name", "metadata.uid": "uid"}
REF = "ref"

Value = str | None


@dataclass(frozen=True)
class OrderField:
    """One field to order by."""

    field: str
    is_descending: bool = False

    def to_json(self) -> dict[str, str]:
        return {"field": self.field, "order": "desc" if self.is_descending else "asc"}

    @classmethod
    def read(cls, field: object, direction: object) -> OrderField:
        """Return the field and direction of a request.

        Raises:
            FilterError: one of them is none.
        """
        if direction not in DIRECTIONS:
            raise FilterError("Invalid order field order, must be asc or desc")
        if not isinstance(field, str) or not field.strip() or not is_storable(field):
            raise FilterError("Invalid order field, expected the name of a field")
        return cls(field.strip().lower(), direction == "desc")


class Position(NamedTuple):
    """Where an entity stands in an ordered list."""

    values: tuple[Value, ...]
    ref: str


@dataclass(frozen=True)
class Ordering:
    """The fields that a list is ordered by, the first one first; the ref decides between equals."""

    fields: tuple[OrderField, ...] = ()

    @classmethod
    def of(cls, fields: Iterable[OrderField]) -> Ordering:
        """Return the order by `fields`; one that is named again changes nothing and is left out.

        Raises:
            FilterError: there are too many.
        """
        distinct: dict[str, OrderField] = {}
        for each in fields:
            distinct.setdefault(each.field, each)
        if len(distinct) > MOST_FIELDS:
            raise FilterError(f"Too many order fields; at most {MOST_FIELDS} are read.")
        return cls(tuple(distinct.values()))

    def to_json(self) -> list[dict[str, str]]:
        return [each.to_json() for each in self.fields]

    def apply(self, entities: EntityQuerySet, *, backwards: bool = False) -> EntityQuerySet:
        """Return `entities` in this order, or from its end."""
        annotations = {
            f"order_{number}": matching.LowestFacet(each.field, is_descending=each.is_descending)
            for number, each in enumerate(self.fields)
            if each.field not in COLUMNS
        }
        expressions = [
            _expression(name, each, backwards=backwards) for name, each in zip(self.names, self.fields, strict=True)
        ]
        by_ref = F(REF).desc() if backwards else F(REF).asc()
        return entities.annotate(**annotations).order_by(*expressions, by_ref)

    @property
    def names(self) -> list[str]:
        """What the values of the fields are called in a row of `apply`."""
        return [COLUMNS.get(each.field, f"order_{number}") for number, each in enumerate(self.fields)]

    def after(self, position: Position, *, backwards: bool = False) -> Q:
        """Return the condition for what comes after `position`, or before it, in what `apply` returns."""
        result = Q(ref__lt=position.ref) if backwards else Q(ref__gt=position.ref)
        steps = list(zip(self.names, self.fields, position.values, strict=True))
        for name, each, value in reversed(steps):
            beyond = _beyond(name, value, is_descending=each.is_descending, backwards=backwards)
            result = beyond | (_same(name, value) & result)
        return result

    def is_after(self, one: Position, other: Position) -> bool:
        """Whether `one` comes strictly after `other`, as the database sorts them."""
        for each, value, than in zip(self.fields, one.values, other.values, strict=True):
            if value == than:
                continue
            if value is None or than is None:
                return value is None
            return (value > than) != each.is_descending
        return one.ref > other.ref


def _expression(name: str, each: OrderField, *, backwards: bool) -> OrderBy:
    is_descending = each.is_descending != backwards
    if name in COLUMNS.values():
        return OrderBy(F(name), descending=is_descending)
    return OrderBy(F(name), descending=is_descending, nulls_first=backwards or None, nulls_last=not backwards or None)


def _same(name: str, value: Value) -> Q:
    return Q((f"{name}__isnull", True)) if value is None else Q((name, value))


def _beyond(name: str, value: Value, *, is_descending: bool, backwards: bool) -> Q:
    """Return what comes strictly after a value, or before it; nothing comes after those without the field."""
    if value is None:
        return Q((f"{name}__isnull", False)) if backwards else matching.NOTHING
    further = Q((f"{name}__lt" if is_descending != backwards else f"{name}__gt", value))
    return further if backwards or name in COLUMNS.values() else further | Q((f"{name}__isnull", True))
