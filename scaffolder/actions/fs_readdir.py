"""`fs:readdir`: what lies in folders of the workspace."""

from __future__ import annotations

from typing import Any

from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

FS_READDIR: dict[str, Any] = {
    "type": "object",
    "required": ["paths"],
    "additionalProperties": False,
    "properties": {
        "paths": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "description": "Folders of the workspace; `.` is the workspace itself",
        },
        "recursive": {"type": "boolean", "description": "Also what lies in the folders below"},
    },
}
ENTRIES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "path": {"type": "string", "description": "From the workspace's root"},
            "fullPath": {"type": "string", "description": "The same: a workspace has no other place that lasts"},
        },
    },
}


@action(
    "fs:readdir",
    description="Lists the files and folders that lie in folders of the workspace.",
    input_schema=FS_READDIR,
    output_schema={"type": "object", "properties": {"files": ENTRIES, "folders": ENTRIES}},
    examples=[{"paths": ["."]}, {"paths": ["."], "recursive": True}],
    can_run_dry=True,
)
def list_folders(step: Step) -> Outputs:
    files: list[dict[str, str]] = []
    folders: list[dict[str, str]] = []
    for path in step.input["paths"]:
        if not step.workspace.is_folder(path):
            raise StepFailed(f'There is no folder "{path}" in the workspace.')
        found_files, found_folders = _below(step, path, is_deep=step.input.get("recursive", False))
        files += map(_entry, found_files)
        folders += map(_entry, found_folders)
    step.log.info("Found %d files and %d folders", len(files), len(folders))
    return {"files": files, "folders": folders}


def _below(step: Step, path: str, *, is_deep: bool) -> tuple[list[str], list[str]]:
    """Return the paths of the files and of the folders in a folder; a folder is there when a file lies in it."""
    depth = len([part for part in path.split("/") if part not in ("", ".")])
    files = [file.path.split("/") for file in step.workspace.walk(path)]
    folders = {tuple(parts[:end]) for parts in files for end in range(depth + 1, len(parts))}
    near = [parts for parts in files if is_deep or len(parts) == depth + 1]
    return ["/".join(parts) for parts in near], [
        "/".join(parts) for parts in sorted(folders) if is_deep or len(parts) == depth + 1
    ]


def _entry(path: str) -> dict[str, str]:
    return {"name": path.rpartition("/")[2], "path": path, "fullPath": path}
