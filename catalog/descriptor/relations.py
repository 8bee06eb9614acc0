"""What an entity points at: the relations that its fields declare (R01 to R13), and how each reads the other way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog import refs

Path = tuple[str | int, ...]

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
LONGEST_TYPE = 63
# Of kinds that an installation adds, set anew whenever these change.
_further: Mapping[str, str] = {}


@dataclass(frozen=True)
class RelationField:
    """A field of `spec` that holds one ref or a list of them.

    Attributes:
        name: with dots for a field in a field.
        kind: of a ref that names none; empty where the ref must carry its kind (R07, R08).
        reverse: the type as the other side tells it; empty for the relations that every catalog has.
        of_type: the `type` that an entity must have for the field to mean anything; empty for all.
    """

    name: str
    type: str
    kind: str
    rule: str
    reverse: str = ""
    of_type: str = ""


@dataclass(frozen=True)
class BadRef:
    """A ref in a field that cannot be read; `path` leads to it from the entity."""

    path: Path
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
        names = field.name.split(".")
        if names[0] not in spec or (field.of_type and spec.get("type") != field.of_type):
            continue
        for path, text in _texts(("spec",), spec, names):
            target = target_ref(text, kind=field.kind, namespace=namespace)
            if target:
                found[Declared(field.type, target)] = None
            else:
                bad.append(BadRef(path, text, field))
    return list(found), bad


def inverse_of(type_: str) -> str | None:
    """Return how a relation reads from its other end; None when nobody has said so."""
    return INVERSE.get(type_) or _further.get(type_)


def use_further(pairs: Mapping[str, str]) -> None:
    """Take these types, both ways round, for the further ones, in place of those before."""
    global _further  # noqa: PLW0603 — one for the process, put in place whole
    _further = dict(pairs)


def target_ref(text: str, *, kind: str, namespace: str) -> str:
    """Return the full ref that `text` means; empty when it means none."""
    try:
        ref = str(refs.parse(text, default_kind=kind or None, default_namespace=namespace))
    except refs.RefError:
        return ""
    return ref if len(ref) <= refs.LONGEST else ""


def _texts(path: Path, value: Any, names: list[str]) -> Iterator[tuple[Path, str]]:
    """Yield the texts that `names` lead to, field in field, through lists on the way."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts((*path, index), item, names)
    elif names:
        if isinstance(value, dict) and names[0] in value:
            yield from _texts((*path, names[0]), value[names[0]], names[1:])
    elif isinstance(value, str):
        yield path, value
