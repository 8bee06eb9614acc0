"""`roadiehq:utils:zip`: a file or a folder of the workspace as one archive in it."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from scaffolder.files import paths
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

# A step that runs again makes the same archive: the format begins to count then.
MADE_AT = (1980, 1, 1, 0, 0, 0)

ZIP: dict[str, Any] = {
    "type": "object",
    "required": ["path", "outputPath"],
    "additionalProperties": False,
    "properties": {
        "path": {"type": "string", "description": "The file or folder; `.` for all of the workspace"},
        "outputPath": {"type": "string", "minLength": 1, "description": "The archive, from the workspace's root"},
    },
}
ZIPPED: dict[str, Any] = {"type": "object", "properties": {"outputPath": {"type": "string"}}}


@action(
    "roadiehq:utils:zip",
    description="Packs a file or a folder of the workspace into a ZIP archive.",
    input_schema=ZIP,
    output_schema=ZIPPED,
    examples=[{"path": ".", "outputPath": "service.zip"}],
    can_run_dry=True,
)
def pack(step: Step) -> Outputs:
    source, target = "/".join(paths.parts(step.input["path"])), paths.clean(step.input["outputPath"])
    is_file = bool(source) and not step.workspace.is_folder(source)
    files = [step.workspace.read(source)] if is_file else step.workspace.files(source)
    files = [file for file in files if file.path != target]
    if not files:
        raise StepFailed(f"There is nothing to pack in {step.input['path']}.")
    prefix = f"{source.rpartition('/')[0]}/" if is_file else f"{source}/"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.path.removeprefix(prefix), MADE_AT)
            entry.external_attr = int(file.mode, 8) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.content)
    step.workspace.write_bytes(target, made.getvalue())
    step.log.info("Packed %d files into %s", len(files), target)
    return {"outputPath": target}
