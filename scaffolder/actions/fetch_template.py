"""`fetch:template`: a skeleton, rendered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scaffolder.actions.fetch_plain import TARGET_PATH, TOKEN, URL
from scaffolder.files import skeletons
from scaffolder.files.archives import FileLike
from scaffolder.files.skeletons import RenderOptions
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

PATTERNS = {"type": "array", "items": {"type": "string"}}
# What the rendering of a folder and of a single file, fetched or in the workspace, have in common.
RENDERING: dict[str, Any] = {
    "values": {"type": "object", "description": "What `${{ values.name }}` stands for in the skeleton"},
    "cookiecutterCompat": {"type": "boolean", "description": "The skeleton is cookiecutter's: `{{ … }}`"},
    "replace": {"type": "boolean", "description": "Write files anew that are there already; else they stay"},
    "trimBlocks": {"type": "boolean", "description": "Drop the line end after a block tag"},
    "lstripBlocks": {"type": "boolean", "description": "Drop the blanks before a block tag"},
}
# Of a folder alone.
SELECTION: dict[str, Any] = {
    "copyWithoutTemplating": {**PATTERNS, "description": "Patterns of files whose content is copied; names render"},
    "templateFileExtension": {
        "type": ["string", "boolean"],
        "description": "Only files with this ending are rendered, and lose it; true is `.njk`",
    },
}

FETCH_TEMPLATE: dict[str, Any] = {
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": URL,
        "targetPath": TARGET_PATH,
        **RENDERING,
        **SELECTION,
        "copyWithoutRender": {**PATTERNS, "description": "Patterns of files that are copied, name and content"},
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
    tree = step.template.tree(step.input["url"], token=step.input.get("token"))
    written = write_rendered(step, tree.files)
    step.log.info("Rendered %d files from %s", written, step.input["url"])
    return {}


def write_rendered(step: Step, files: Iterable[FileLike]) -> int:
    """Write a skeleton into the workspace as the step's input asks for, and return how many files it gave.

    Raises:
        StepFailed, SkeletonError, TemplateError: the skeleton or the input is not right.
    """
    given = step.input
    if given.get("templateFileExtension") == "":
        raise StepFailed('templateFileExtension is empty. Say an ending such as ".njk", or leave it out.')
    existing = {file.path for file in step.workspace.walk()}
    made = skeletons.render_tree(files, given.get("values", {}), RenderOptions.from_input(given), existing=existing)
    step.workspace.write(made)
    return len(made)
