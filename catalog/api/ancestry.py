"""`…/ancestry`: an entity, the Location entity that led to it, and so on up to the one that somebody named (P05)."""

from __future__ import annotations

import json

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from catalog import refs
from catalog.api.http import NotFoundError, array, reads, ready
from catalog.api.locations import shape_of
from catalog.models import Entity
from catalog.query.editions import Edition
from catalog.query.predicates import is_storable

# Locations lead to others ten times at most; one more is a circle.
DEEPEST = 12


@reads
def of_entity(request: HttpRequest, edition: Edition, *, kind: str, namespace: str, name: str) -> HttpResponseBase:
    """The entity and its ancestors, each with the reference of its parent."""
    ref = str(refs.EntityRef(kind, namespace, name))
    current = _find(edition, ref)
    if current is None:
        raise NotFoundError(f"No such entity {ref}")
    items: list[str] = []
    while current is not None and len(items) < DEEPEST:
        parent = _find(edition, _parent_ref(current))
        parents = json.dumps([parent.ref] if parent else [])
        items.append(f'{{"entity":{current.document},"parentEntityRefs":{parents}}}')
        current = parent
    return ready(f'{{"rootEntityRef":{json.dumps(ref)},"items":{array(items)}}}')


def _find(edition: Edition, ref: str) -> Entity | None:
    if not ref or not is_storable(ref):
        return None
    return edition.entities.filter(ref=ref).select_related("location").only("ref", "document", "location").first()


def _parent_ref(entity: Entity) -> str:
    """Return the reference of the Location entity that led to `entity`; empty for the one that stands for its place."""
    above = entity.location.parent_ref or shape_of(entity.location)["entityRef"]
    return "" if above == entity.ref else above
