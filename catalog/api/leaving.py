"""Entities that clients delete (P06)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import leaving
from catalog.api.http import requires
from catalog.models import Entity


@requires(Act.REGISTER_ENTITY)
def by_uid(request: PortalRequest, *, uid: str) -> HttpResponseBase:
    """Delete one entity; where its file still describes it, the next reading brings it back (I13).

    One that is not there is gone already: a client may ask twice.
    """
    try:
        entity = Entity.objects.visible_to(request.actor).filter(uid=UUID(uid)).first()
    except ValueError:
        entity = None
    if entity is not None:
        leaving.delete_entity(entity, request.actor)
    return HttpResponse(status=204)
