"""`roadiehq:utils:merge`, `:json:merge` and `:yaml:merge`: data into a file of the workspace that has some."""

from __future__ import annotations

import json
from typing import Any

from scaffolder.actions import roadiehq_fs_parse, roadiehq_serialize_yaml
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

DEEPEST = 100

MERGE: dict[str, Any] = {
    "type": "object",
    "required": ["path", "content"],
    "additionalProperties": False,
    "properties": {
        "path": {
            "type": "string",
            "minLength": 1,
            "description": "The file, in JSON or YAML; made when it is not there",
        },
        "content": {"type": ["object", "string"], "description": "What goes into it; a text is read as the file is"},
        "mergeArrays": {
            "type": "boolean",
            "description": "Items come after those of the file; if left out, they take the places of the first ones",
        },
        **{name: {"description": "Accepted, without effect"} for name in ("matchFileIndent", "options")},
    },
}
MERGED: dict[str, Any] = {"type": "object", "properties": {"path": {"type": "string"}}}
EXAMPLES = [{"path": "package.json", "content": {"scripts": {"test": "node --test"}}}]


@action(
    "roadiehq:utils:json:merge",
    description="Brings data into a JSON file of the workspace; what it does not name stays.",
    input_schema=MERGE,
    output_schema=MERGED,
    examples=EXAMPLES,
    can_run_dry=True,
)
def merge_json(step: Step) -> Outputs:
    return _merge(step, "json")


@action(
    "roadiehq:utils:yaml:merge",
    description="Brings data into a YAML file of the workspace; what it does not name stays, but for comments.",
    input_schema=MERGE,
    output_schema=MERGED,
    examples=[{"path": "mkdocs.yml", "content": {"site_name": "Checkout"}}],
    can_run_dry=True,
)
def merge_yaml(step: Step) -> Outputs:
    return _merge(step, "yaml")


@action(
    "roadiehq:utils:merge",
    description="Brings data into a JSON or YAML file of the workspace, whichever its name says.",
    input_schema=MERGE,
    output_schema=MERGED,
    examples=EXAMPLES,
    can_run_dry=True,
)
def merge(step: Step) -> Outputs:
    path = step.input["path"].lower()
    if path.endswith(".json"):
        return _merge(step, "json")
    if path.endswith((".yaml", ".yml")):
        return _merge(step, "yaml")
    raise StepFailed(f"{step.input['path']} is neither .json nor .yaml. Say json:merge or yaml:merge.")


def _merge(step: Step, language: str) -> Outputs:
    path, content = step.input["path"], step.input["content"]
    read = roadiehq_fs_parse.PARSERS[language]
    wanted = read("content", content) if isinstance(content, str) else content
    before: Any = {}
    mode = "100644"
    if step.workspace.exists(path):
        file = step.workspace.read(path)
        before, mode = read(path, file.content.decode("utf-8-sig", "replace")) or {}, file.mode
    if not isinstance(before, dict) or not isinstance(wanted, dict):
        raise StepFailed(f"{path} and what goes into it must both be an object.")
    made = _merged(before, wanted, joins=step.input.get("mergeArrays", False))
    text = (
        json.dumps(made, indent=2, ensure_ascii=False) if language == "json" else roadiehq_serialize_yaml.text_of(made)
    )
    step.workspace.write_bytes(path, text.encode(), mode)
    step.log.info("Merged into %s", path)
    return {"path": path}


def _merged(before: Any, wanted: Any, *, joins: bool, depth: int = 0) -> Any:
    """Return `before` with `wanted` in it, as lodash's `merge` does: lists by place, unless they are to be joined."""
    if depth > DEEPEST:
        raise StepFailed(f"The data are nested more than {DEEPEST} deep.")
    if isinstance(before, dict) and isinstance(wanted, dict):
        names = dict.fromkeys((*before, *wanted))
        return {
            name: _merged(before[name], wanted[name], joins=joins, depth=depth + 1)
            if name in before and name in wanted
            else (wanted if name in wanted else before)[name]
            for name in names
        }
    if isinstance(before, list) and isinstance(wanted, list):
        if joins:
            return [*before, *wanted]
        both = zip(before, wanted, strict=False)
        placed = [_merged(one, other, joins=joins, depth=depth + 1) for one, other in both]
        return [*placed, *before[len(placed) :], *wanted[len(placed) :]]
    return wanted
