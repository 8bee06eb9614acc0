"""`debug:log`: a message, and what lies in the workspace."""

from __future__ import annotations

from scaffolder.files import skeletons
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

# So much of each file, with `with-contents`.
SHOWN_SIGNS = 10_000

DEBUG_LOG = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "message": {"type": "string", "description": "What to write to the log"},
        "listWorkspace": {
            "description": "Also list the files of the workspace; `with-contents` shows what is in them",
            "anyOf": [{"type": "boolean"}, {"enum": ["with-filenames", "with-contents"]}],
        },
    },
}


@action(
    "debug:log",
    description="Writes a message to the run's log, and lists the files of the workspace.",
    input_schema=DEBUG_LOG,
    examples=[{"message": "Hello from the golden path"}, {"listWorkspace": "with-contents"}],
    can_run_dry=True,
)
def log(step: Step) -> Outputs:
    if "message" in step.input:
        step.log.info("%s", step.input["message"])
    listing = step.input.get("listWorkspace", False)
    if listing:
        names = [file.path for file in step.workspace.walk()]
        step.log.info("Workspace:\n%s", "\n".join(f"  - {name}" for name in names) or "  (empty)")
    if listing == "with-contents":
        for file in step.workspace.files():
            text = skeletons.text_of(file.content)
            step.log.info("%s:\n%s", file.path, "(binary)" if text is None else text[:SHOWN_SIGNS])
    return {}
