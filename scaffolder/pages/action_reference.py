"""The actions that steps can name, as their reference shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scaffolder import registry
from scaffolder.registry import ActionInfo


@dataclass(frozen=True)
class Row:
    """One input or output: `depth` is how far inside an object it stands."""

    name: str
    type: str
    description: str
    is_required: bool
    depth: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Entry:
    """One action."""

    info: ActionInfo

    @property
    def anchor(self) -> str:
        return self.info.id.replace(":", "-")

    @property
    def inputs(self) -> list[Row]:
        return list(rows(self.info.input_schema))

    @property
    def outputs(self) -> list[Row]:
        return list(rows(self.info.output_schema))

    @property
    def examples(self) -> list[str]:
        """Steps that a reader can paste."""
        return [as_step(self.info.id, example) for example in self.info.examples]


def read(text: str = "") -> list[Entry]:
    """Return the actions whose id or description has all words of `text`."""
    wanted = text.casefold().split()
    return [
        Entry(info)
        for info in registry.all().values()
        if all(word in f"{info.id} {info.description}".casefold() for word in wanted)
    ]


def rows(schema: Mapping[str, Any], depth: int = 0) -> Iterator[Row]:
    """Yield what a schema of an object asks for, with what stands inside."""
    required = schema.get("required", ())
    for name, part in schema.get("properties", {}).items():
        yield Row(name, _type(part), str(part.get("description", "")), name in required, depth, _detail(part))
        inside = part.get("items", part) if part.get("type") == "array" else part
        if isinstance(inside, Mapping) and inside.get("properties"):
            yield from rows(inside, depth + 1)


def as_step(action_id: str, example: Mapping[str, Any]) -> str:
    """Return a step of a template in YAML, which JSON values are."""
    lines = ["- id: step", f"  action: {action_id}", "  input:"]
    lines += [f"    {key}: {_value(value)}" for key, value in example.items()]
    return "\n".join(lines)


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _type(part: Mapping[str, Any]) -> str:
    written = part.get("type", "any")
    if written == "array":
        items = part.get("items")
        return f"list of {_type(items)}" if isinstance(items, Mapping) and items.get("type") else "list"
    return " or ".join(written) if isinstance(written, Sequence) and not isinstance(written, str) else str(written)


def _detail(part: Mapping[str, Any]) -> str:
    """Return what else may be said in a few words: the choices and the default."""
    said = []
    if "enum" in part:
        said.append(", ".join(_value(option) for option in part["enum"]))
    if "default" in part:
        said.append(f"default {_value(part['default'])}")
    return "; ".join(said)
