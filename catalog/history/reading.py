"""Reads the history: the revisions of an entity, under all the names that it had, and what it was at an instant."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from catalog.models import Entity, EntityRevision
from catalog.models.history import EntityRevisionQuerySet, unpack

# Renames that are followed back; one who renames more often has another trouble.
MOST_NAMES = 10
# Revisions that are looked at for one that is news: an entity that changes all the time is told once.
LOOKED_AT = 8


def revisions(ref: str) -> EntityRevisionQuerySet:
    """Return the revisions of an entity, the newest first, with those that it had under earlier names."""
    wanted, seen, queue = Q(ref=ref), {ref}, [ref]
    while queue and len(seen) <= MOST_NAMES:
        renames = EntityRevision.objects.filter(ref=queue.pop(), event=EntityRevision.Event.RENAMED)
        for other_ref, started_at in renames.values_list("other_ref", "started_at"):
            if other_ref not in seen:
                seen.add(other_ref)
                queue.append(other_ref)
                wanted |= Q(ref=other_ref, started_at__lte=started_at)
    return EntityRevision.objects.filter(wanted).order_by("-started_at", "-pk")


def at(ref: str, instant: datetime) -> EntityRevision | None:
    """Return what the entity was at `instant`, under whatever name; None when it was not there."""
    return revisions(ref).at(instant).first()


def latest(most: int) -> list[EntityRevision]:
    """Return what happened last, at most once for each entity, the newest first.

    Location entities come and go with the files that they name; what those hold is the news.
    """
    rows = EntityRevision.objects.for_listing().exclude(kind="location").order_by("-pk")[: most * LOOKED_AT]
    newest: dict[str, EntityRevision] = {}
    for row in rows:
        newest.setdefault(row.ref, row)
    return list(newest.values())[:most]


def text_of(revision: EntityRevision) -> str:
    """Return the descriptor of a revision as JSON text; empty for a removal."""
    return texts_of([revision])[revision.pk]


def texts_of(found: Collection[EntityRevision]) -> dict[int, str]:
    """Return {key: descriptor as JSON text}, in one statement at most; a revision that holds has the entity's own."""
    held = [revision.ref for revision in found if revision.is_open]
    sources = dict(Entity.objects.filter(ref__in=held).values_list("ref", "source")) if held else {}
    return {
        revision.pk: unpack(revision.packed)
        if revision.packed
        else sources.get(revision.ref, "")
        if revision.is_open
        else ""
        for revision in found
    }
