"""The frame of a template: YAML, what all entities have (C01 to C12), and the types of its own fields (K10, T)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from catalog.descriptor import envelope
from catalog.problems import Problem
from scaffolder.lint.rules import RULES
from scaffolder.lint.schemas import Mistake, mistakes
from scaffolder.lint.subject import Subject

API_VERSION = "scaffolder.backstage.io/v1beta3"
# Said by L02, with what a template wants there.
SAID = {("apiVersion",), ("kind",)}

_TEXT = {"type": "string", "minLength": 1}
_CONDITION = {"type": ["string", "boolean"]}
_PLACEHOLDER = {"required": ["$yaml"]}
_STEP = {
    "type": "object",
    "if": _PLACEHOLDER,
    "else": {
        "required": ["action"],
        "properties": {
            "id": _TEXT,
            "name": {"type": "string"},
            "action": _TEXT,
            "input": {"type": ["object", "null"]},
            "if": _CONDITION,
            "each": {"type": ["string", "array", "object"]},
        },
    },
}
_LINK = {
    "type": "object",
    "properties": {"url": _TEXT, "entityRef": _TEXT, "title": _TEXT, "icon": _TEXT, "if": _CONDITION},
}
_NOTE = {
    "type": "object",
    "properties": {"title": _TEXT, "icon": _TEXT, "content": _TEXT, "if": _CONDITION, "default": {"type": "boolean"}},
}
_TEXTS = {"type": "array", "items": _TEXT}
_TEST = {
    "type": "object",
    "required": ["name", "expect"],
    "additionalProperties": False,
    "properties": {
        "name": _TEXT,
        "values": {"type": "object"},
        "secrets": {"type": "object", "additionalProperties": {"type": "string"}},
        "expect": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {
                # A part of the file's text, several of them, or true: it is there.
                "files": {"type": "object", "additionalProperties": {"anyOf": [_TEXT, _TEXTS, {"const": True}]}},
                "absent": _TEXTS,
                "output": {"type": "object"},
                # A part of what is said when the form or a step refuses the values.
                "error": _TEXT,
            },
        },
    },
}
TEMPLATE = {
    "type": "object",
    "required": ["spec"],
    "properties": {
        "spec": {
            "type": "object",
            "required": ["type", "steps"],
            "properties": {
                "type": _TEXT,
                "owner": _TEXT,
                "lifecycle": _TEXT,
                "parameters": {"type": ["object", "array"], "items": {"type": "object"}},
                "steps": {"type": "array", "minItems": 1, "items": _STEP},
                "output": {
                    "type": "object",
                    "properties": {
                        "links": {"type": "array", "items": _LINK},
                        "text": {"type": "array", "items": _NOTE},
                    },
                },
                "presentation": {"type": "object"},
                "secrets": {"type": "object"},
                "tests": {"type": "array", "items": _TEST},
            },
        },
    },
}

CURES = {
    ("spec",): "Add `spec:` with `type`, `parameters` and `steps`.",
    ("spec", "type"): "Add `type: service` under `spec`: it groups templates in the gallery.",
    ("spec", "steps"): "Add `steps:` with at least one step.",
    ("action",): "Name the action that the step runs, such as `action: fetch:template`.",
}


def check(subject: Subject) -> None:
    """Note what is wrong with the frame; what is no map at all gets no further problem."""
    for problem in subject.document.problems:
        subject.problems.append(_yaml(problem))
    value = subject.document.value
    if subject.document.is_broken:
        return
    if not isinstance(value, Mapping):
        subject.add("L02", "There is no template here: the file is empty or not a map.", (1, 1), cure=_begin())
        return
    _check_kind(subject, value)
    if value.get("kind") not in ("Template", None):
        return
    faults = (fault for fault in envelope.check(value) if fault.path not in SAID)
    subject.problems += [fault.problem(subject.document.positions) for fault in faults]
    for mistake in mistakes(TEMPLATE, value):
        _note(subject, mistake)


def _yaml(problem: Problem) -> Problem:
    rule = "L01" if problem.is_error else "L05"
    known = problem.to_json() | {"rule": rule, "severity": RULES[rule].severity}
    return Problem.from_json(known)


def _begin() -> str:
    return f"Begin with `apiVersion: {API_VERSION}` and `kind: Template`."


def _check_kind(subject: Subject, value: Mapping[str, Any]) -> None:
    for key, wanted in (("apiVersion", API_VERSION), ("kind", "Template")):
        found = value.get(key)
        if found == wanted:
            continue
        message = f"`{key}` is {found!r}." if key in value else f"`{key}` is missing."
        place = subject.value_at((key,)) if key in value else (1, 1)
        subject.add("L02", message, place, cure=f"Write `{key}: {wanted}`.", expected=wanted, found=str(found or ""))


def _note(subject: Subject, mistake: Mistake) -> None:
    known = (cure for end, cure in CURES.items() if mistake.path[-len(end) :] == end)
    cure = mistake.cure or next(known, f"Write {mistake.expected}." if mistake.expected else "Mend it, or remove it.")
    where = ".".join(str(part) for part in mistake.path)
    place = subject.key_at(mistake.path) if mistake.is_key else subject.value_at(mistake.path)
    subject.add("L03", f"`{where}` {mistake.says}", place, cure=cure, expected=mistake.expected, found=mistake.found)
