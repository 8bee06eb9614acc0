"""`fetch:plain`: files as they are."""

from __future__ import annotations

from typing import Any

from integrations.git.reader import Tree
from scaffolder.files import paths
from scaffolder.files.workspace import FileContent
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

URL = {
    "type": "string",
    "minLength": 1,
    "description": "A folder: beside template.yaml (`./skeleton`), or an address such as "
    "`https://github.com/acme/skeletons/tree/main/python`",
}
TARGET_PATH = {
    "type": "string",
    "description": "The folder of the workspace that the files go to; its root if left out",
}
TOKEN = {"type": "string", "description": "A token for the host of `url`, in place of the portal's own credential"}

FETCH_PLAIN: dict[str, Any] = {
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {"url": URL, "targetPath": TARGET_PATH, "token": TOKEN},
}


@action(
    "fetch:plain",
    description="Copies the files of a folder into the workspace, as they are. Files that are there are replaced.",
    input_schema=FETCH_PLAIN,
    examples=[{"url": "./skeleton"}, {"url": "./docs", "targetPath": "docs"}],
    can_run_dry=True,
)
def fetch(step: Step) -> Outputs:
    target = step.input.get("targetPath") or "."
    tree = step.template.tree(step.input["url"], token=step.input.get("token"))
    refuse_links(tree)
    files = [FileContent(paths.clean(f"{target}/{file.path}"), file.mode, file.content) for file in tree.files]
    step.workspace.write(files)
    step.log.info("Copied %d files from %s", len(files), step.input["url"])
    return {}


def refuse_links(tree: Tree) -> None:
    """Return when all files of a folder are regular files.

    Raises:
        StepFailed: one is a link, which could lead anywhere.
    """
    for file in tree.files:
        if file.mode == "120000":
            raise StepFailed(f'"{paths.shown(file.path)}" is a symbolic link, which is refused. Copy its target.')
