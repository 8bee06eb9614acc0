"""`roadiehq:utils:fs:append`: a text to the end of a file of the workspace."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.roadiehq_fs_write import WRITTEN
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

APPEND: dict[str, Any] = {
    "type": "object",
    "required": ["path", "content"],
    "additionalProperties": False,
    "properties": {
        "path": {"type": "string", "minLength": 1, "description": "The file; it is made when it is not there"},
        "content": {"type": "string", "description": "What is to stand at its end"},
    },
}


@action(
    "roadiehq:utils:fs:append",
    description="Adds a text to the end of a file of the workspace.",
    input_schema=APPEND,
    output_schema=WRITTEN,
    examples=[{"path": "a.md", "content": "\nMade by a golden path.\n"}],
    can_run_dry=True,
)
def append(step: Step) -> Outputs:
    path, added = step.input["path"], step.input["content"].encode()
    if step.workspace.exists(path):
        file = step.workspace.read(path)
        step.workspace.write_bytes(path, file.content + added, file.mode)
    else:
        step.workspace.write_bytes(path, added)
    step.log.info("Added %d bytes to %s", len(added), path)
    return {"path": path}
