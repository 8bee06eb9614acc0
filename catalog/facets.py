"""The searchable `key = value` pairs of an entity (I19)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# What is searched by other means, or not at all. Name, namespace and uid are added by hand, as every entity has them.
LEFT_OUT = frozenset(
    ("attachments", "relations", "status", "metadata.name", "metadata.namespace", "metadata.uid", "metadata.etag")
)
LONGEST = 200

# Key, value in lower case (None: too long to compare, or null), and the value as it was written where that differs.
FacetRow = tuple[str, str | None, str | None]


def of_entity(entity: dict[str, Any], *, uid: str = "") -> set[FacetRow]:
    """Return the pairs of a final entity, its relations included."""
    metadata = entity["metadata"]
    pairs = [
        *_walk("", entity),
        ("metadata.name", metadata["name"]),
        ("metadata.namespace", metadata.get("namespace") or "default"),
        *((f"relations.{relation['type']}", relation["targetRef"]) for relation in entity.get("relations", ())),
    ]
    if uid:
        pairs.append(("metadata.uid", uid))
    return {_row(key.lower(), value) for key, value in pairs if len(key) <= LONGEST}


def clashing_keys(entity: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the pairs of keys that differ only in case, which no search could tell apart (C18)."""
    seen: dict[str, str] = {}
    clashes = []
    for key, _ in _walk("", entity):
        known = seen.setdefault(key.lower(), key)
        if known != key:
            clashes.append((known, key))
    return clashes


def _walk(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if path in LEFT_OUT:
        return
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(f"{path}.{key}" if path else key, item)
    elif isinstance(value, list):
        for item in value:
            yield from _walk(path, item)
            if isinstance(item, str):
                yield f"{path}.{item}", True
    else:
        yield path, value


def _row(key: str, value: Any) -> FacetRow:
    if value is None:
        return key, None, None
    text = _as_text(value)
    lower = text.lower()
    if len(lower) > LONGEST or len(text) > LONGEST:
        return key, None, None
    return key, lower, None if lower == text else text


def _as_text(value: Any) -> str:
    """Return what JavaScript's `String()` makes of a scalar, as clients of the API compare with that."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
