"""`roadiehq:utils:fs:parse`: what a file of the workspace says, as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from catalog import documents
from catalog.documents import Document
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

PARSE: dict[str, Any] = {
    "type": "object",
    "required": ["path"],
    "additionalProperties": False,
    "properties": {
        "path": {"type": "string", "minLength": 1, "description": "The file, from the workspace's root"},
        "parser": {
            "enum": ["yaml", "json", "multiyaml"],
            "description": "How it is read; as a text if left out, as a list of documents with `multiyaml`",
        },
    },
}
PARSED: dict[str, Any] = {
    "type": "object",
    "properties": {"content": {"description": "The text, or the data that it stands for"}},
}


@action(
    "roadiehq:utils:fs:parse",
    description="Gives the content of a file of the workspace to the steps that follow, as a text or as data.",
    input_schema=PARSE,
    output_schema=PARSED,
    examples=[{"path": "a.md"}, {"path": "package.json", "parser": "json"}],
    can_run_dry=True,
)
def parse(step: Step) -> Outputs:
    path = step.input["path"]
    try:
        text = step.workspace.read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise StepFailed(f"{path} is not a text in UTF-8 (byte {error.start}).") from error
    return {"content": PARSERS[step.input.get("parser", "text")](path, text)}


def _json(path: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise StepFailed(f"{path} is not JSON: {error}.") from error
    except RecursionError as error:
        raise StepFailed(f"{path} is nested too deeply.") from error


def _yaml(path: str, text: str) -> Any:
    return _value(path, documents.load_one(text))


def _all_yaml(path: str, text: str) -> list[Any]:
    return [_value(path, document) for document in documents.load_all(text)]


def _value(path: str, document: Document) -> Any:
    for problem in document.problems:
        raise StepFailed(f"{path}, line {problem.line}: {problem.message} {problem.cure}".strip())
    return document.value


PARSERS: dict[str, Callable[[str, str], Any]] = {
    "text": lambda path, text: text,
    "json": _json,
    "yaml": _yaml,
    "multiyaml": _all_yaml,
}
