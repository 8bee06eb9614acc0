"""JSON Schemas of whole entities, for editors: the kinds as the catalog checks them, in the words of the format.

A schema cannot say all that the catalog checks (two keys that differ only in case, say), so it is a help, not the rule.
"""

from __future__ import annotations

from typing import Any

from catalog.descriptor import checks, envelope
from catalog.descriptor.kinds import CORE, Kind, Schema

DRAFT = "https://json-schema.org/draft/2020-12/schema"
# What only the catalog itself reads in a schema.
OWN_WORDS = {"x-expected": "description"}
LEFT_OUT = {"x-rule"}
LABEL = "[a-z0-9]+(?:-+[a-z0-9]+)*"
SUBDOMAIN = rf"{LABEL}(?:\.{LABEL})*"
NAME = "(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
KEYS: Schema = {"pattern": f"^(?:{SUBDOMAIN}/)?{NAME}$"}
PLACEHOLDER: Schema = {
    "type": "object",
    "description": "A file whose content stands here",
    "minProperties": 1,
    "maxProperties": 1,
    "propertyNames": {"pattern": "^\\$"},
}
# Fields that are often in a file of their own.
FROM_FILES = {"definition"}


def _form(check: checks.Check, pattern: str, longest: int = 63) -> Schema:
    return {"type": "string", "maxLength": longest, "pattern": f"^{pattern}$", "description": check.cure}


METADATA: Schema = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": _form(checks.ENTITY_NAME, NAME),
        "namespace": {**_form(checks.NAMESPACE, LABEL), "default": "default"},
        "title": {
            "type": "string",
            "minLength": 1,
            "maxLength": envelope.LONGEST_TITLE,
            "description": "What pages show instead of the name",
        },
        "description": {"type": "string", "maxLength": envelope.LONGEST_DESCRIPTION},
        "labels": {
            "type": "object",
            "maxProperties": envelope.MOST_LABELS,
            "propertyNames": KEYS,
            "additionalProperties": _form(checks.LABEL_VALUE, f"(?:{NAME})?"),
        },
        "annotations": {
            "type": "object",
            "maxProperties": envelope.MOST_ANNOTATIONS,
            "propertyNames": KEYS,
            "additionalProperties": {"type": "string"},
        },
        "tags": {
            "type": "array",
            "maxItems": envelope.MOST_TAGS,
            "items": _form(checks.TAG_FORM, "[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*"),
        },
        "links": {
            "type": "array",
            "maxItems": envelope.MOST_LINKS,
            "items": {
                "type": "object",
                "required": ["url"],
                "properties": {
                    "url": {"type": "string", "minLength": 1, "description": checks.LINK_URL.cure},
                    "title": {"type": "string", "minLength": 1},
                    "icon": {"type": "string", "minLength": 1},
                    "type": {"type": "string", "minLength": 1},
                },
            },
        },
    },
}


def of_kind(kind: Kind) -> Schema:
    """Return the JSON Schema of the entities of a kind."""
    required = ["apiVersion", "kind", "metadata"]
    return {
        "$schema": DRAFT,
        "title": kind.name,
        "type": "object",
        "required": [*required, "spec"] if kind.name in CORE else required,
        "additionalProperties": False,
        "properties": {
            "apiVersion": {"enum": list(kind.versions)},
            "kind": {"const": kind.name},
            "metadata": METADATA,
            "spec": _told(kind.schema),
        },
    }


def of_all(kinds: list[Kind]) -> Schema:
    """Return the JSON Schema of an entity of any of some kinds, which leads to the file of its kind."""
    return {
        "$schema": DRAFT,
        "title": "Entity",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"kind": {"enum": [kind.name for kind in kinds]}},
        "allOf": [
            {
                "if": {"required": ["kind"], "properties": {"kind": {"const": kind.name}}},
                "then": {"$ref": file_name(kind)},
            }
            for kind in kinds
        ],
    }


def file_name(kind: Kind) -> str:
    """Return what the file of a kind's schema is called."""
    return f"{kind.name}.schema.json"


def _told(node: Any) -> Any:
    """Return a schema in words that every editor knows, in which files may stand for texts that are often in one."""
    if isinstance(node, list):
        return [_told(part) for part in node]
    if not isinstance(node, dict):
        return node
    told = {OWN_WORDS.get(key, key): _told(part) for key, part in node.items() if key not in LEFT_OUT}
    for name in FROM_FILES & told.get("properties", {}).keys():
        told["properties"][name] = {"anyOf": [told["properties"][name], PLACEHOLDER]}
    return told
