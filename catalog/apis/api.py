"""The versions of APIs as JSON, `/api/v1/apis/…`: for whoever wants to stop a build that breaks its consumers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from accounts.http import PortalRequest
from accounts.permissions import Act, require
from catalog.apis import changes, comparing, languages, reading
from catalog.apis.changes import Change
from catalog.models import Entity

router = Router(tags=["APIs"])


class VersionOut(Schema):
    """A text of a definition from when it was first seen."""

    number: int
    label: str = Field(description="The version that the definition gives itself")
    seen_at: datetime
    breaking_count: int = Field(description="Breaking changes against the version before")


class VersionsOut(Schema):
    """The versions of an API, the newest first, and who consumes it."""

    entity_ref: str
    versions: list[VersionOut]
    consumers: list[str]


class DefinitionIn(Schema):
    """A text in the language of the API."""

    definition: str


class ChangeOut(Schema):
    """One difference."""

    level: str = Field(description="breaking, risky or safe")
    where: str
    field: str
    message: str
    rule: str


class ComparisonOut(Schema):
    """What a new text changes against the newest version that the catalog has, and whom a breaking change hits."""

    entity_ref: str
    changes: list[ChangeOut]
    breaking_count: int
    consumers: list[str]


@router.get("/apis/{namespace}/{name}/versions", response=VersionsOut, summary="The versions of an API")
def versions(request: HttpRequest, namespace: str, name: str) -> dict[str, Any]:
    """List the versions that the portal has seen."""
    entity = _api(request, namespace, name)
    found = comparing.read(entity, old=None, new=None, other_ref="", actor=cast("PortalRequest", request).actor)
    return {"entity_ref": entity.ref, "versions": found.versions, "consumers": _refs(found.consumers)}


@router.post("/apis/{namespace}/{name}/compare", response=ComparisonOut, summary="What a new definition would break")
def compare(request: HttpRequest, namespace: str, name: str, new: DefinitionIn) -> dict[str, Any]:
    """Compare a text with the definition that the catalog has; nothing is stored."""
    entity = _api(request, namespace, name)
    if languages.of_type(entity.type) is None:
        raise HttpError(400, f"The portal does not compare definitions of type {entity.type}.")
    before = reading.definition_of(entity)
    is_long = max(len(before), len(new.definition)) > comparing.LONGEST
    found = None if is_long else reading.between(entity.type, before, new.definition)
    if found is None:
        raise HttpError(400, "One of the two definitions cannot be read, or is too long to compare while you wait.")
    consumers = comparing.consumers(entity, cast("PortalRequest", request).actor)
    return {
        "entity_ref": entity.ref,
        "changes": [_out(change) for change in found[: changes.MOST]],
        "breaking_count": len(changes.breaking(found)),
        "consumers": _refs(consumers),
    }


def _api(request: HttpRequest, namespace: str, name: str) -> Entity:
    actor = cast("PortalRequest", request).actor
    require(actor, Act.READ_CATALOG)
    entity = Entity.objects.visible_to(actor).filter(ref=f"api:{namespace}/{name}".lower()).first()
    if entity is None:
        raise Http404
    return entity


def _refs(found: list[comparing.Consumer]) -> list[str]:
    return [consumer.entity.ref for consumer in found]


def _out(change: Change) -> dict[str, str]:
    return change.to_json()
