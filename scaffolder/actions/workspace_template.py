"""`workspace:template`: a folder of the workspace is a skeleton, which is rendered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scaffolder.actions import fetch_template
from scaffolder.actions.fetch_template import RENDERING, SELECTION
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

SOURCE_PATH = {"type": "string", "minLength": 1, "description": "Where the skeleton lies in the workspace"}

WORKSPACE_TEMPLATE: dict[str, Any] = {
    "type": "object",
    "required": ["sourcePath", "targetPath"],
    "additionalProperties": False,
    "properties": {
        "sourcePath": SOURCE_PATH,
        "targetPath": {"type": "string", "description": "The folder of the workspace that the files go to"},
        **RENDERING,
        **SELECTION,
    },
}


@action(
    "workspace:template",
    description="Renders the files of a folder of the workspace, names and contents, into another folder of it.",
    input_schema=WORKSPACE_TEMPLATE,
    examples=[{"sourcePath": "skeleton", "targetPath": ".", "values": {"name": "checkout"}}],
    can_run_dry=True,
)
def render(step: Step) -> Outputs:
    source = step.input["sourcePath"]
    if not step.workspace.is_folder(source):
        raise StepFailed(f'There is no folder "{source}" in the workspace. Fetch it in an earlier step.')
    parts = [part for part in source.split("/") if part not in ("", ".")]
    start = "".join(f"{part}/" for part in parts)
    files = [replace(file, path=file.path.removeprefix(start)) for file in step.workspace.files(source)]
    written = fetch_template.write_rendered(step, files)
    step.log.info("Rendered %d files from %s", written, source)
    return {}
