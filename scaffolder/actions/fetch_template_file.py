"""`fetch:template:file`: one file, rendered."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.fetch_plain import TOKEN
from scaffolder.actions.fetch_plain_file import FILE_TARGET, FILE_URL
from scaffolder.actions.fetch_template import RENDERING
from scaffolder.files import skeletons
from scaffolder.files.archives import FileLike
from scaffolder.files.skeletons import RenderOptions
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

FETCH_TEMPLATE_FILE: dict[str, Any] = {
    "type": "object",
    "required": ["url", "targetPath"],
    "additionalProperties": False,
    "properties": {"url": FILE_URL, "targetPath": FILE_TARGET, **RENDERING, "token": TOKEN},
}


@action(
    "fetch:template:file",
    description="Renders one file into the workspace.",
    input_schema=FETCH_TEMPLATE_FILE,
    examples=[{"url": "./skeleton/NOTICE", "targetPath": "NOTICE", "values": {"name": "checkout"}}],
    can_run_dry=True,
)
def fetch(step: Step) -> Outputs:
    write_rendered(step, step.template.file(step.input["url"], token=step.input.get("token")))
    return {}


def write_rendered(step: Step, file: FileLike) -> None:
    """Write one file of a skeleton to the step's `targetPath`, unless one is there that is to stay.

    Raises:
        SkeletonError, TemplateError: the file is not right.
    """
    target = step.input["targetPath"]
    if step.workspace.exists(target) and not step.input.get("replace"):
        step.log.info("%s is there already and stays; say `replace: true` to write it anew.", target)
        return
    mode = RenderOptions.from_input(step.input).mode
    content = skeletons.render_file(file, step.input.get("values", {}), mode)
    step.workspace.write_bytes(target, content, file.mode)
    step.log.info("Rendered %s", target)
