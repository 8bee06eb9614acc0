"""The frame of a template: YAML, kind, and the types of its fields (K10, T)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from catalog.problems import Problem
from scaffolder.lint.rules import RULES
from scaffolder.lint.schemas import Mistake, mistakes
from scaffolder.lint.subject import Subject

API_VERSION = "scaffolder.backstage.io/v1beta3"
NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]", re.ASCII)

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
TEMPLATE = {
    "type": "object",
    "required": ["metadata", "spec"],
    "properties": {
        "metadata": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": _TEXT,
                "namespace": _TEXT,
                "title": _TEXT,
                "description": {"type": "string"},
                "tags": {"type": "array", "items": _TEXT},
            },
        },
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
            },
        },
    },
}

CURES = {
    ("metadata",): "Add `metadata:` with `name: my-template`.",
    ("spec",): "Add `spec:` with `type`, `parameters` and `steps`.",
    ("metadata", "name"): "Add `name: my-template` under `metadata`.",
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
    for mistake in mistakes(TEMPLATE, value):
        _note(subject, mistake)
    _check_name(subject, value)


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
    cure = mistake.cure or next((cure for end, cure in CURES.items() if mistake.path[-len(end) :] == end), "")
    where = ".".join(str(part) for part in mistake.path)
    place = subject.key_at(mistake.path) if mistake.is_key else subject.value_at(mistake.path)
    subject.add("L03", f"`{where}` {mistake.says}", place, cure=cure, expected=mistake.expected, found=mistake.found)


def _check_name(subject: Subject, value: Mapping[str, Any]) -> None:
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, Mapping) else None
    if isinstance(name, str) and name and not NAME.fullmatch(name):
        subject.add(
            "L04",
            f"`{name}` is no name for the catalog.",
            subject.value_at(("metadata", "name")),
            cure="Use at most 63 letters, digits, hyphens, dots and underscores, with a letter or digit at both ends.",
            found=name,
        )
