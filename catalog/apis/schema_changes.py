"""What differs between two JSON Schemas, judged by who sends and who reads what they describe.

What a client sends must go on being accepted: a schema of requests may only become wider. What a client reads must go
on being understood: a schema of answers may only become narrower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catalog.apis.changes import Change, Level

Schema = dict[str, Any]
# Places that are compared in one definition, and how deep; schemas that name themselves would never end.
MOST_PLACES = 20_000
DEEPEST = 40
ANY_TYPE = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
# Of a bound: whether a higher number lets less through.
BOUNDS = {
    **dict.fromkeys(("minLength", "minItems", "minProperties", "minimum"), True),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties", "maximum"), False),
}


class Way(StrEnum):
    """Who reads the data that a schema describes."""

    REQUEST = "request"  # the API does: clients send it
    ANSWER = "answer"  # clients do: the API sends it


@dataclass
class Comparison:
    """Compares the schemas of two documents; `old` and `new` are the documents, for references within them."""

    old: Any
    new: Any
    _seen: set[tuple[str, int, int, Way]] = field(default_factory=set)
    _places: int = 0

    def schemas(self, old: Any, new: Any, *, way: Way, where: str, path: str = "", depth: int = 0) -> Iterator[Change]:
        """Yield what differs between a schema as it was and as it is now."""
        self._places += 1
        before, after = merged(old, self.old), merged(new, self.new)
        key = (where, id(before.origin), id(after.origin), way)
        if depth > DEEPEST or self._places > MOST_PLACES or key in self._seen:
            return
        self._seen.add(key)
        place = _Place(way, where, path)
        yield from _types(before.schema, after.schema, place)
        yield from _values(before.schema, after.schema, place)
        yield from _bounds(before.schema, after.schema, place)
        yield from self._properties(before.schema, after.schema, place, depth)
        yield from self._items(before.schema, after.schema, place, depth)
        yield from self._choices(before.schema, after.schema, place, depth)

    def _properties(self, old: Schema, new: Schema, place: _Place, depth: int) -> Iterator[Change]:
        before, after = _map(old, "properties"), _map(new, "properties")
        needed_before, needed_after = _names(old, "required"), _names(new, "required")
        for name in before.keys() - after.keys():
            yield _removed_property(place.below(name), is_closed=new.get("additionalProperties") is False)
        for name in after.keys() - before.keys():
            yield _added_property(place.below(name), is_required=name in needed_after)
        for name in before.keys() & after.keys():
            if (name in needed_before) != (name in needed_after):
                yield _need(place.below(name), is_required=name in needed_after)
            path = place.below(name).path
            yield from self.schemas(
                before[name], after[name], way=place.way, where=place.where, path=path, depth=depth + 1
            )

    def _items(self, old: Schema, new: Schema, place: _Place, depth: int) -> Iterator[Change]:
        if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
            path = f"{place.path}[]"
            yield from self.schemas(
                old["items"], new["items"], way=place.way, where=place.where, path=path, depth=depth + 1
            )

    def _choices(self, old: Schema, new: Schema, place: _Place, depth: int) -> Iterator[Change]:
        """Compare the alternatives in their order; one more or one less is wider or narrower."""
        for name in ("oneOf", "anyOf"):
            before, after = _list(old, name), _list(new, name)
            if before and after and len(before) != len(after):
                level = place.level(is_wider=len(after) > len(before))
                message = f"It had {len(before)} alternatives and has {len(after)}."
                yield place.change(level, message, "alternatives")
            for one, other in zip(before, after, strict=False):
                yield from self.schemas(one, other, way=place.way, where=place.where, path=place.path, depth=depth + 1)


@dataclass(frozen=True)
class _Place:
    way: Way
    where: str
    path: str

    def below(self, name: str) -> _Place:
        return _Place(self.way, self.where, f"{self.path}.{name}" if self.path else name)

    def level(self, *, is_wider: bool) -> Level:
        """Return whom a schema breaks that lets more through than before, or less."""
        return Level.SAFE if is_wider is (self.way is Way.REQUEST) else Level.BREAKING

    def change(self, level: Level, message: str, rule: str) -> Change:
        return Change(level, self.where, self.path, message, f"{self.way}-{rule}")


@dataclass(frozen=True)
class Merged:
    """A schema with its references followed and its `allOf` put into one; `origin` is the object it began with."""

    schema: Schema
    origin: Any


def merged(schema: Any, document: Any, depth: int = 0) -> Merged:
    """Return what a schema means in its document; an unreadable part lets everything through."""
    found = resolved(schema, document)
    if not isinstance(found, dict) or depth > DEEPEST:
        return Merged({}, found)
    parts = _list(found, "allOf")
    if not parts:
        return Merged(found, found)
    whole: Schema = {name: value for name, value in found.items() if name != "allOf"}
    for part in parts[:DEEPEST]:
        more = merged(part, document, depth + 1).schema
        properties = {**_map(more, "properties"), **_map(whole, "properties")}
        required = sorted(_names(more, "required") | _names(whole, "required"))
        whole = {**more, **whole, "properties": properties, "required": required}
    return Merged(whole, found)


def resolved(value: Any, document: Any) -> Any:
    """Return what `value` is after following references within the document; nothing outside is ever read."""
    for _ in range(DEEPEST):
        if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
            return value
        value = _pointed(value["$ref"], document)
    return None


def _pointed(reference: str, document: Any) -> Any:
    if not reference.startswith("#/"):
        return None
    found = document
    for part in reference[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _types(old: Schema, new: Schema, place: _Place) -> Iterator[Change]:
    before, after = types(old), types(new)
    if before == after:
        return
    told = f"Its type was {_words(before)} and is {_words(after)}."
    if before < after or before > after:
        yield place.change(place.level(is_wider=before < after), told, "type")
    else:
        yield place.change(Level.BREAKING, told, "type")


def types(schema: Schema) -> frozenset[str]:
    """Return the types that a schema lets through; all of them when it names none."""
    named = schema.get("type")
    found = {named} if isinstance(named, str) else _names(schema, "type")
    if not found:
        return ANY_TYPE
    if "number" in found:
        found.add("integer")
    if schema.get("nullable") is True:
        found.add("null")
    return frozenset(found)


def _words(found: frozenset[str]) -> str:
    if found == ANY_TYPE:
        return "anything"
    named = sorted(found - {"integer"} if "number" in found else found)
    return " or ".join(named)


def _values(old: Schema, new: Schema, place: _Place) -> Iterator[Change]:
    before, after = _enum(old), _enum(new)
    if before is None and after is None:
        return
    if before is None or after is None:
        told = "Any value was possible; now it is one of a list." if before is None else "It is no list of values now."
        yield place.change(place.level(is_wider=after is None), told, "values")
        return
    for value in sorted(before - after):
        yield place.change(place.level(is_wider=False), f"The value `{value}` is gone.", "values")
    for value in sorted(after - before):
        # A client that reads a list of values may know no other; most write a default for that.
        level = Level.SAFE if place.way is Way.REQUEST else Level.RISKY
        yield place.change(level, f"The value `{value}` is new.", "values")


def _bounds(old: Schema, new: Schema, place: _Place) -> Iterator[Change]:
    for name, is_floor in BOUNDS.items():
        before, after = _number(old, name), _number(new, name)
        if before == after:
            continue
        is_wider = after is None or (before is not None and (after < before) is is_floor)
        told = f"`{name}` was {_or_none(before)} and is {_or_none(after)}."
        yield place.change(_of_bound(place, is_wider=is_wider), told, "bound")
    for name in ("pattern", "format"):
        before, after = old.get(name), new.get(name)
        if before != after and (isinstance(before, str) or isinstance(after, str)):
            told = f"`{name}` was {_or_none(before)} and is {_or_none(after)}."
            # Another form is neither wider nor narrower, and so wrong for whoever relied on the old one.
            is_other = before is not None and after is not None
            is_wider = place.way is Way.ANSWER if is_other else after is None
            yield place.change(_of_bound(place, is_wider=is_wider), told, "form")


def _of_bound(place: _Place, *, is_wider: bool) -> Level:
    """Return the level of a bound: who reads answers seldom relies on how long a text can be."""
    found = place.level(is_wider=is_wider)
    return Level.RISKY if found is Level.BREAKING and place.way is Way.ANSWER else found


def _removed_property(place: _Place, *, is_closed: bool) -> Change:
    if place.way is Way.ANSWER:
        return place.change(Level.BREAKING, "It is not answered any more.", "property-removed")
    level = Level.BREAKING if is_closed else Level.RISKY
    told = "It is refused now." if is_closed else "It is not read any more."
    return place.change(level, told, "property-removed")


def _added_property(place: _Place, *, is_required: bool) -> Change:
    if place.way is Way.REQUEST and is_required:
        return place.change(Level.BREAKING, "It is new and must be sent.", "property-added")
    return place.change(Level.SAFE, "It is new.", "property-added")


def _need(place: _Place, *, is_required: bool) -> Change:
    told = "It must be there now." if is_required else "It may be missing now."
    return place.change(place.level(is_wider=not is_required), told, "required")


def _map(schema: Schema, name: str) -> dict[str, Any]:
    value = schema.get(name)
    return {key: each for key, each in value.items() if isinstance(key, str)} if isinstance(value, dict) else {}


def _list(schema: Schema, name: str) -> list[Any]:
    value = schema.get(name)
    return value if isinstance(value, list) else []


def _names(schema: Schema, name: str) -> set[str]:
    return {each for each in _list(schema, name) if isinstance(each, str)}


def _enum(schema: Schema) -> frozenset[str] | None:
    if "const" in schema:
        return frozenset({str(schema["const"])})
    values = schema.get("enum")
    return frozenset(str(value) for value in values) if isinstance(values, list) and values else None


def _number(schema: Schema, name: str) -> float | None:
    value = schema.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _or_none(value: object) -> str:
    return "not set" if value is None else f"`{value}`"
