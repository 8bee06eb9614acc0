"""What the search finds of an entity: its name, title, description and tags; its kind and type are words of it too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from catalog.models import Entity
from catalog.search.rows import ENTITY, Entry

if TYPE_CHECKING:
    from catalog.arrivals import Arrival

CHUNK = 2_000
COLUMNS = ("ref", "title", "description", "tags", "type", "owner_ref")


def of_arrival(arrival: Arrival) -> Entry:
    """Return the entry of an entity that is being stored."""
    columns, entity = arrival.columns, arrival.parsed.entity or {}
    assert columns is not None  # noqa: S101 — whoever is stored has them
    return of_columns(
        arrival.parsed.ref,
        entity["metadata"]["name"],
        columns.title,
        columns.description,
        columns.tags,
        columns.type,
        columns.owner_ref,
        email=_email(entity),
    )


def of_columns(
    ref: str,
    name: str,
    title: str,
    description: str,
    tags: Iterable[str],
    type_: str,
    owner_ref: str,
    *,
    email: str,
) -> Entry:
    """Return the entry of an entity."""
    return Entry(
        type=ENTITY,
        key=ref,
        title=title,
        url="",
        name=name,
        tags=tags,
        text=description,
        entity_ref=ref,
        owner_ref=owner_ref,
        kind=ref.partition(":")[0],
        spec_type=type_,
        more=email,
    )


def everything(model: type[Entity] = Entity) -> Iterator[Entry]:
    """Yield the entries of all stored entities.

    Args:
        model: as a migration knows it.
    """
    for source, ref, *values in model.objects.order_by("pk").values_list("source", *COLUMNS).iterator(CHUNK):
        # The columns have no address, and the name in lower case.
        entity = json.loads(source)
        yield of_columns(ref, entity["metadata"]["name"], *values, email=_email(entity))


def _email(entity: Mapping[str, Any]) -> str:
    """Return the address of a person or team, by which people look for them too."""
    spec = entity.get("spec")
    profile = spec.get("profile") if isinstance(spec, dict) else None
    email = profile.get("email") if isinstance(profile, dict) else None
    return email if isinstance(email, str) else ""
