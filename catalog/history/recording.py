"""Writes the history: set-based, in the transaction that changes the entities, which then stands or falls with it.

All of it needs the lock of `CatalogRevision`: no other writer comes between, so instants and keys rise together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalog import causes
from catalog.causes import Cause
from catalog.models import CatalogRevision, Entity, EntityRevision, OwnershipSpan
from catalog.models.history import pack
from catalog.storage import bulk

Event = EntityRevision.Event


class Place(NamedTuple):
    """Where a descriptor stood: its file, the line where it began, the commit that was read."""

    path: str = ""
    line: int = 0
    commit: str = ""


class State(NamedTuple):
    """What an entity is from now on."""

    ref: str
    uid: UUID
    event: Event
    title: str
    type: str
    lifecycle: str
    owner_ref: str
    sort_key: str
    place: Place
    other_ref: str = ""


COLUMNS = ("kind", "namespace", "name", "title", "type", "lifecycle", "owner_ref", "sort_key")
REVISION = (
    *("ref", "uid", "event", "cause", "reason", "actor_ref", "other_ref", "path", "line", "commit"),
    *("started_at", "ended_at", *COLUMNS, "packed"),
)
SPAN = ("ref", "owner_ref", "started_at", "ended_at")


def now() -> datetime:
    """Return the instant of this transaction's changes, later than that of all before."""
    return EntityRevision.objects.next_instant(timezone.now())


def end(entity_refs: Collection[str], *, at: datetime) -> None:
    """End what holds today of entities, and keep their descriptors; call it before these are overwritten."""
    for chunk in bulk.chunks(entity_refs):
        sources = dict(Entity.objects.filter(ref__in=chunk).values_list("ref", "source"))
        held = EntityRevision.objects.open().filter(ref__in=chunk).values_list("id", "ref")
        rows = [(at, pack(sources.get(ref, "")), number) for number, ref in held]
        bulk.update(EntityRevision, ("ended_at", "packed"), rows)


def begin(states: Collection[State], *, at: datetime) -> None:
    """Write what entities are from now on; what they were before has been ended."""
    why = causes.current()
    _end_what_was_left([state.ref for state in states if state.event == Event.RETURNED], at=at)
    rows = [
        (
            *(state.ref, state.uid, state.event.value, _cause(state, why.cause), "", why.actor_ref, state.other_ref),
            *(*state.place, at, None, *parts(state.ref)),
            *(state.title, state.type, state.lifecycle, state.owner_ref, state.sort_key, b""),
        )
        for state in states
    ]
    bulk.insert(EntityRevision, REVISION, rows)
    _own(states, at=at)


def _cause(state: State, cause: Cause) -> str:
    return Cause.RENAMED.value if state.event == Event.RENAMED else cause.value


def _end_what_was_left(entity_refs: Iterable[str], *, at: datetime) -> None:
    """End what still holds of entities that were gone: an older version removed them, and wrote nothing."""
    for chunk in bulk.chunks(entity_refs):
        EntityRevision.objects.open().filter(ref__in=chunk).update(ended_at=at)


def _own(states: Iterable[State], *, at: datetime) -> None:
    """Write who owns entities from now on, where that is somebody else than before."""
    wanted = {state.ref: state.owner_ref for state in states}
    old = [state.ref for state in states if state.event in (Event.CHANGED, Event.RETURNED)]
    for chunk in bulk.chunks(old):
        held = OwnershipSpan.objects.filter(ref__in=chunk, ended_at=None)
        other = []
        for number, ref, owner_ref in held.values_list("id", "ref", "owner_ref"):
            if wanted[ref] == owner_ref:
                del wanted[ref]
            else:
                other.append((at, number))
        bulk.update(OwnershipSpan, ("ended_at",), other)
    rows = [(ref, owner_ref, at, None) for ref, owner_ref in wanted.items() if owner_ref]
    bulk.insert(OwnershipSpan, SPAN, rows)


def remove(
    entity_refs: Collection[str],
    *,
    at: datetime,
    reason: str,
    commit: str = "",
    cause: Cause | None = None,
    names: dict[str, str] | None = None,
) -> None:
    """Write that entities go; call it before their rows do.

    Args:
        commit: that was read and has them no more.
        cause: where it is another than what is under way.
        names: {ref: the new one} of those that go on under another name.
    """
    end(entity_refs, at=at)
    why = causes.current()
    for chunk in bulk.chunks(entity_refs):
        OwnershipSpan.objects.filter(ref__in=chunk, ended_at=None).update(ended_at=at)
        place: tuple[str, ...] = ("descriptor__file__path", "descriptor__line")
        found: Iterable[Any] = Entity.objects.filter(ref__in=chunk).values_list("ref", "uid", *place, *COLUMNS)
        known = _places((ref for ref, *_ in found), at)
        rows = []
        for ref, uid, path, line, *columns in found:
            path, line = known.get(ref, (path or "", line or 0))
            told = (reason[:255], why.actor_ref, (names or {}).get(ref, ""), path, line, commit, at, at)
            rows.append((ref, uid, Event.REMOVED.value, (cause or why.cause).value, *told, *columns, b""))
        bulk.insert(EntityRevision, REVISION, rows)


def _places(entity_refs: Iterable[str], at: datetime) -> dict[str, tuple[str, int]]:
    """Return where entities stood that end at this instant; the descriptor of one may have gone before it."""
    ended = EntityRevision.objects.filter(ref__in=list(entity_refs), ended_at=at)
    return {ref: (path, line) for ref, path, line in ended.values_list("ref", "path", "line")}


def catch_up() -> int:
    """Begin the history of entities that have none; return how many.

    While an installation is upgraded, processes of the version before still write entities.
    """
    held = EntityRevision.objects.open().filter(ref=OuterRef("ref"))
    place = ("descriptor__file__path", "descriptor__line", "location__commit")
    with causes.because(Cause.UPGRADE), transaction.atomic():
        CatalogRevision.lock()
        missing: Iterable[Any] = Entity.objects.filter(~Exists(held)).values_list("ref", "uid", *place, *COLUMNS[3:])
        states = [
            State(ref, uid, Event.ADDED, title, type_, lifecycle, owner, sort_key, Place(path or "", line or 0, commit))
            for ref, uid, path, line, commit, title, type_, lifecycle, owner, sort_key in missing
        ]
        if states:
            begin(states, at=now())
    return len(states)


def parts(ref: str) -> tuple[str, str, str]:
    """Return kind, namespace and name of a full ref."""
    kind, _, rest = ref.partition(":")
    namespace, _, name = rest.partition("/")
    return kind, namespace, name
