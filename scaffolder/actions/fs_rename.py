"""`fs:rename`: files of the workspace, moved."""

from __future__ import annotations

from typing import Any

from scaffolder.registry import action
from scaffolder.step import Outputs, Step

FS_RENAME: dict[str, Any] = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {
        "files": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["from", "to"],
                "additionalProperties": False,
                "properties": {
                    "from": {"type": "string", "minLength": 1, "description": "A file or folder"},
                    "to": {"type": "string", "minLength": 1, "description": "Its new path"},
                    "overwrite": {"type": "boolean", "description": "Replace what is there"},
                },
            },
        }
    },
}


@action(
    "fs:rename",
    description="Moves or renames files and folders of the workspace.",
    input_schema=FS_RENAME,
    examples=[{"files": [{"from": "app.py", "to": "src/app.py"}, {"from": "a.md", "to": "b.md", "overwrite": True}]}],
    can_run_dry=True,
)
def rename(step: Step) -> Outputs:
    for file in step.input["files"]:
        step.workspace.rename(file["from"], file["to"], overwrite=file.get("overwrite", False))
        step.log.info("Moved %s to %s", file["from"], file["to"])
    return {}
