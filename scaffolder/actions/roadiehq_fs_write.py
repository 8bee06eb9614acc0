"""`roadiehq:utils:fs:write`: a text into a file of the workspace."""

from __future__ import annotations

from typing import Any

from scaffolder.registry import action
from scaffolder.step import Outputs, Step

WRITE: dict[str, Any] = {
    "type": "object",
    "required": ["path", "content"],
    "additionalProperties": False,
    "properties": {
        "path": {"type": "string", "minLength": 1, "description": "The file, from the workspace's root"},
        "content": {"type": "string", "description": "All that it is to hold"},
        "preserveFormatting": {"type": "boolean", "description": "Accepted: a text is always written as it is"},
    },
}
WRITTEN: dict[str, Any] = {"type": "object", "properties": {"path": {"type": "string"}}}


@action(
    "roadiehq:utils:fs:write",
    description="Writes a text into a file of the workspace. A file that is there is replaced.",
    input_schema=WRITE,
    output_schema=WRITTEN,
    examples=[{"path": "docs/index.md", "content": "# Checkout\n"}],
    can_run_dry=True,
)
def write(step: Step) -> Outputs:
    path = step.input["path"]
    step.workspace.write_bytes(path, step.input["content"].encode())
    step.log.info("Wrote %s", path)
    return {"path": path}
