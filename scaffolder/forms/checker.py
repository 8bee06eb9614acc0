"""Checks JSON by a schema that strangers wrote: nothing is fetched, and no pattern can take long.

Patterns run on an engine whose time grows with the length of the text alone; what it cannot compile (looking ahead or
back) is refused together with the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

# Compiled size of one pattern; `(((a{100}){100}){100})` is refused.
PATTERN_BYTES = 1_000_000
DEFINITIONS = ("definitions", "$defs")


class SchemaRefused(ValueError):
    """A schema that is wrong, points outside itself, or has a pattern that cannot be checked in linear time."""


def compiled(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> jsonschema_rs.Validator:
    """Return a checker of `schema`.

    Args:
        root: where `#/definitions/…` are found when `schema` is a part of a page.

    Raises:
        SchemaRefused: it cannot be used; the message says why.
    """
    for reference in references(schema):
        if not reference.startswith("#"):
            raise SchemaRefused(f'"$ref": "{reference}" points outside the template. Only "#/…" is followed.')
    shared = {key: root[key] for key in DEFINITIONS if root is not None and key in root}
    try:
        return jsonschema_rs.Draft7Validator(
            _without_hints({**shared, **schema}),
            pattern_options=jsonschema_rs.RegexOptions(size_limit=PATTERN_BYTES, dfa_size_limit=PATTERN_BYTES),
            offline=True,
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        raise SchemaRefused(str(error).splitlines()[0]) from error


def holds(schema: Mapping[str, Any], value: Any, root: Mapping[str, Any]) -> bool:
    """Tell whether `value` passes; a condition that cannot be read never holds."""
    try:
        return compiled(schema, root).is_valid(value)
    except SchemaRefused:
        return False


def references(schema: Any) -> Iterator[str]:
    """Yield every `$ref` in `schema`, in no particular order."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            reference = part.get("$ref")
            if isinstance(reference, str):
                yield reference
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _without_hints(schema: Any) -> Any:
    """Return `schema` without what only forms read, and without the old `required: true` inside a property."""
    if isinstance(schema, list):
        return [_without_hints(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        str(key): _named_parts(value) if key in _NAMED_PARTS else _without_hints(value)
        for key, value in schema.items()
        if not str(key).startswith(("ui:", "backstage:")) and not (key == "required" and not isinstance(value, list))
    }


# Here the keys are names of the author's own, and may be any word.
_NAMED_PARTS = ("properties", "patternProperties", "dependencies", *DEFINITIONS)


def _named_parts(parts: Any) -> Any:
    return {str(n): _without_hints(part) for n, part in parts.items()} if isinstance(parts, Mapping) else parts
