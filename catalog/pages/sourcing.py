"""Where an entity was read, and what else was read there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.actors import Actor
from catalog.models import Entity

EDIT_URL, VIEW_URL, SOURCE = "backstage.io/edit-url", "backstage.io/view-url", "backstage.io/source-location"


def annotation(document: Mapping[str, Any], name: str) -> str:
    """Return an annotation of a stitched entity, or nothing."""
    annotations = (document.get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(name, ""))


def source_url(document: Mapping[str, Any]) -> str:
    """Return the address of the folder that holds the entity's source, or nothing when it is no address."""
    return annotation(document, SOURCE).removeprefix("url:")


def colocated(entity: Entity, *, actor: Actor, most: int = 20) -> list[Entity]:
    """Return other entities of the same file, the first by name; of the same location when the file is not known."""
    others = Entity.objects.visible_to(actor).filter(location_id=entity.location_id).exclude(pk=entity.pk)
    if entity.descriptor:
        others = others.filter(descriptor__file_id=entity.descriptor.file_id)
    return list(others.for_listing()[:most])
