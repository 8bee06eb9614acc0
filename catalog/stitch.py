"""Writes the final document of entities: the descriptor with uid, etag, relations of both directions and status.

All joining is done here, once, so that pages and API read one row and nothing else. Everything is done for many
entities at a time, and only what differs is written.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from catalog import annotations, bulk, facets
from catalog.columns import as_json, digest
from catalog.facets import FacetRow
from catalog.models import Entity, Facet, FacetKey, Relation
from catalog.relations import INVERSE

Relations = dict[str, set[tuple[str, str]]]
FACET_FIELDS = ("entity", "key", "value", "original")


@dataclass
class Piece:
    """An entity that is to be written anew; `etag` is that of the document that is stored, empty when there is none."""

    id: int
    ref: str
    uid: UUID
    source: dict[str, Any] = field(repr=False)
    etag: str = ""
    is_orphan: bool = False
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stitched:
    """A final document, as JSON and as its text."""

    piece: Piece
    value: dict[str, Any] = field(repr=False)
    document: str = field(repr=False)
    etag: str

    @property
    def is_changed(self) -> bool:
        return self.etag != self.piece.etag


def document(piece: Piece, relations: Iterable[tuple[str, str]]) -> Stitched:
    """Return the final document of `piece`.

    Args:
        relations: as (type, target ref), from where the entity stands.
    """
    metadata = dict(piece.source["metadata"])
    metadata["uid"] = str(piece.uid)
    if piece.is_orphan:
        metadata["annotations"] = {**metadata["annotations"], annotations.ORPHAN: "true"}
    value = {
        **piece.source,
        "metadata": metadata,
        "relations": [{"type": type_, "targetRef": target} for type_, target in sorted(relations)],
    }
    if piece.errors:
        value["status"] = {"items": [_status(message) for message in piece.errors]}
    etag = digest(as_json(value))[:40]
    metadata["etag"] = etag
    return Stitched(piece, value, as_json(value), etag)


def _status(message: str) -> dict[str, Any]:
    return {
        "type": "backstage.io/catalog-processing",
        "level": "error",
        "message": message,
        "error": {"name": "InputError", "message": message},
    }


def pieces(entity_refs: Collection[str]) -> list[Piece]:
    """Return the stored entities among `entity_refs`, with the errors of their descriptors."""
    found: list[Piece] = []
    for chunk in bulk.chunks(entity_refs):
        rows = Entity.objects.filter(ref__in=chunk).values_list(
            "id", "ref", "uid", "source", "etag", "is_orphan", "descriptor__problems"
        )
        for *head, source, etag, is_orphan, problems in rows:
            found.append(Piece(*head, json.loads(source), etag, is_orphan, errors_of(problems or ())))
    return found


def errors_of(problems: Iterable[dict[str, Any]]) -> list[str]:
    """Return the messages of those kept problems that are errors."""
    return [f"{problem['message']} (line {problem['line']})" for problem in problems if problem["severity"] == "error"]


def relations_of(entity_refs: Collection[str]) -> Relations:
    """Return the relations of each of `entity_refs`, their own and those that others declare to them."""
    found: Relations = defaultdict(set)
    for chunk in bulk.chunks(entity_refs):
        own = Relation.objects.filter(source_ref__in=chunk).values_list("source_ref", "type", "target_ref")
        for ref, type_, target in own.iterator():
            found[ref].add((type_, target))
        others = Relation.objects.filter(target_ref__in=chunk).values_list("target_ref", "type", "source_ref")
        for ref, type_, source in others.iterator():
            found[ref].add((INVERSE.get(type_, type_), source))
    return found


def stitch(entities: Iterable[Piece]) -> list[Stitched]:
    """Return those of `entities` whose document is another than the stored one."""
    known = list(entities)
    relations = relations_of([piece.ref for piece in known])
    made = (document(piece, relations.get(piece.ref, ())) for piece in known)
    return [stitched for stitched in made if stitched.is_changed]


def write(changed: Collection[Stitched], *, now: datetime) -> None:
    """Store the documents and facets of entities that are in the database already."""
    rows = [(made.document, made.etag, made.piece.is_orphan, now, made.piece.id) for made in changed]
    bulk.update(Entity, ("document", "etag", "is_orphan", "changed_at"), rows)
    write_facets(changed)


def write_facets(changed: Collection[Stitched]) -> None:
    """Bring the facets of `changed` in line with their documents; those that stay the same are not touched."""
    if not changed:
        return
    wanted = {made.piece.id: facets.of_entity(made.value, uid=str(made.piece.uid)) for made in changed}
    keys = _keys({key for rows in wanted.values() for key, _, _ in rows})
    names = {number: key for key, number in keys.items()}
    gone: list[int] = []
    old = [made.piece.id for made in changed if made.piece.etag]
    for chunk in bulk.chunks(old):
        stored = Facet.objects.filter(entity__in=chunk).values_list("id", "entity_id", "key_id", "value", "original")
        for facet_id, entity_id, key_id, value, original in stored.iterator():
            row: FacetRow = (names.get(key_id, ""), value, original)
            if row in wanted[entity_id]:
                wanted[entity_id].discard(row)
            else:
                gone.append(facet_id)
    bulk.delete(Facet, gone)
    rows = [
        (entity_id, keys[key], value, original) for entity_id, found in wanted.items() for key, value, original in found
    ]
    # In the order of the index that is searched, which then grows at its end and not all over.
    rows.sort(key=lambda row: (row[1], row[2] or "", row[0]))
    bulk.insert(Facet, FACET_FIELDS, rows)


def _keys(wanted: set[str]) -> dict[str, int]:
    """Return the number of each key; new ones are added."""
    found: dict[str, int] = {}
    for chunk in bulk.chunks(wanted):
        found.update(FacetKey.objects.filter(key__in=chunk).values_list("key", "id"))
    new = sorted(wanted - found.keys())
    numbers = bulk.reserve_ids(FacetKey, len(new))
    bulk.insert(FacetKey, ("id", "key"), list(zip(numbers, new, strict=True)))
    return found | dict(zip(new, numbers, strict=True))
