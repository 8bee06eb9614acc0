"""What should be in the catalog and is not: documents that were refused, places that fail, and those not yet read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Act, require
from catalog import documents, locations, problems, refs
from catalog.models import CatalogRevision, Descriptor, Location, SourceFile
from catalog.problems import Problem

UNKNOWN = "unknown"
PLACE = "location-"


class HasEntities(Exception):
    """A place that fails now and was read before; to forget it would take its entities along."""


@dataclass(frozen=True)
class Unprocessed:
    """A document or a place, with what is wrong with it; `entity` is as much of it as can be told."""

    id: str
    ref: str
    entity: dict[str, Any]
    problems: list[Problem]
    location: Location

    @property
    def next_refresh_at(self) -> datetime | None:
        return self.location.next_refresh_at


def failed(*, owner: str = "") -> list[str]:
    """Return the ids of what was refused, the oldest first, then those of places that cannot be read.

    Args:
        owner: only what names this owner, as it is written or as a full ref.
    """
    rows = Descriptor.objects.with_problems().order_by("failing_since", "pk")
    found = rows.values_list("pk", "owner_ref", "problems")
    refused = [str(pk) for pk, ref, kept in found if problems.worst(kept) == "error" and _owns(ref, owner)]
    failing = Location.objects.exclude(error="").order_by("pk").values_list("pk", flat=True)
    return [*refused, *(f"{PLACE}{pk}" for pk in failing if not owner)]


def pending(*, owner: str = "") -> list[str]:
    """Return the ids of the places that nobody has read yet.

    Who owns what is in them is not known, so no owner has any.
    """
    waiting = Location.objects.filter(read_at=None, error="").order_by("pk").values_list("pk", flat=True)
    return [f"{PLACE}{pk}" for pk in waiting if not owner]


def _owns(ref: str, owner: str) -> bool:
    if not owner or ref == owner.lower():
        return True
    try:
        return ref == str(refs.parse(owner, default_kind="group"))
    except refs.RefError:
        return False


def described(ids: Iterable[str]) -> list[Unprocessed]:
    """Return those of `ids` that are there still, in their order."""
    wanted = list(ids)
    rows = Descriptor.objects.filter(pk__in=[int(each) for each in wanted if not each.startswith(PLACE)])
    places = [int(each.removeprefix(PLACE)) for each in wanted if each.startswith(PLACE)]
    found = {each.id: each for each in _documents(rows.select_related("file__location"))}
    found |= {each.id: each for each in map(_place, Location.objects.filter(pk__in=places))}
    return [found[each] for each in wanted if each in found]


def _documents(rows: Iterable[Descriptor]) -> Iterator[Unprocessed]:
    values: dict[int, dict[int, Any]] = {}
    for row in rows:
        if row.file_id not in values:
            values[row.file_id] = {each.index: each.value for each in documents.load_all(row.file.text)}
        value = values[row.file_id].get(row.position)
        kept = [Problem.from_json({**each, "path": row.file.path}) for each in row.problems]
        ref = row.ref or f"{UNKNOWN}:default/{UNKNOWN}"
        entity = value if isinstance(value, dict) else _told_by(ref)
        yield Unprocessed(str(row.pk), ref, entity, [each for each in kept if each.is_error], row.file.location)


def _told_by(ref: str) -> dict[str, Any]:
    parts = refs.parse(ref)
    return {"kind": parts.kind, "metadata": {"namespace": parts.namespace, "name": parts.name}}


def _place(location: Location) -> Unprocessed:
    name = refs.generated_name(location.type, location.target)
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {"namespace": "default", "name": name},
        "spec": {"type": location.type, "target": location.target},
    }
    wrong = [Problem(location.error, path=location.target)] if location.error else []
    return Unprocessed(f"{PLACE}{location.pk}", f"location:default/{name}", entity, wrong, location)


def forget(unprocessed_id: str, actor: Actor) -> None:
    """Forget one document or place that failed. What its file still describes comes back with the next reading.

    Raises:
        HasEntities: it is a place that brought entities before; unregister it.
        PermissionDenied: it is another team's.
    """
    number = unprocessed_id.removeprefix(PLACE)
    if not (number.isascii() and number.isdecimal()) or len(number) > 18:
        return
    if unprocessed_id.startswith(PLACE):
        _forget_place(int(number), actor)
    else:
        _forget_document(int(number), actor)


def _forget_place(pk: int, actor: Actor) -> None:
    location = Location.objects.filter(pk=pk).first()
    if location is None:
        return
    if location.read_at is not None:
        raise HasEntities
    locations.unregister(location, actor)


def _forget_document(pk: int, actor: Actor) -> None:
    with transaction.atomic():
        CatalogRevision.lock()
        row = Descriptor.objects.with_problems().filter(pk=pk).select_related("file__location").first()
        if row is None:
            return
        require(actor, Act.REGISTER_ENTITY, owner_refs=[row.owner_ref] if row.owner_ref else [])
        audit.record("problem.forgotten", actor=actor, subject=row)
        # Without them the place and its file are new to the next reading, which looks at every document again.
        Location.objects.filter(pk=row.file.location_id).update(etag="", memory=None)
        SourceFile.objects.filter(pk=row.file_id).update(content_hash="")
        row.delete()
        CatalogRevision.rise()
