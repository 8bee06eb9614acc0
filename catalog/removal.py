"""Entities that go: removed with a tombstone, or marked where their place is gone but may come back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalog import processors, stitch
from catalog.causes import Cause
from catalog.history import recording
from catalog.models import CatalogRevision, Entity, Facet, Location, Relation, SourceFile, Tombstone
from catalog.search import index
from catalog.storage import bulk


@dataclass
class Outcome:
    """What a reading did to how many entities; `woken`: locations to read again, `people`: whose groups may differ."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    has_written: bool = False
    woken: set[int] = field(default_factory=set)
    touches_locations: bool = False
    people: set[str] = field(default_factory=set)


def remove(
    entity_refs: Collection[str],
    *,
    outcome: Outcome,
    reason: str,
    now: datetime,
    commit: str = "",
    cause: Cause | None = None,
    names: dict[str, str] | None = None,
) -> None:
    """Remove entities, leaving a tombstone that gives the uid back; call it inside a transaction.

    Whoever described the same ref and came second is read again, and may have it now.

    Args:
        reason: in words, for the history and the tombstone.
        commit: that was read and has them no more.
        cause: where it is another than what is under way.
        names: {ref: the new one} of those that go on under another name.
    """
    if not entity_refs:
        return
    refs = set(entity_refs)
    touched: set[str] = set()
    recording.remove(sorted(refs), at=recording.now(), reason=reason, commit=commit, cause=cause, names=names)
    for chunk in bulk.chunks(refs):
        rows = list(Entity.objects.filter(ref__in=chunk).values_list("id", "ref", "uid"))
        ids = [row[0] for row in rows]
        touched.update(Relation.objects.filter(origin__in=ids).values_list("target_ref", flat=True))
        _bury(rows, reason=reason, now=now)
        bulk.delete(Facet, ids, column="entity")
        bulk.delete(Relation, ids, column="origin")
        bulk.delete(Entity, ids)
        outcome.removed += sum(not ref.startswith("location:default/generated-") for _, ref, _ in rows)
        waiting = SourceFile.objects.filter(descriptors__ref__in=chunk)
        outcome.woken.update(waiting.values_list("location_id", flat=True))
        waiting.update(content_hash="")
    stitch.write(stitch.stitch(stitch.pieces(touched - refs)), now=now)
    outcome.people |= {ref for ref in touched | refs if ref.startswith("user:")}
    outcome.touches_locations |= any(ref.startswith("location:") for ref in refs)
    outcome.has_written = True
    index.removed(sorted(refs))
    processors.removed(sorted(refs))


def _bury(rows: list[tuple[int, str, UUID]], *, reason: str, now: datetime) -> None:
    """Leave tombstones for entities, given as id, ref and uid."""
    Tombstone.objects.bulk_create(
        [Tombstone(ref=ref, uid=uid, removed_at=now, reason=reason) for _, ref, uid in rows],
        update_conflicts=True,
        unique_fields=["ref"],
        update_fields=["uid", "removed_at", "reason"],
    )


def mark_orphans(location: Location, is_orphan: bool, *, now: datetime) -> None:
    """Mark the entities of a location whose place is gone, or take the mark off again."""
    marked = Entity.objects.filter(location=location, is_orphan=not is_orphan)
    refs = list(marked.values_list("ref", flat=True))
    if not refs:
        return
    with transaction.atomic():
        CatalogRevision.lock()
        pieces = stitch.pieces(refs)
        for piece in pieces:
            piece.is_orphan = is_orphan
        stitch.write(stitch.stitch(pieces), now=now)
        if is_orphan:
            for chunk in bulk.chunks(refs):
                Entity.objects.filter(ref__in=chunk).update(orphaned_at=now)
        CatalogRevision.rise()
