"""`fields=`: the parts of an entity that somebody asks for, cut out when it is read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from catalog.query.predicates import FilterError

MOST_FIELDS = 50


@dataclass(frozen=True)
class Projection:
    """Dot paths of the parts that are kept; none: all of the entity."""

    fields: tuple[str, ...] = ()

    @classmethod
    def parse(cls, params: Iterable[str]) -> Projection:
        """Return what the comma lists in `params` say.

        Raises:
            FilterError: a path goes into a list, or there are too many.
        """
        stripped = (field.strip() for param in params for field in param.split(","))
        fields = tuple(dict.fromkeys(filter(None, stripped)))
        for field in fields:
            if "[" in field:
                raise FilterError(f'Invalid field "{field}", array type fields are not supported')
        if len(fields) > MOST_FIELDS:
            raise FilterError(f"Too many fields; at most {MOST_FIELDS} are read.")
        return cls(fields)

    def apply(self, document: str) -> str:
        """Return the JSON text of an entity with these parts only; as it is when all are asked for."""
        if not self.fields:
            return document
        entity = json.loads(document)
        kept: dict[str, Any] = {}
        for field in self.fields:
            _copy(entity, kept, field)
        return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)


def _copy(source: dict[str, Any], kept: dict[str, Any], field: str) -> None:
    """Put into `kept` what `field` leads to; keys may have dots in them, so the shortest that fits is followed."""
    parts = field.split(".")
    path: list[str] = []
    value: Any = source
    key = ""
    for part in parts:
        key = f"{key}.{part}" if key else part
        if isinstance(value, dict) and key in value:
            path.append(key)
            value, key = value[key], ""
    if key:
        return
    for step in path[:-1]:
        kept = kept.setdefault(step, {})
    kept[path[-1]] = value
