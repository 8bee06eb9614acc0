"""`fetch:template`: a skeleton, rendered."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.fetch_plain import TARGET_PATH, TOKEN, URL
from scaffolder.files import skeletons
from scaffolder.files.skeletons import RenderOptions
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

PATTERNS = {"type": "array", "items": {"type": "string"}}

FETCH_TEMPLATE: dict[str, Any] = {
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": URL,
        "targetPath": TARGET_PATH,
        "values": {"type": "object", "description": "What `${{ values.name }}` stands for in the skeleton"},
        "copyWithoutTemplating": {**PATTERNS, "description": "Patterns of files whose content is copied; names render"},
        "copyWithoutRender": {**PATTERNS, "description": "Patterns of files that are copied, name and content"},
        "cookiecutterCompat": {"type": "boolean", "description": "The skeleton is cookiecutter's: `{{ … }}`"},
        "templateFileExtension": {
            "type": ["string", "boolean"],
            "description": "Only files with this ending are rendered, and lose it; true is `.njk`",
        },
        "replace": {"type": "boolean", "description": "Write files anew that are there already; else they stay"},
        "trimBlocks": {"type": "boolean", "description": "Drop the line end after a block tag"},
        "lstripBlocks": {"type": "boolean", "description": "Drop the blanks before a block tag"},
        "token": TOKEN,
    },
}


@action(
    "fetch:template",
    description="Renders the files of a skeleton, names and contents, into the workspace.",
    input_schema=FETCH_TEMPLATE,
    examples=[
        {"url": "./skeleton", "values": {"name": "checkout"}},
        {"url": "./skeleton", "values": {"name": "checkout"}, "copyWithoutTemplating": [".github/workflows/*"]},
    ],
    can_run_dry=True,
)
def fetch(step: Step) -> Outputs:
    given = step.input
    if given.get("templateFileExtension") == "":
        raise StepFailed('templateFileExtension is empty. Say an ending such as ".njk", or leave it out.')
    tree = step.template.tree(given["url"], token=given.get("token"))
    files = skeletons.render_tree(
        tree.files,
        given.get("values", {}),
        RenderOptions.from_input(given),
        existing={file.path for file in step.workspace.walk()},
    )
    step.workspace.write(files)
    step.log.info("Rendered %d files from %s", len(files), given["url"])
    return {}
