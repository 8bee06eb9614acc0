"""`roadiehq:utils:fs:replace`: texts in files of the workspace give way to others."""

from __future__ import annotations

from typing import Any

from scaffolder import templating
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed
from scaffolder.templating import TemplateError

TEXT = {"type": "string"}

REPLACE: dict[str, Any] = {
    "type": "object",
    "required": ["files"],
    "additionalProperties": False,
    "properties": {
        "files": {
            "type": "array",
            "maxItems": 200,
            "items": {
                "type": "object",
                "required": ["file", "find", "replaceWith"],
                "additionalProperties": False,
                "properties": {
                    "file": {**TEXT, "minLength": 1, "description": "From the workspace's root"},
                    "find": {**TEXT, "minLength": 1, "description": "A text, or with `matchRegex` a pattern"},
                    "replaceWith": {**TEXT, "description": "With a pattern, `$1` is its first group"},
                    "matchRegex": {"type": "boolean", "description": "`find` is a regular expression of JavaScript"},
                },
            },
        },
    },
}


@action(
    "roadiehq:utils:fs:replace",
    description="Replaces each occurrence of a text, or of a pattern, in files of the workspace.",
    input_schema=REPLACE,
    examples=[
        {"files": [{"file": "a.md", "find": "old", "replaceWith": "new"}]},
        {"files": [{"file": "a.md", "find": "v(\\d+)", "replaceWith": "version $1", "matchRegex": True}]},
    ],
    can_run_dry=True,
)
def replace(step: Step) -> Outputs:
    for wanted in step.input["files"]:
        path = wanted["file"]
        file = step.workspace.read(path)
        try:
            text = file.content.decode()
        except UnicodeDecodeError as error:
            raise StepFailed(f"{path} is not a text in UTF-8 (byte {error.start}).") from error
        changed = _replaced(text, wanted)
        step.workspace.write_bytes(path, changed.encode(), file.mode)
        step.log.info("%s %s", "Changed" if changed != text else "Nothing to replace in", path)
    return {}


def _replaced(text: str, wanted: dict[str, Any]) -> str:
    if not wanted.get("matchRegex"):
        return text.replace(wanted["find"], wanted["replaceWith"])
    # The pattern is JavaScript's, and runs where no pattern takes for ever: inside the interpreter of expressions.
    source = f"${{{{ text | replace(r/{_literal(wanted['find'])}/g, replacement) }}}}"
    try:
        found: str = templating.render_text(source, {"text": text, "replacement": wanted["replaceWith"]})
    except TemplateError as error:
        raise StepFailed(f"The pattern {wanted['find']} cannot be used on {wanted['file']}: {error}") from error
    return found


def _literal(pattern: str) -> str:
    """Return a pattern as it stands between two slashes."""
    made, is_escaped = [], False
    for sign in pattern:
        made.append({"\n": "\\n", "\r": "\\r"}.get(sign, "\\/" if sign == "/" and not is_escaped else sign))
        is_escaped = sign == "\\" and not is_escaped
    return "".join(made)
