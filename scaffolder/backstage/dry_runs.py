"""A template that is nowhere yet, played without touching anything: what it would make, say and give."""

from __future__ import annotations

import base64
import binascii
import json
import tempfile
from pathlib import Path
from typing import Any

from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.api import parameters
from catalog.api.http import InputError, answer, requires
from scaffolder import engine
from scaffolder.backstage import bodies
from scaffolder.engine import spec as specs
from scaffolder.engine.dry import DryRun
from scaffolder.files import paths
from scaffolder.files.paths import PathRefused
from scaffolder.forms import validation
from scaffolder.sources import TemplateSource

MOST_FILES = 1_000


# As in the editor: a template may fetch whatever the portal's own credential reads.
@requires(Act.EDIT_TEMPLATES)
def play(request: PortalRequest) -> HttpResponseBase:
    """Files, log, output and steps of a dry run."""
    given = parameters.body(request)
    values, document = bodies.object_of(given, "values"), bodies.object_of(given, "template")
    try:
        spec = specs.from_document(document)
        faults = validation.validate(spec.pages, values, actor=request.actor)
    except (engine.TemplateBroken, validation.SchemaRefused) as error:
        raise InputError(str(error)) from error
    if faults:
        return answer({"errors": [bodies.fault(fault) for fault in faults]}, status=400)
    with tempfile.TemporaryDirectory(prefix="waymark-template-") as folder:
        _lay(Path(folder), given.get("directoryContents"))
        source = TemplateSource(ref="template:default/dry-run", base_url=f"{Path(folder).as_uri()}/")
        found = engine.dry_run(spec, values, template=source, actor=request.actor, secrets=bodies.secrets_of(given))
    return answer(_shape(found, document))


def _lay(folder: Path, contents: Any) -> None:
    """Write the files that came along into `folder`, and nowhere else."""
    if not isinstance(contents, list) or len(contents) > MOST_FILES:
        raise InputError(f"directoryContents must be a list of at most {MOST_FILES} files")
    for number, item in enumerate(contents):
        path, content = (item.get("path"), item.get("base64Content")) if isinstance(item, dict) else (None, None)
        if not isinstance(path, str) or not isinstance(content, str):
            raise InputError(f"directoryContents[{number}] must have a path and base64Content")
        try:
            target = folder / paths.clean(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(base64.b64decode(content, validate=True))
        except (PathRefused, binascii.Error) as error:
            raise InputError(f"directoryContents[{number}]: {error}") from error
        except OSError as error:
            raise InputError(f"directoryContents[{number}]: {path} is a file and a folder, or too long") from error


def _shape(found: DryRun, document: dict[str, Any]) -> dict[str, Any]:
    log = [{"body": {"message": line.message, "stepId": line.step_id}} for line in found.log]
    log += [
        {"body": {"message": step.error, "stepId": step.id, "status": "failed"}} for step in found.steps if step.error
    ]
    written = document["spec"]["steps"]
    return {
        "log": log,
        "directoryContents": [
            {
                "path": file.path,
                "executable": file.mode == "100755",
                "base64Content": base64.b64encode(file.content).decode(),
            }
            for file in found.files
        ],
        "output": found.output,
        "steps": [
            {**json.loads(json.dumps(step)), "id": known.id, "name": known.name}
            for step, known in zip(written, found.steps, strict=True)
        ],
    }
