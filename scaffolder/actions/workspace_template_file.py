"""`workspace:template:file`: a file of the workspace, rendered."""

from __future__ import annotations

from typing import Any

from scaffolder.actions import fetch_template_file
from scaffolder.actions.fetch_plain_file import FILE_TARGET
from scaffolder.actions.fetch_template import RENDERING
from scaffolder.actions.workspace_template import SOURCE_PATH
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

WORKSPACE_TEMPLATE_FILE: dict[str, Any] = {
    "type": "object",
    "required": ["sourcePath", "targetPath"],
    "additionalProperties": False,
    "properties": {"sourcePath": SOURCE_PATH, "targetPath": FILE_TARGET, **RENDERING},
}


@action(
    "workspace:template:file",
    description="Renders a file of the workspace to another path of it.",
    input_schema=WORKSPACE_TEMPLATE_FILE,
    examples=[{"sourcePath": "app.py", "targetPath": "main.py", "values": {"name": "checkout"}}],
    can_run_dry=True,
)
def render(step: Step) -> Outputs:
    fetch_template_file.write_rendered(step, step.workspace.read(step.input["sourcePath"]))
    return {}
