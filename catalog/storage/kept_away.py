"""Entities that somebody deleted for good: a descriptor that names one is refused until it is let back in."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.formats import date_format

from catalog import refs
from catalog.arrivals import Arrival
from catalog.descriptor.faults import Fault
from catalog.models import Tombstone, address_of


def refuse(arrivals: Iterable[Arrival]) -> None:
    """Refuse those of `arrivals` whose entity is kept away; it is people who keep entities away, so they are few."""
    tombs = {tomb.ref: tomb for tomb in Tombstone.objects.filter(is_kept_away=True)}
    if not tombs:
        return
    for arrival in arrivals:
        tomb = tombs.get(arrival.parsed.ref)
        if tomb and not arrival.parsed.is_refused:
            arrival.parsed.refuse(fault(tomb))


def fault(tomb: Tombstone) -> Fault:
    """Return the fault of a document whose entity is kept away (I13)."""
    since = date_format(timezone.localtime(tomb.removed_at), "j M Y")
    return Fault(
        ("metadata", "name"),
        "I13",
        "a ref that is not kept away",
        tomb.ref,
        f"Remove the document, or let the entity back in on its page, {address_of(tomb.ref)}.",
        message=f"Entity {tomb.ref} is kept away since {since} by {refs.short(tomb.kept_away_by)}.",
    )
