"""Location entities lead to further places: keeps the child locations in line with what the entities name (K09)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from catalog import store, targets
from catalog.models import CatalogRevision, Entity, Location
from catalog.store import Outcome
from catalog.targets import Target

DEEPEST = 10


@dataclass(frozen=True)
class Wanted:
    """A place that a Location entity names."""

    type: str
    target: str
    parent_id: int
    parent_ref: str
    is_optional: bool


def sync(*, now: datetime) -> tuple[list[int], Outcome]:
    """Add the child locations that Location entities name and remove those that none names any more.

    Returns:
        The ids of the new ones, which have not been read yet, and what went with the old ones.
    """
    wanted = _wanted()
    outcome = Outcome()
    with transaction.atomic():
        CatalogRevision.lock()
        known = {(row.type, row.target): row for row in Location.objects.select_related("parent")}
        for key, row in known.items():
            if row.origin == Location.Origin.LOCATION and key not in wanted:
                remove(row, outcome=outcome, now=now)
        new = [_create(item, now=now) for key, item in wanted.items() if key not in known]
        if outcome.has_written:
            CatalogRevision.rise()
    return [location.pk for location in new], outcome


def remove(location: Location, *, outcome: Outcome, now: datetime) -> None:
    """Remove a location, those below it and all their entities; call it inside a transaction."""
    found = Location.objects.below(location)
    refs = list(Entity.objects.filter(location__in=found).values_list("ref", flat=True))
    store.remove(refs, outcome=outcome, reason=f"{location} was removed"[:255], now=now)
    Location.objects.filter(pk__in=found).delete()
    outcome.woken.difference_update(found)


def _create(item: Wanted, *, now: datetime) -> Location:
    return Location.objects.create(
        type=item.type,
        target=item.target,
        origin=Location.Origin.LOCATION,
        parent_id=item.parent_id,
        parent_ref=item.parent_ref,
        is_optional=item.is_optional,
        next_refresh_at=now,
    )


def _wanted() -> dict[tuple[str, str], Wanted]:
    """Return the places that the stored Location entities name; the first that names a place is its parent."""
    rows = (
        Entity.objects.of_kind("location")
        .filter(descriptor__isnull=False)
        .order_by("ref")
        .values_list("ref", "source", "location_id", "location__type", "descriptor__file__path")
    )
    depths = _depths()
    wanted: dict[tuple[str, str], Wanted] = {}
    for ref, source, location_id, type_, path in rows:
        if depths.get(location_id, 0) >= DEEPEST:
            continue
        spec = json.loads(source).get("spec", {})
        for found in targets.of_spec(spec, type_=type_, base=path):
            if isinstance(found, Target):
                is_optional = spec.get("presence") == "optional"
                key = (found.type, found.target)
                wanted.setdefault(key, Wanted(*key, location_id, ref, is_optional))
    return wanted


def _depths() -> dict[int, int]:
    """Return how many Location entities lie between each location and the one that somebody named."""
    parents: dict[int, int | None] = dict(Location.objects.values_list("pk", "parent_id"))
    depths: dict[int, int] = {}
    for pk in parents:
        depths[pk], above = 0, parents[pk]
        while above and depths[pk] <= DEEPEST:
            depths[pk], above = depths[pk] + 1, parents.get(above)
    return depths
