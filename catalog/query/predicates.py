"""What an entity must be like: a tree of conditions over its searchable fields, and Backstage's JSON spelling of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# How much one question may ask for: conditions on a field, and values to compare with in all of them.
MOST_TERMS = 20
MOST_VALUES = 200
LOGICAL = ("$all", "$any", "$not")


class FilterError(ValueError):
    """A filter that says nothing, or too much; the message tells what was expected."""


@dataclass(frozen=True)
class Equals:
    """The field has one of `values`, whatever the case; no values: no entity is like that."""

    key: str
    values: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {self.key: self.values[0] if len(self.values) == 1 else {"$in": list(self.values)}}


@dataclass(frozen=True)
class Exists:
    """The field is there, or is not."""

    key: str
    is_there: bool = True

    def to_json(self) -> dict[str, Any]:
        return {self.key: {"$exists": self.is_there}}


@dataclass(frozen=True)
class HasPrefix:
    """One of the field's values begins with `prefix`, whatever the case."""

    key: str
    prefix: str

    def to_json(self) -> dict[str, Any]:
        return {self.key: {"$hasPrefix": self.prefix}}


@dataclass(frozen=True)
class AllOf:
    parts: tuple[Predicate, ...]

    def to_json(self) -> dict[str, Any]:
        return {"$all": [part.to_json() for part in self.parts]}


@dataclass(frozen=True)
class AnyOf:
    parts: tuple[Predicate, ...]

    def to_json(self) -> dict[str, Any]:
        return {"$any": [part.to_json() for part in self.parts]}


@dataclass(frozen=True)
class Not:
    part: Predicate

    def to_json(self) -> dict[str, Any]:
        return {"$not": self.part.to_json()}


Term = Equals | Exists | HasPrefix
Predicate = Term | AllOf | AnyOf | Not
EVERYTHING = AllOf(())


def terms(predicate: Predicate) -> Iterator[Term]:
    """Yield each condition on a field, in the order in which they are written."""
    if isinstance(predicate, AllOf | AnyOf):
        for part in predicate.parts:
            yield from terms(part)
    elif isinstance(predicate, Not):
        yield from terms(predicate.part)
    else:
        yield predicate


def all_of(parts: Iterable[Predicate]) -> Predicate:
    """Return the conjunction of `parts`, without a level that says nothing."""
    kept = tuple(parts)
    return kept[0] if len(kept) == 1 else AllOf(kept)


def any_of(parts: Iterable[Predicate]) -> Predicate:
    """Return the disjunction of `parts`, without a level that says nothing."""
    kept = tuple(parts)
    return kept[0] if len(kept) == 1 else AnyOf(kept)


def checked(predicate: Predicate) -> Predicate:
    """Return `predicate` when it asks for no more than one question may.

    Raises:
        FilterError: it has too many conditions or values, or a text that no database can hold.
    """
    found = list(terms(predicate))
    if len(found) > MOST_TERMS:
        raise FilterError(f"Too many conditions in the filter: {len(found)}; at most {MOST_TERMS} are read.")
    texts = [text for term in found for text in _texts(term)]
    if len(texts) - len(found) > MOST_VALUES:
        raise FilterError(f"Too many values in the filter; at most {MOST_VALUES} are read.")
    if not all(map(is_storable, texts)):
        raise FilterError("The filter contains a sign that is no text.")
    return predicate


def is_storable(text: str) -> bool:
    """Whether a database can hold `text`: no NUL, and no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _texts(term: Term) -> tuple[str, ...]:
    if isinstance(term, Equals):
        return (term.key, *term.values)
    return (term.key, term.prefix) if isinstance(term, HasPrefix) else (term.key,)


def text(value: str | float | bool) -> str:
    """Return a primitive as JavaScript prints it, which is how the fields' values are kept."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return str(value)


def read(value: Any) -> Predicate:
    """Return what the JSON form says: `{path: value}`, `{path: {$in: […]}}`, `{$all: […]}` and so on.

    Raises:
        FilterError: an operator is unknown, stands beside others, or has the wrong kind of value.
    """
    return checked(_read(value))


def _read(value: Any) -> Predicate:
    if not isinstance(value, Mapping):
        raise FilterError('Invalid query; expected an object such as {"kind": "Component"}.')
    logical = [key for key in value if key in LOGICAL]
    if not logical:
        return all_of(_field(key, wanted) for key, wanted in value.items())
    if len(value) > 1:
        raise FilterError(f"Invalid query; {logical[0]} must stand alone in its object.")
    operand = value[logical[0]]
    if logical[0] == "$not":
        return Not(_read(operand))
    if not isinstance(operand, list):
        raise FilterError(f"Invalid query; {logical[0]} expects a list of objects.")
    parts = tuple(_read(part) for part in operand)
    return AllOf(parts) if logical[0] == "$all" else AnyOf(parts)


def _field(key: str, wanted: Any) -> Predicate:
    if not key or key.startswith("$"):
        raise FilterError(f'Invalid query; "{key}" is neither a field nor one of {", ".join(LOGICAL)}.')
    field = key.lower()
    if _is_primitive(wanted):
        return Equals(field, (text(wanted).lower(),))
    if not isinstance(wanted, Mapping) or len(wanted) != 1:
        raise FilterError(f'Invalid query; "{key}" expects a value or one of $exists, $in, $contains, $hasPrefix.')
    [(operator, operand)] = wanted.items()
    return _operation(field, operator, operand)


def _operation(field: str, operator: str, operand: Any) -> Predicate:
    if operator == "$exists" and isinstance(operand, bool):
        return Exists(field, operand)
    if operator == "$in" and isinstance(operand, list) and all(map(_is_primitive, operand)):
        return Equals(field, tuple(text(value).lower() for value in operand))
    if operator == "$hasPrefix" and isinstance(operand, str):
        return HasPrefix(field, operand.lower())
    if operator == "$contains" and _is_primitive(operand):
        return Equals(field, (text(operand).lower(),))
    if operator == "$contains" and field == "relations" and isinstance(operand, Mapping):
        return _relation(operand)
    raise FilterError(f'Invalid query; "{field}" cannot be asked for {operator} of that kind of value.')


def _relation(wanted: Mapping[str, Any]) -> Predicate:
    """Return what `{$contains: {type, targetRef?}}` says of the relations."""
    parts = {key.lower(): value for key, value in wanted.items()}
    kind = parts.pop("type", None)
    target = parts.pop("targetref", None)
    if not isinstance(kind, str) or not kind or parts or len(wanted) > 2:
        raise FilterError('Invalid query; a relation is asked for as {"type": "ownedBy", "targetRef": "…"}.')
    field = f"relations.{kind.lower()}"
    if target is None:
        return Exists(field)
    if isinstance(target, Mapping) and set(target) != {"$in"}:
        raise FilterError('Invalid query; "targetRef" expects a text or {"$in": [texts]}.')
    targets = target["$in"] if isinstance(target, Mapping) else [target]
    if not isinstance(targets, list) or not targets or not all(isinstance(ref, str) for ref in targets):
        raise FilterError('Invalid query; "targetRef" expects a text or {"$in": [texts]}.')
    return Equals(field, tuple(ref.lower() for ref in targets))


def _is_primitive(value: Any) -> bool:
    return isinstance(value, str | int | float)
