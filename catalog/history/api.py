"""The history as JSON, `/api/v1/catalog/history`: what there was at an instant, and the revisions of an entity."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, cast
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status
from ninja.errors import HttpError

from accounts.http import PortalRequest
from accounts.permissions import Act, require
from catalog import history, leaving, refs
from catalog.history.forms import instant_of
from catalog.models import EntityRevision
from catalog.pages.history_page import line_url

router = Router(tags=["catalog history"])
MOST = 500
LONGEST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most")]
At = Annotated[
    str,
    Query(
        max_length=LONGEST,
        description="An instant as RFC 3339, or a day, which means its end. Empty: now",
        examples=["2026-11-01", "2026-11-01T12:00:00Z"],
    ),
]


class RevisionOut(Schema):
    """What an entity was from `started_at` until just before `ended_at`; a removal has no length."""

    id: int
    entity_ref: str
    uid: UUID
    event: str = Field(description="added, changed, removed, returned or renamed")
    cause: str
    reason: str
    actor: str = Field(description="The ref of who did it; empty where it was the portal's own reading")
    other_ref: str = Field(description="Of a rename: the name before, or from then on")
    title: str
    type: str
    lifecycle: str
    owner: str
    path: str
    line: int
    commit: str
    url: str = Field(description="Where the descriptor stood, where that has an address")
    started_at: datetime
    ended_at: datetime | None


class RevisionsOut(Schema):
    """Revisions; `next` is the `after` of the next call, null on the last page."""

    items: list[RevisionOut]
    next: str | None


class EntityThenOut(Schema):
    """An entity as it was at an instant."""

    at: datetime
    revision: RevisionOut
    entity: dict[str, Any] = Field(description="The descriptor, without relations")


@router.get("/catalog/history", response=RevisionsOut, summary="The catalog at an instant")
def there_was(request: HttpRequest, at: At = "", kind: str = "", after: str = "", limit: Limit = 100) -> dict[str, Any]:
    """List what there was at an instant, in the order of the refs."""
    _require(request)
    found = EntityRevision.objects.at(_instant(at)).for_listing().order_by("ref")
    if kind:
        found = found.filter(kind=kind.lower())
    rows = list(found.filter(ref__gt=after)[: limit + 1])
    more = rows[limit - 1].ref if len(rows) > limit else None
    return {"items": [_out(row) for row in rows[:limit]], "next": more}


@router.get("/catalog/history/{kind}/{namespace}/{name}", response=RevisionsOut, summary="The revisions of an entity")
def revisions(
    request: HttpRequest, kind: str, namespace: str, name: str, after: str = "", limit: Limit = 100
) -> dict[str, Any]:
    """List what happened to an entity, the newest first, also under earlier names."""
    _require(request)
    found = history.revisions(_ref(kind, namespace, name)).for_listing()
    if not found.exists():
        raise Http404
    if after:
        found = found.filter(pk__lt=_key(after))
    rows = list(found.order_by("-pk")[: limit + 1])
    more = str(rows[limit - 1].pk) if len(rows) > limit else None
    return {"items": [_out(row) for row in rows[:limit]], "next": more}


@router.get("/catalog/history/{kind}/{namespace}/{name}/at", response=EntityThenOut, summary="An entity at an instant")
def entity_then(request: HttpRequest, kind: str, namespace: str, name: str, at: At = "") -> dict[str, Any]:
    """Return an entity as it was at an instant."""
    _require(request)
    instant = _instant(at)
    revision = history.at(_ref(kind, namespace, name), instant)
    if revision is None:
        raise Http404
    return {"at": instant, "revision": _out(revision), "entity": json.loads(history.text_of(revision) or "{}")}


@router.post(
    "/catalog/history/{kind}/{namespace}/{name}/let-back", response={204: None}, summary="Let an entity back in"
)
def let_back(request: HttpRequest, kind: str, namespace: str, name: str) -> Status[None]:
    """Take back that an entity is kept away, and read the files that describe it; one that is not may be asked for."""
    with suppress(leaving.NotKeptAway):
        leaving.let_back(_ref(kind, namespace, name), cast("PortalRequest", request).actor)
    return Status(204, None)


def _require(request: HttpRequest) -> None:
    require(cast("PortalRequest", request).actor, Act.READ_CATALOG)


def _ref(kind: str, namespace: str, name: str) -> str:
    return str(refs.EntityRef(kind, namespace, name))


def _instant(text: str) -> datetime:
    found = instant_of(text) if text else timezone.now()
    if found is None:
        raise HttpError(400, f'"{text[:40]}" is no instant. Write 2026-11-01 or 2026-11-01T12:00:00Z.')
    return found


def _key(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise HttpError(400, "`after` is not what a page before gave as `next`.")
    return int(text)


def _out(row: EntityRevision) -> dict[str, Any]:
    names = ("id", "uid", "event", "cause", "reason", "other_ref", "title", "type", "lifecycle", "path", "line")
    return {
        **{name: getattr(row, name) for name in (*names, "commit", "started_at", "ended_at")},
        "entity_ref": row.ref,
        "actor": row.actor_ref,
        "owner": row.owner_ref,
        "url": line_url(row),
    }
