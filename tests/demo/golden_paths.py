"""Renders a golden path of Acme as a run does, without a run: its fetch steps and its workflows."""

import functools
import json
from pathlib import Path
from typing import Any

from catalog import documents
from demo import loading
from scaffolder import templating
from scaffolder.files import skeletons
from scaffolder.sources import TemplateSource

FOLDER = loading.ACME / "golden-paths"
REPO_URL = "forge.acme.example?owner=acme&repo=gift-wrap"


def template(path: str) -> dict[str, Any]:
    """Return the template in the folder `path`."""
    document = documents.load_one((FOLDER / path / "template.yaml").read_text(encoding="utf-8"))
    assert document.problems == []
    found: dict[str, Any] = document.value
    return found


def rendered(path: str, /, **parameters: Any) -> dict[str, str]:
    """Return the files that a run of the golden path in the folder `path` would publish."""
    given = {"name": "gift-wrap", "owner": "group:default/shop", "repoUrl": REPO_URL, **parameters}
    return dict(_rendered(path, json.dumps(given)))


@functools.cache
def _rendered(path: str, parameters: str) -> dict[str, str]:
    source = TemplateSource(ref=f"template:default/{path}", base_url=f"{(FOLDER / path).as_uri()}/")
    context = {"parameters": json.loads(parameters)}
    made: dict[str, str] = {}
    for step in template(path)["spec"]["steps"]:
        if step["action"] == "fetch:template":
            asked = templating.render_value(step["input"], context)
            files = skeletons.render_tree(source.tree(asked["url"]).files, asked["values"])
            made |= {file.path: file.content.decode() for file in files}
        if step["action"] == "github:actions:create":
            made |= {f".github/workflows/{file}": workflow(path, file) for file in step["input"]["workflows"]}
    return made


def workflow(path: str, file: str) -> str:
    """Return a workflow of the golden path, or the one that all share."""
    own = FOLDER / path / "workflows" / file
    return (own if own.is_file() else FOLDER / "workflows" / file).read_text(encoding="utf-8")


def write(files: dict[str, str], folder: Path) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
