"""The spec of a kind that the portal has no cards for: every field by its path, so that nothing is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

# Strangers write them: a page shows so many fields of so many signs, and the tab Inspect shows the rest.
MOST_FIELDS, LONGEST_VALUE, DEEPEST = 80, 400, 6


@dataclass(frozen=True)
class SpecField:
    """A field: its path from `spec` on, and what stands in it."""

    path: str
    values: tuple[str, ...]
    is_cut: bool = False


def read(spec: Any) -> list[SpecField]:
    """Return the fields of a spec in their order; lists of plain values are one field."""
    found: list[SpecField] = []
    for field in _fields(spec, ""):
        found.append(field)
        if len(found) == MOST_FIELDS:
            break
    return found


def _fields(value: Any, path: str, depth: int = 0) -> Iterator[SpecField]:
    if isinstance(value, Mapping) and value and depth < DEEPEST:
        for key, inner in value.items():
            yield from _fields(inner, f"{path}.{key}" if path else str(key), depth + 1)
    elif isinstance(value, list) and any(isinstance(each, Mapping | list) for each in value) and depth < DEEPEST:
        for number, inner in enumerate(value):
            yield from _fields(inner, f"{path}[{number}]", depth + 1)
    elif path:
        yield _field(path, value if isinstance(value, list) else [value])


def _field(path: str, values: list[Any]) -> SpecField:
    texts = [_text(value) for value in values[:MOST_FIELDS]]
    is_cut = len(values) > len(texts) or any(len(text) > LONGEST_VALUE for text in texts)
    return SpecField(path, tuple(text[:LONGEST_VALUE] for text in texts), is_cut)


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
