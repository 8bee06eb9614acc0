"""The Location entity that stands for a place that somebody named (I01)."""

from __future__ import annotations

from catalog.descriptor.annotations import MANAGED_BY, MANAGED_BY_ORIGIN
from catalog.descriptor.descriptors import Parsed
from catalog.documents import Document
from catalog.models import Entity, Location
from catalog.refs import generated_name
from catalog.storage import facets


def ref_of(location: Location) -> str:
    """Return the ref of the entity that stands for `location`."""
    return f"location:default/{generated_name(location.type, location.target)}"


def of_location(location: Location) -> list[Parsed]:
    """Return the entity that stands for a location that somebody named, unless it is stored already (I01)."""
    if location.origin == Location.Origin.LOCATION or location.type == Location.Type.ADMIN or location.is_provider:
        return []
    ref = ref_of(location)
    if Entity.objects.filter(ref=ref).exists():
        return []
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {
            "name": ref.rpartition("/")[2],
            "namespace": "default",
            "annotations": {MANAGED_BY: str(location), MANAGED_BY_ORIGIN: str(location)},
        },
        "spec": {
            "type": location.type,
            "target": location.target,
            "presence": "optional" if location.is_optional else "required",
        },
    }
    found = facets.rows(facets.pairs(entity))
    return [Parsed(ref, Document(None, [], 1, 0), entity=entity, facets=found)]
