"""What the bodies of requests bring, and what is wrong with it."""

from __future__ import annotations

from typing import Any

from catalog.api.http import InputError
from scaffolder.forms.questions import FieldError


def object_of(given: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object that a body has under `name`."""
    found = given.get(name)
    if not isinstance(found, dict):
        raise InputError(f"{name} is missing, or no object")
    return found


def secrets_of(given: dict[str, Any]) -> dict[str, str]:
    """Return the secrets that came with a body."""
    found = given.get("secrets") or {}
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise InputError("secrets must be an object of texts")
    return found


def fault(error: FieldError) -> dict[str, Any]:
    """Return what is wrong with a value in the shape of Backstage's validator, and in our words."""
    place = "".join(f".{part}" for part in error.path)
    told = f"{error.message} {error.hint}".strip()
    return {
        "path": list(error.path),
        "property": f"instance{place}",
        "message": told,
        "stack": f"instance{place} {told}",
    }
