"""`roadiehq:utils:serialize:yaml`: data as a text in YAML."""

from __future__ import annotations

from typing import Any

import yaml

from scaffolder.actions.roadiehq_serialize_json import DATA, SERIALIZED
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

# Those of the library that templates were written for.
INDENT, WIDTH = 2, 80
ENDLESS = 1_000_000

SERIALIZE_YAML: dict[str, Any] = {
    "type": "object",
    "required": ["data"],
    "additionalProperties": False,
    "properties": {
        "data": DATA,
        "replacer": {"type": "array", "items": {"type": "string"}, "description": "Accepted, without effect"},
        "options": {
            "type": "object",
            "properties": {
                "indent": {"type": "integer", "minimum": 1, "maximum": 10},
                "lineWidth": {"type": "integer", "description": "-1: lines of any length"},
            },
        },
    },
}


class _Dumper(yaml.SafeDumper):
    """Indents the items of a list, as JavaScript's libraries do, and repeats what occurs twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


@action(
    "roadiehq:utils:serialize:yaml",
    description="Gives data as a text in YAML.",
    input_schema=SERIALIZE_YAML,
    output_schema=SERIALIZED,
    examples=[{"data": {"name": "checkout", "ports": [8080]}}],
    can_run_dry=True,
)
def serialize(step: Step) -> Outputs:
    options = step.input.get("options", {})
    return {"serialized": text_of(step.input["data"], options.get("indent", INDENT), options.get("lineWidth", WIDTH))}


def text_of(data: Any, indent: int = INDENT, width: int = WIDTH) -> str:
    """Return data in YAML, as JavaScript's libraries write it."""
    text: str = yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        indent=indent,
        width=width if width > 0 else ENDLESS,
    )
    return text.removesuffix("...\n")
