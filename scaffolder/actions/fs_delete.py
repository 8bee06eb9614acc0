"""`fs:delete`: files of the workspace, away."""

from __future__ import annotations

from typing import Any

from scaffolder.registry import action
from scaffolder.step import Outputs, Step

FS_DELETE: dict[str, Any] = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {
        "files": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "Paths or patterns, such as `docs` or `**/*.bak`",
        }
    },
}


@action(
    "fs:delete",
    description="Deletes files and folders of the workspace. What is not there is no mistake.",
    input_schema=FS_DELETE,
    examples=[{"files": ["README.md", "docs/**/*.bak"]}],
    can_run_dry=True,
)
def delete(step: Step) -> Outputs:
    removed = step.workspace.remove(step.input["files"])
    step.log.info("Deleted %d files%s", len(removed), "".join(f"\n  - {path}" for path in removed[:100]))
    return {}
