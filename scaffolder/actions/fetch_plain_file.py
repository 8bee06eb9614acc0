"""`fetch:plain:file`: one file as it is."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.fetch_plain import TOKEN
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

FILE_URL = {
    "type": "string",
    "minLength": 1,
    "description": "A file: beside template.yaml (`./Dockerfile`), or an address such as "
    "`https://github.com/acme/skeletons/blob/main/python/Dockerfile`",
}
FILE_TARGET = {"type": "string", "minLength": 1, "description": "The path in the workspace, with the file's name"}

FETCH_PLAIN_FILE: dict[str, Any] = {
    "type": "object",
    "required": ["url", "targetPath"],
    "additionalProperties": False,
    "properties": {"url": FILE_URL, "targetPath": FILE_TARGET, "token": TOKEN},
}


@action(
    "fetch:plain:file",
    description="Copies one file into the workspace, as it is. A file that is there is replaced.",
    input_schema=FETCH_PLAIN_FILE,
    examples=[{"url": "./skeleton/NOTICE", "targetPath": "NOTICE"}],
    can_run_dry=True,
)
def fetch(step: Step) -> Outputs:
    file = step.template.file(step.input["url"], token=step.input.get("token"))
    step.workspace.write_bytes(step.input["targetPath"], file.content, file.mode)
    step.log.info("Copied %s to %s", step.input["url"], step.input["targetPath"])
    return {}
