"""Where an entity was read: its address at the host, its line, what led to it, and what else was read there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.actors import Actor
from catalog import links
from catalog.models import Entity, Location, address_of

EDIT_URL, VIEW_URL, SOURCE = "backstage.io/edit-url", "backstage.io/view-url", "backstage.io/source-location"
# How many places above a location are looked up in one statement; they lead to each other ten times at most.
ABOVE = "__".join(["parent"] * 10)


@dataclass(frozen=True)
class Ancestor:
    """A step on the way to an entity: the place, and the Location entity that named it, if one did."""

    location: Location
    title: str = ""
    url: str = ""

    @property
    def is_root(self) -> bool:
        return self.location.parent_id is None


def annotation(document: Mapping[str, Any], name: str) -> str:
    """Return an annotation of a stitched entity, or nothing."""
    annotations = (document.get("metadata") or {}).get("annotations") or {}
    return str(annotations.get(name, ""))


def source_url(document: Mapping[str, Any]) -> str:
    """Return the address of the folder that holds the entity's source, or nothing when it is no address."""
    return annotation(document, SOURCE).removeprefix("url:")


def line_url(entity: Entity, document: Mapping[str, Any]) -> str:
    """Return the address of the entity's first line at the host; nothing when the file has no address."""
    view_url = links.safe(annotation(document, VIEW_URL))
    if not view_url or "#" in view_url or entity.descriptor is None:
        return view_url
    return f"{view_url}#L{entity.descriptor.line}"


def ancestry(entity: Entity, *, actor: Actor) -> list[Ancestor]:
    """Return the places that led to an entity, from the one that it was read from up to the one that somebody named."""
    place: Location | None = Location.objects.select_related(ABOVE).get(pk=entity.location_id)
    places: list[Location] = []
    while place is not None:
        places.append(place)
        place = place.parent
    named = [place.parent_ref for place in places if place.parent_ref]
    titles = dict(Entity.objects.visible_to(actor).filter(ref__in=named).values_list("ref", "title"))
    return [
        Ancestor(place, titles[place.parent_ref], address_of(place.parent_ref))
        if place.parent_ref in titles
        else Ancestor(place)
        for place in places
    ]


def colocated(entity: Entity, *, actor: Actor, most: int = 20) -> list[Entity]:
    """Return other entities of the same file, the first by name; of the same location when the file is not known."""
    others = Entity.objects.visible_to(actor).filter(location_id=entity.location_id).exclude(pk=entity.pk)
    if entity.descriptor:
        others = others.filter(descriptor__file_id=entity.descriptor.file_id)
    return list(others.for_listing()[:most])
