"""What an entity points at: the relations that its fields declare (R01 to R13), and how each reads the other way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog import refs

PAIRS = (
    ("ownedBy", "ownerOf"),
    ("partOf", "hasPart"),
    ("providesApi", "apiProvidedBy"),
    ("consumesApi", "apiConsumedBy"),
    ("dependsOn", "dependencyOf"),
    ("memberOf", "hasMember"),
    ("childOf", "parentOf"),
)
INVERSE = {**dict(PAIRS), **{reverse: forward for forward, reverse in PAIRS}}


@dataclass(frozen=True)
class RelationField:
    """A field of `spec` that holds one ref or a list of them.

    Attributes:
        kind: of a ref that names none; empty where the ref must carry its kind (R07, R08).
    """

    name: str
    type: str
    kind: str
    rule: str


@dataclass(frozen=True)
class BadRef:
    """A ref in a field that cannot be read; `path` leads to it from the entity."""

    path: tuple[str | int, ...]
    text: str
    field: RelationField


@dataclass(frozen=True)
class Declared:
    """A relation as its own side tells it."""

    type: str
    target_ref: str


def declared(entity: dict[str, Any], fields: tuple[RelationField, ...]) -> tuple[list[Declared], list[BadRef]]:
    """Return what `entity` points at, in the order of its fields and each once, and the refs that cannot be read.

    A short ref is in the namespace of the entity that holds it.
    """
    namespace = entity["metadata"].get("namespace") or "default"
    spec = entity.get("spec") or {}
    found: dict[Declared, None] = {}
    bad: list[BadRef] = []
    for field in fields:
        value = spec.get(field.name)
        for path, text in _texts(("spec", field.name), value):
            target = target_ref(text, kind=field.kind, namespace=namespace)
            if target:
                found[Declared(field.type, target)] = None
            else:
                bad.append(BadRef(path, text, field))
    return list(found), bad


def target_ref(text: str, *, kind: str, namespace: str) -> str:
    """Return the full ref that `text` means; empty when it means none."""
    try:
        ref = str(refs.parse(text, default_kind=kind or None, default_namespace=namespace))
    except refs.RefError:
        return ""
    return ref if len(ref) <= refs.LONGEST else ""


def _texts(path: tuple[str | int, ...], value: Any) -> list[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, list):
        return [((*path, index), item) for index, item in enumerate(value) if isinstance(item, str)]
    return []
