"""`/entities/unprocessed`: what was refused or has not been read yet, and forgetting it (P17)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import unprocessed
from catalog.api import parameters
from catalog.api.http import ConflictError, answer, requires
from catalog.problems import Problem
from catalog.unprocessed import Unprocessed

LONGEST_OWNER = 191
# What is told at once; whoever has more broken documents asks for the rest with `offset`.
MOST_AT_ONCE = 1000


@requires(Act.READ_CATALOG)
def failed(request: HttpRequest) -> HttpResponseBase:
    """Documents that were refused, and places that cannot be read."""
    return _respond(request, "failed", unprocessed.failed(owner=_owner(request)))


@requires(Act.READ_CATALOG)
def pending(request: HttpRequest) -> HttpResponseBase:
    """Places that have not been read yet."""
    return _respond(request, "pending", unprocessed.pending(owner=_owner(request)))


@requires(Act.REGISTER_ENTITY)
def forget(request: PortalRequest, *, entity_id: str) -> HttpResponseBase:
    """Forget one of them; what is not there is forgotten already."""
    try:
        unprocessed.forget(entity_id, request.actor)
    except unprocessed.HasEntities as error:
        raise ConflictError("The location was read before; unregister it instead.") from error
    return HttpResponse(status=204)


def _owner(request: HttpRequest) -> str:
    return parameters.text(request.GET, "owner", longest=LONGEST_OWNER)


def _respond(request: HttpRequest, type_: str, ids: list[str]) -> HttpResponseBase:
    offset = parameters.number(request.GET.get("offset"), "offset") or 0
    limit = parameters.number(request.GET.get("limit"), "limit", least=1) or MOST_AT_ONCE
    shown = unprocessed.described(ids[offset : offset + min(limit, MOST_AT_ONCE)])
    return answer({"type": type_, "entities": list(map(_shape, shown)), "totalItems": len(ids)})


def _shape(one: Unprocessed) -> dict[str, Any]:
    return {
        "entity_id": one.id,
        "entity_ref": one.ref,
        "unprocessed_entity": one.entity,
        "errors": list(map(_error, one.problems)),
        "next_update_at": _instant(one.location.next_refresh_at),
        "last_discovery_at": _instant(one.location.read_at),
        "location_key": str(one.location),
    }


def _error(problem: Problem) -> dict[str, Any]:
    """Return a problem as a serialised error; its place stands where a stack would."""
    place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part)
    cause = {"name": problem.rule or "InputError", "message": problem.cure or problem.message, "stack": place}
    return {"name": "InputError", "message": str(problem), "cause": cause}


def _instant(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
