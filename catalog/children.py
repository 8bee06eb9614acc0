"""Location entities lead to further places: keeps the child locations in line with what the entities name (K09)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from catalog import sources, store
from catalog.models import CatalogRevision, Entity, Location
from catalog.problems import Problem
from catalog.sources import Unreadable
from catalog.store import Outcome

DEEPEST = 10
LONGEST_TARGET = 2_048
YAML_FILE = (".yaml", ".yml")


@dataclass(frozen=True)
class Wanted:
    """A place that a Location entity names."""

    type: str
    target: str
    parent_id: int
    parent_ref: str
    is_optional: bool


def targets(spec: dict[str, Any], *, type_: str, base: str) -> Iterator[tuple[str, str] | Problem]:
    """Yield type and target of each place that a Location entity names, or why it is none.

    Args:
        type_: of the location that the entity was read from, which is the default.
        base: path or address of the file that it stands in.
    """
    named = [spec["target"]] if spec.get("target") else []
    for target in [*named, *spec.get("targets", ())]:
        try:
            yield _absolute(spec.get("type") or type_, target, type_, base)
        except (ValueError, Unreadable) as error:
            yield Problem(
                f'The target "{target[:100]}" cannot be followed: {error}',
                rule="K09",
                found=target[:100],
                cure="Name a descriptor relative to this file, or by its whole address.",
                path=base,
            )


def _absolute(wanted: str, target: str, type_: str, base: str) -> tuple[str, str]:
    if len(target) > LONGEST_TARGET:
        raise ValueError("it is too long.")
    if wanted == type_:
        wanted, target = sources.of_type(type_).child(base, target)
    elif wanted == "url":
        wanted, target = sources.of_type("url").child(target, target)
    # A file is read from the portal's own disk: only who put a file there may name another, and only a descriptor.
    if wanted == "file" and type_ == "file" and target.startswith("/") and target.endswith(YAML_FILE):
        return wanted, target
    if wanted != "url":
        raise ValueError(f"a location of type {wanted} cannot be named from one of type {type_}.")
    return wanted, target


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
    found, level = [location.pk], [location.pk]
    while level:
        level = list(Location.objects.filter(parent__in=level).values_list("pk", flat=True))
        found += level
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
        for found in targets(spec, type_=type_, base=path):
            if not isinstance(found, Problem):
                optional = spec.get("presence") == "optional"
                wanted.setdefault(found, Wanted(*found, location_id, ref, optional))
    return wanted


def _depths() -> dict[int, int]:
    """Return how many Location entities lie between each location and the one that somebody named."""
    parents = dict(Location.objects.values_list("pk", "parent_id"))
    depths: dict[int, int] = {}
    for pk in parents:
        depth, above = 0, parents[pk]
        while above is not None and depth <= DEEPEST:
            depth, above = depth + 1, parents.get(above)
        depths[pk] = depth
    return depths
