"""`roadiehq:utils:serialize:json`: data as a text in JSON."""

from __future__ import annotations

import json
from typing import Any

from scaffolder.registry import action
from scaffolder.step import Outputs, Step

DATA = {"description": "What to write down: a map, a list, or anything else"}
SERIALIZE_JSON: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "additionalProperties": False,
    "properties": {
        "data": DATA,
        "replacer": {"type": "array", "items": {"type": "string"}, "description": "The keys to keep, at every depth"},
        "space": {"type": "string", "maxLength": 10, "description": "What to indent by; on one line if left out"},
    },
}
SERIALIZED: dict[str, Any] = {"type": "object", "properties": {"serialized": {"type": "string"}}}


@action(
    "roadiehq:utils:serialize:json",
    description="Gives data as a text in JSON, as JavaScript writes it.",
    input_schema=SERIALIZE_JSON,
    output_schema=SERIALIZED,
    examples=[{"data": {"name": "checkout", "ports": [8080]}}, {"data": {"name": "checkout"}, "space": "  "}],
    can_run_dry=True,
)
def serialize(step: Step) -> Outputs:
    space = step.input.get("space") or None
    separators = (",", ": ") if space else (",", ":")
    data = _picked(step.input["data"], step.input.get("replacer"))
    return {"serialized": json.dumps(data, indent=space, separators=separators, ensure_ascii=False)}


def _picked(value: Any, keys: list[str] | None) -> Any:
    """Return `value` with those keys alone, in their order; whole numbers lose the point that JavaScript never has."""
    if isinstance(value, dict):
        kept = value if keys is None else [key for key in keys if key in value]
        return {key: _picked(value[key], keys) for key in kept}
    if isinstance(value, list):
        return [_picked(item, keys) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
