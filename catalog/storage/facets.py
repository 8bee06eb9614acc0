"""The searchable `key = value` pairs of an entity (I19)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# What is searched by other means, or not at all. Name, namespace and uid are added by hand, as every entity has them.
LEFT_OUT = frozenset(
    ("attachments", "relations", "status", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag")
)
LONGEST = 200
RELATIONS = "relations."

Pair = tuple[str, Any]
# Key, value in lower case (None: too long to compare, or null), and the value as it was written where that differs.
FacetRow = tuple[str, str | None, str | None]


def pairs(entity: dict[str, Any]) -> list[Pair]:
    """Return each scalar of a descriptor with its path, in the order of the document."""
    found: list[Pair] = []
    _walk("", entity, found)
    metadata = entity["metadata"]
    found.append(("metadata.name", metadata["name"]))
    found.append(("metadata.namespace", metadata.get("namespace") or "default"))
    return found


def rows(found: Iterable[Pair]) -> set[FacetRow]:
    """Return what is stored of `found`."""
    stored: set[FacetRow] = set()
    for key, value in found:
        key = key.lower()
        if len(key) > LONGEST:
            continue
        if value is None:
            stored.add((key, None, None))
            continue
        text = value if type(value) is str else _as_text(value)
        lower = text.lower()
        if len(lower) > LONGEST or len(text) > LONGEST:
            stored.add((key, None, None))
        else:
            stored.add((key, lower, None if lower == text else text))
    return stored


def of_relations(relations: Iterable[tuple[str, str]]) -> set[FacetRow]:
    """Return the rows of an entity's relations, given as (type, target ref)."""
    return {(f"{RELATIONS}{type_}".lower(), target, None) for type_, target in relations}


def clashing_keys(found: Iterable[Pair]) -> list[tuple[str, str]]:
    """Return the pairs of keys that differ only in case, which no search could tell apart (C18)."""
    keys = {key for key, _ in found}
    if len({key.lower() for key in keys}) == len(keys):
        return []
    seen: dict[str, str] = {}
    clashes = []
    for key in sorted(keys):
        known = seen.setdefault(key.lower(), key)
        if known != key:
            clashes.append((known, key))
    return clashes


def _walk(path: str, value: Any, found: list[Pair]) -> None:
    """Add the scalars below `value`, which is a map or a list; an item of a list is also a key of its own, true."""
    if type(value) is dict:
        for key, item in value.items():
            below = f"{path}.{key}" if path else key
            if below in LEFT_OUT:
                continue
            if type(item) is dict or type(item) is list:
                _walk(below, item, found)
            else:
                found.append((below, item))
        return
    for item in value:
        if type(item) is str:
            found.append((path, item))
            found.append((f"{path}.{item}", True))
        elif type(item) is dict or type(item) is list:
            _walk(path, item, found)
        else:
            found.append((path, item))


def _as_text(value: Any) -> str:
    """Return what JavaScript's `String()` makes of a scalar, as clients of the API compare with that."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
