"""Location entities lead to further places: keeps the child locations in line with what the entities name (K09)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from catalog import removal
from catalog.descriptor import targets
from catalog.descriptor.targets import Target
from catalog.models import CatalogRevision, Entity, Location
from catalog.removal import Outcome
from catalog.storage import bulk

DEEPEST = 10
# Who named these may bring what gives rights.
TRUSTED = (Location.Origin.CONFIGURATION, Location.Origin.COMMAND)
Key = tuple[str, str]
# Type and target of a place, the entity that names it, and whether it may be missing.
Named = tuple[Key, str, bool]


@dataclass(frozen=True)
class Wanted:
    """A place that a Location entity names."""

    type: str
    target: str
    parent_id: int
    parent_ref: str
    is_optional: bool
    root_id: int


def sync(*, now: datetime) -> tuple[list[int], Outcome]:
    """Add the child locations that Location entities name and remove those that none names any more.

    A child belongs to one place that somebody named, and has its rules (A3): one that is reached from another place
    than before goes with all that it brought, and comes anew.

    Returns:
        The ids of the new ones, which have not been read yet, and what went with the old ones.
    """
    outcome = Outcome()
    with transaction.atomic():
        CatalogRevision.lock()
        wanted, known = _wanted()
        while gone := [row for key, row in known.items() if _is_gone(row, wanted.get(key))]:
            for row in gone:
                _let_go(row, outcome=outcome, now=now)
            # What was removed may have named others.
            wanted, known = _wanted()
        added = [_new(item, now=now) for key, item in wanted.items() if key not in known]
        new = Location.objects.bulk_create(added, batch_size=bulk.CHUNK)
        moved = [_moved(known[key], item, now=now) for key, item in wanted.items() if key in known]
        fields = ["parent", "parent_ref", "is_optional", "origin", "next_refresh_at"]
        Location.objects.bulk_update(filter(None, moved), fields, batch_size=bulk.CHUNK // len(fields))
        if outcome.has_written:
            CatalogRevision.rise()
    return [location.pk for location in new], outcome


def _is_gone(row: Location, wanted: Wanted | None) -> bool:
    if row.origin != Location.Origin.LOCATION:
        return False
    root = row.root
    # Below a place that nothing named for a while, all is as it was when it is named again.
    return wanted is None or (wanted.root_id != root.pk and root.origin != Location.Origin.ORPHAN)


def _let_go(row: Location, *, outcome: Outcome, now: datetime) -> None:
    """Do with a place that no Location entity names any more what `catalog.orphanStrategy` says (I07)."""
    is_named_elsewhere = row.parent is not None and Entity.objects.filter(ref=row.parent_ref).exists()
    if settings.WAYMARK["catalog"]["orphanStrategy"] == "keep" and not is_named_elsewhere:
        leave(row, now=now)
        outcome.has_written = True
    else:
        remove(row, outcome=outcome, now=now)


def leave(location: Location, *, now: datetime) -> None:
    """Keep a place that nothing names any more with all that is below it, marked as orphans; inside a transaction."""
    for row in Location.objects.filter(pk__in=Location.objects.below(location)):
        removal.mark_orphans(row, True, now=now)
    origin = Location.Origin.ORPHAN
    Location.objects.filter(pk=location.pk).update(origin=origin, parent=None, parent_ref="")


def _moved(row: Location, wanted: Wanted, *, now: datetime) -> Location | None:
    """Return `row` as another Location entity below the same root now names it; None where all is as it was."""
    if row.origin == Location.Origin.ORPHAN:
        # What is below it is no orphan any more, which its next reading tells.
        row.next_refresh_at = now
    names = (wanted.parent_id, wanted.parent_ref, wanted.is_optional, Location.Origin.LOCATION)
    if (row.parent_id, row.parent_ref, row.is_optional, row.origin) == names:
        return None
    row.parent_id, row.parent_ref, row.is_optional, row.origin = names
    return row


def remove(location: Location, *, outcome: Outcome, now: datetime) -> None:
    """Remove a location, those below it and all their entities; call it inside a transaction."""
    found = Location.objects.below(location)
    refs = list(Entity.objects.filter(location__in=found).values_list("ref", flat=True))
    removal.remove(refs, outcome=outcome, reason=f"{location} was removed"[:255], now=now)
    Location.objects.filter(pk__in=found).delete()
    outcome.woken.difference_update(found)


def _new(item: Wanted, *, now: datetime) -> Location:
    return Location(
        type=item.type,
        target=item.target,
        origin=Location.Origin.LOCATION,
        parent_id=item.parent_id,
        parent_ref=item.parent_ref,
        is_optional=item.is_optional,
        next_refresh_at=now,
    )


def _wanted() -> tuple[dict[Key, Wanted], dict[Key, Location]]:
    """Return the places that stored Location entities name, and all places that there are.

    What several name belongs to the place that is trusted most, and among these to the first.
    """
    rows = {row.pk: row for row in Location.objects.defer("memory", "options")}
    for row in rows.values():
        if row.parent_id is not None:
            # The way up to the root, without a statement for each step.
            row.parent = rows[row.parent_id]
    known = {(row.type, row.target): row for row in rows.values()}
    named = _named()
    roots = sorted((row for row in known.values() if row.parent_id is None), key=_precedence)
    wanted: dict[Key, Wanted] = {}
    for root in roots:
        level = [root]
        for _depth in range(DEEPEST):
            level = list(_reach(root, level, named, known, wanted))
    return wanted, known


def _precedence(root: Location) -> tuple[bool, bool, int]:
    return root.origin == Location.Origin.ORPHAN, root.origin not in TRUSTED, root.pk


def _reach(
    root: Location,
    level: list[Location],
    named: dict[int, list[Named]],
    known: dict[Key, Location],
    wanted: dict[Key, Wanted],
) -> Iterator[Location]:
    """Add to `wanted` what is named in the places of `level`; yield those of it that are there already."""
    for parent in level:
        for key, ref, is_optional in named.get(parent.pk, ()):
            row = known.get(key)
            is_named = row is not None and row.parent_id is None and row.origin != Location.Origin.ORPHAN
            if key in wanted or is_named:
                continue
            wanted[key] = Wanted(*key, parent.pk, ref, is_optional, root.pk)
            if row is not None:
                yield row


def _named() -> dict[int, list[Named]]:
    """Return what the Location entities of each location name, in the order of their refs."""
    rows = (
        Entity.objects.of_kind("location")
        .filter(descriptor__isnull=False)
        .order_by("ref")
        .values_list("ref", "source", "location_id", "location__type", "descriptor__file__path")
    )
    named: dict[int, list[Named]] = {}
    for ref, source, location_id, type_, path in rows:
        spec = json.loads(source).get("spec", {})
        is_optional = spec.get("presence") == "optional"
        for found in targets.of_spec(spec, type_=type_, base=path):
            if isinstance(found, Target):
                named.setdefault(location_id, []).append(((found.type, found.target), ref, is_optional))
    return named
