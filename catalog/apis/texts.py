"""Definitions that are YAML or JSON as plain data."""

from __future__ import annotations

import json
import re
from typing import Any

from catalog import documents
from catalog.apis.outlines import Unreadable

# What no database keeps and no page shows: a null character, and halves of signs.
ODD = re.compile(r"\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})")


def read(text: str) -> dict[str, Any]:
    """Return the map that a definition is.

    Raises:
        Unreadable: it is neither YAML nor JSON, or no map.
    """
    value = _json(text) if text.lstrip()[:1] == "{" else None
    if value is None:
        document = documents.load_one(text)
        if document.problems:
            first = document.problems[0]
            raise Unreadable(first.message, first.line, first.column)
        value = document.value
    if not isinstance(value, dict):
        raise Unreadable("It is no map of names and values.", 1, 1)
    return value


def _json(text: str) -> Any:
    """Return what a JSON text says; None when it is none, or too deep for a reader, and YAML's words are better."""
    try:
        return json.loads(ODD.sub(r"\\ufffd", text))
    except (ValueError, RecursionError):
        return None


def mapping(value: Any, name: str) -> dict[str, Any]:
    """Return the map under a name, with the names that are texts; empty when there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return {key: each for key, each in found.items() if isinstance(key, str)} if isinstance(found, dict) else {}


def listing(value: Any, name: str) -> list[Any]:
    """Return the list under a name; empty when there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def text(value: Any, name: str) -> str:
    """Return the text under a name; empty when there is none. A number is what YAML makes of `version: 1.0`."""
    found = value.get(name) if isinstance(value, dict) else None
    if isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    return found if isinstance(found, str) else ""
