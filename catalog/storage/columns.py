"""What of an entity stands in columns of its own, to filter, sort and search by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from catalog.descriptor.relations import Declared

LONGEST = 255
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class Columns(NamedTuple):
    """The columns of `Entity` that its descriptor alone decides, in the order in which they are written."""

    title: str
    description: str
    type: str
    lifecycle: str
    owner_ref: str
    system_ref: str
    tags: list[str]
    search_text: str
    sort_key: str
    source: str
    source_hash: str


def of_entity(entity: dict[str, Any], relations: Iterable[Declared]) -> Columns:
    """Return the columns of a checked entity."""
    metadata, spec = entity["metadata"], entity.get("spec") or {}
    title = metadata.get("title") or _display_name(spec) or _target(metadata["name"], spec) or metadata["name"]
    description = metadata.get("description") or ""
    tags = list(metadata.get("tags") or ())
    source = as_json(entity)
    return Columns(
        title=title[:LONGEST],
        description=description,
        type=_short(spec.get("type")),
        lifecycle=_short(spec.get("lifecycle")),
        owner_ref=_first(relations, "ownedBy", ""),
        system_ref=_first(relations, "partOf", "system:"),
        tags=tags,
        search_text="\n".join((metadata["name"], title, description, " ".join(tags))).lower(),
        sort_key=title.casefold()[:LONGEST],
        source=source,
        source_hash=digest(source),
    )


def as_json(value: Any) -> str:
    """Return the JSON text that is stored and answered."""
    return ENCODER.encode(value)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _display_name(spec: dict[str, Any]) -> str:
    """Return what a person or a team is called."""
    profile = spec.get("profile")
    name = profile.get("displayName") if isinstance(profile, dict) else None
    return name if isinstance(name, str) else ""


def _target(name: str, spec: dict[str, Any]) -> str:
    """Return where a location leads whose name is only a hash (I01)."""
    target = spec.get("target") if name.startswith("generated-") else ""
    return target.partition("://")[2] or target if isinstance(target, str) else ""


def _short(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _first(relations: Iterable[Declared], type_: str, prefix: str) -> str:
    found = (
        relation.target_ref
        for relation in relations
        if relation.type == type_ and relation.target_ref.startswith(prefix)
    )
    return next(found, "")
