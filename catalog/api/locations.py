"""The places that the catalog reads, as clients list, register and remove them (P09 to P13), and refreshing (P14)."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import locations, refs
from catalog.api import parameters
from catalog.api.http import (
    ConflictError,
    InputError,
    NotFoundError,
    answer,
    array,
    ready,
    requires,
)
from catalog.locations import LocationExists, LocationUnreadable
from catalog.models import Entity, Location, LocationQuerySet
from catalog.query import queries
from catalog.query.editions import Edition

REGISTERED = (Location.Origin.REGISTERED, Location.Origin.COMMAND)
TRUE = ("true", "yes", "y", "1", "on")
ALLOWED_TYPES = ["url"]
FIELDS = {"type", "target", "presence"}


def shape(type_: str, target: str, *, id_: str) -> dict[str, str]:
    """Return a location as the API tells it."""
    name = refs.generated_name(type_, target)
    return {"id": id_, "target": target, "type": type_, "entityRef": f"location:default/{name}"}


def shape_of(location: Location) -> dict[str, str]:
    """Return a stored location as the API tells it."""
    return shape(location.type, location.target, id_=str(location.pk))


def registered() -> LocationQuerySet:
    """The locations that the API knows: what somebody registered, nothing of the configuration."""
    return Location.objects.filter(origin__in=REGISTERED)


@requires(Act.READ_CATALOG)
def listing(request: HttpRequest) -> HttpResponseBase:
    """Every location that somebody registered."""
    return answer([{"data": shape_of(location)} for location in registered().order_by("pk")])


@requires(Act.READ_CATALOG)
def by_id(request: HttpRequest, *, location_id: str) -> HttpResponseBase:
    """One registered location."""
    return answer(shape_of(_find(location_id)))


@requires(Act.READ_CATALOG)
def by_entity(request: PortalRequest, *, kind: str, namespace: str, name: str) -> HttpResponseBase:
    """The registered location that an entity came from, through however many others."""
    ref = str(refs.EntityRef(kind, namespace, name))
    entity = _entity(request, ref)
    if entity is None:
        raise NotFoundError(f"found no entity for ref {ref}")
    root = entity.location.root
    if root.origin not in REGISTERED:
        raise NotFoundError(f"Found no location with type {root.type} and target {root.target}")
    return answer(shape_of(root))


@requires(Act.REGISTER_ENTITY)
def create(request: PortalRequest) -> HttpResponseBase:
    """Register a location and read it, or only tell what it holds."""
    type_, target, is_optional = _posted(parameters.body(request))
    dry_run = request.GET.get("dryRun", "").lower() in TRUE
    wanted = request.GET.get("onConflict", locations.conflict_strategy())
    on_conflict = parameters.choice(wanted, "onConflict", ("reject", "refresh"))
    try:
        if dry_run:
            return _previewed(request, type_, target)
        made = locations.register(target=target, type=type_, actor=request.actor, is_optional=is_optional)
        return _created(request, made.location, made.entity_refs)
    except LocationExists as error:
        if dry_run or on_conflict == "reject":
            raise ConflictError(f"Location {type_}:{target} already exists") from error
        locations.refresh(error.location, request.actor)
        return _created(request, error.location, [])
    except LocationUnreadable as error:
        raise InputError(str(error)) from error


def _posted(content: dict[str, Any]) -> tuple[str, str, bool]:
    unknown = sorted(set(content) - FIELDS)
    if unknown:
        raise InputError(f"Malformed request: unknown field {', '.join(unknown)}")
    type_, target = content.get("type"), content.get("target")
    presence = parameters.choice(content.get("presence"), "presence", ("required", "optional"))
    if not isinstance(type_, str) or not isinstance(target, str) or not target.strip():
        raise InputError('Malformed request: "type" and "target" must be texts')
    if type_ not in ALLOWED_TYPES:
        raise InputError(f"Registered locations must be of an allowed type {json.dumps(ALLOWED_TYPES)}")
    return type_, target.strip(), presence == "optional"


def _previewed(request: PortalRequest, type_: str, target: str) -> HttpResponse:
    """Answer with the entities that the location would bring, or with the first thing that is wrong in it."""
    found = locations.preview(target=target, type=type_, actor=request.actor)
    for entity in found:
        errors = [problem for problem in entity.problems if problem.is_error]
        if entity.entity is None or errors:
            raise InputError("\n".join(map(str, errors)) or f"{entity.path}:{entity.line} is refused")
    content = {
        "location": shape(type_, target, id_=f"{type_}:{target}"),
        "entities": [entity.entity for entity in found],
        "exists": False,
    }
    return answer(content, status=201)


def _created(request: PortalRequest, location: Location, entity_refs: list[str]) -> HttpResponse:
    found = queries.by_refs(Edition.now(request.actor), entity_refs)
    entities = array(found[ref] for ref in entity_refs if ref in found)
    return ready(f'{{"location":{json.dumps(shape_of(location))},"entities":{entities}}}', status=201)


@requires(Act.REGISTER_ENTITY)
def update(request: PortalRequest, *, location_id: str) -> HttpResponseBase:
    """Have a registered location read from another address (P12)."""
    location = _find(location_id)
    type_, target, _ = _posted(parameters.body(request))
    try:
        return answer(shape_of(locations.update(location, target=target, type=type_, actor=request.actor)))
    except LocationExists as error:
        raise ConflictError(f"Location {type_}:{target} already exists") from error
    except LocationUnreadable as error:
        raise InputError(str(error)) from error


@requires(Act.REGISTER_ENTITY)
def remove(request: PortalRequest, *, location_id: str) -> HttpResponseBase:
    """Remove a registered location with all that came of it."""
    locations.unregister(_find(location_id), request.actor)
    return HttpResponse(status=204)


@requires(Act.REGISTER_ENTITY)
def refresh(request: PortalRequest) -> HttpResponseBase:
    """Read again where an entity comes from."""
    wanted = parameters.body(request).get("entityRef")
    if not isinstance(wanted, str):
        raise InputError('Malformed request body: "entityRef" must be a text')
    entity = _entity(request, str(refs.parse(wanted)))
    if entity is None:
        raise NotFoundError(f"Failed to schedule {wanted} for refresh")
    locations.refresh(entity.location, request.actor)
    return HttpResponse(status=200)


def _entity(request: PortalRequest, ref: str) -> Entity | None:
    return Entity.objects.visible_to(request.actor).filter(ref=ref).select_related("location").first()


def _find(location_id: str) -> Location:
    known = Q(pk=int(location_id)) if location_id.isascii() and location_id.isdecimal() else Q(pk__in=[])
    location = registered().filter(known).first()
    if location is None:
        raise NotFoundError(f"Found no location with ID {location_id}")
    return location
