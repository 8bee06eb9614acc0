"""Entities that go on under another name: the annotation `waymark.io/previous-ref` says what it was before.

The new ref gets the uid of the old one, and its history. A stranger cannot take what another team gave up: the old one
stood in the same file, or had the same owner.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from catalog import refs
from catalog.arrivals import Arrival, Known, stored_under
from catalog.models import EntityRevision, Tombstone
from catalog.storage import bulk

PREVIOUS_REF = "waymark.io/previous-ref"


def wished(new: Iterable[Arrival]) -> dict[str, Arrival]:
    """Return {old ref: who says that it was called so}, the first of several."""
    found: dict[str, Arrival] = {}
    for arrival in new:
        annotations = arrival.parsed.entity["metadata"].get("annotations") if arrival.parsed.entity else None
        text = annotations.get(PREVIOUS_REF) if annotations else None
        old = _full(text) if isinstance(text, str) else ""
        if old and old != arrival.parsed.ref:
            found.setdefault(old, arrival)
    return found


def leaving(wishes: dict[str, Arrival], *, location_id: int, paths: Collection[str]) -> list[str]:
    """Return those old refs that are stored and end with this reading.

    Args:
        paths: of the files that describe them no more if they did before.
    """
    found: Iterable[Known] = stored_under(wishes).values() if wishes else ()
    # One whose document was replaced in its own file stands in none now.
    return [old.ref for old in found if old.location_id == location_id and old.file_path in ("", *paths)]


def take_uids(wishes: dict[str, Arrival]) -> dict[str, UUID]:
    """Return {new ref: uid} for those whose old ref has gone, and which may follow it; its tombstone goes."""
    taken: dict[str, UUID] = {}
    for chunk in bulk.chunks(wishes):
        tombs = Tombstone.objects.filter(ref__in=chunk, is_kept_away=False).values_list("ref", "uid")
        uids = dict(tombs)
        last = EntityRevision.objects.filter(ref__in=uids, event=EntityRevision.Event.REMOVED).order_by("started_at")
        for ref, owner_ref, path in last.values_list("ref", "owner_ref", "path"):
            arrival = wishes[ref]
            owner = arrival.columns.owner_ref if arrival.columns else ""
            is_same_file = arrival.file is not None and arrival.file.place.path == path
            taken.pop(arrival.parsed.ref, None)
            if is_same_file or (owner and owner == owner_ref):
                taken[arrival.parsed.ref] = uids[ref]
        Tombstone.objects.filter(ref__in=chunk, uid__in=taken.values()).delete()
    return taken


def _full(text: str) -> str:
    try:
        return str(refs.parse(text))
    except refs.RefError:
        return ""
