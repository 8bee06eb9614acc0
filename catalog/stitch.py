"""Writes the final document of entities: the descriptor with uid, etag, relations of both directions and status.

All joining is done here, once, so that pages and API read one row and nothing else. Everything is done for many
entities at a time, and only what differs is written. The descriptor is a text already, and stays one: what is added is
put in its place, so an entity to which a thousand others point costs no parsing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from catalog.descriptor.annotations import ORPHAN
from catalog.descriptor.relations import inverse_of
from catalog.models import Entity, Facet, FacetKey, Relation
from catalog.storage import bulk, facets
from catalog.storage.columns import as_json, digest
from catalog.storage.facets import FacetRow

Relations = dict[str, set[tuple[str, str]]]
FACET_FIELDS = ("entity", "key", "value", "original")
# What stands before it in a descriptor, version and kind, can hold no quotation mark.
METADATA = '"metadata":{'
ETAG_LENGTH = 40


@dataclass
class Piece:
    """An entity that is to be written anew; `etag` is that of the document that is stored, empty when there is none."""

    id: int
    ref: str
    uid: UUID
    source: str = field(repr=False)
    source_hash: str
    etag: str = ""
    is_orphan: bool = False
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stitched:
    """A final document as text, with the relations in it."""

    piece: Piece
    document: str = field(repr=False)
    etag: str
    relations: Collection[tuple[str, str]] = field(repr=False)


def stitch(entities: Iterable[Piece]) -> list[Stitched]:
    """Return those of `entities` whose document is another than the stored one."""
    known = list(entities)
    relations = relations_of([piece.ref for piece in known])
    changed = []
    for piece in known:
        found = sorted(relations.get(piece.ref, ()))
        etag = _etag(piece, found)
        if etag != piece.etag:
            changed.append(Stitched(piece, document(piece, found, etag), etag, found))
    return changed


def document(piece: Piece, relations: Iterable[tuple[str, str]], etag: str) -> str:
    """Return the final document of `piece`.

    Args:
        relations: as (type, target ref), seen from the entity.
    """
    source = _marked(piece.source) if piece.is_orphan else piece.source
    head, _, rest = source.partition(METADATA)
    ends = ",".join(f'{{"type":"{type_}","targetRef":{as_json(target)}}}' for type_, target in relations)
    status = f',"status":{as_json({"items": [_status(error) for error in piece.errors]})}' if piece.errors else ""
    return f'{head}{METADATA}"uid":"{piece.uid}","etag":"{etag}",{rest[:-1]},"relations":[{ends}]{status}}}'


def _etag(piece: Piece, relations: Collection[tuple[str, str]]) -> str:
    ends = [f"{type_} {target}" for type_, target in relations]
    return digest("\n".join([piece.source_hash, str(piece.uid), str(piece.is_orphan), *ends, *piece.errors]))[
        :ETAG_LENGTH
    ]


def _marked(source: str) -> str:
    entity = json.loads(source)
    entity["metadata"]["annotations"][ORPHAN] = "true"
    return as_json(entity)


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
    fields = ("id", "ref", "uid", "source", "source_hash", "etag", "is_orphan", "descriptor__problems")
    for chunk in bulk.chunks(entity_refs):
        rows: Iterable[Any] = Entity.objects.filter(ref__in=chunk).values_list(*fields)
        for number, ref, uid, source, source_hash, etag, is_orphan, problems in rows:
            found.append(Piece(number, ref, uid, source, source_hash, etag, is_orphan, errors_of(problems or ())))
    return found


def errors_of(problems: Iterable[Mapping[str, Any]]) -> list[str]:
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
            found[ref].add((inverse_of(type_) or type_, source))
    return found


def write(changed: Collection[Stitched], *, now: datetime) -> None:
    """Store documents whose descriptors are the stored ones: only what stands around them differs."""
    rows = [(made.document, made.etag, made.piece.is_orphan, now, made.piece.id) for made in changed]
    bulk.update(Entity, ("document", "etag", "is_orphan", "changed_at"), rows)
    wanted = {made.piece.id: facets.of_relations(made.relations) for made in changed}
    keys = dict(FacetKey.objects.filter(key__startswith=facets.RELATIONS).values_list("id", "key"))
    write_facets(wanted, stored=_stored_facets(wanted, keys))


def write_all_facets(wanted: dict[int, set[FacetRow]], *, old: Collection[int]) -> None:
    """Bring all facets of entities in line with `wanted`; `old` are those of them that have some."""
    keys = dict(FacetKey.objects.values_list("id", "key"))
    write_facets(wanted, stored=_stored_facets(old, keys if old else {}))


def write_facets(wanted: dict[int, set[FacetRow]], *, stored: Mapping[tuple[int, FacetRow], int]) -> None:
    """Add the rows of `wanted` that are not `stored`, and remove the others; those that stay are not touched."""
    gone = [number for (entity_id, row), number in stored.items() if row not in wanted[entity_id]]
    bulk.delete(Facet, gone)
    keys = _keys({key for found in wanted.values() for key, _, _ in found})
    rows = [
        (entity_id, keys[row[0]], row[1], row[2])
        for entity_id, found in wanted.items()
        for row in found
        if (entity_id, row) not in stored
    ]
    bulk.insert(Facet, FACET_FIELDS, rows)


def _stored_facets(entity_ids: Collection[int], keys: Mapping[int, str]) -> dict[tuple[int, FacetRow], int]:
    """Return the rows of entities under some keys, with their numbers."""
    found: dict[tuple[int, FacetRow], int] = {}
    few = {"key__in": list(keys)} if len(keys) < bulk.CHUNK // 2 else {}
    for chunk in bulk.chunks(entity_ids, bulk.CHUNK // 2):
        stored = Facet.objects.filter(entity__in=chunk, **few).values_list(
            "id", "entity_id", "key_id", "value", "original"
        )
        for number, entity_id, key_id, value, original in stored.iterator():
            found[entity_id, (keys[key_id], value, original)] = number
    return found


def _keys(wanted: set[str]) -> dict[str, int]:
    """Return the number of each key; new ones are added."""
    found: dict[str, int] = {}
    for chunk in bulk.chunks(wanted):
        found.update(FacetKey.objects.filter(key__in=chunk).values_list("key", "id"))
    new = sorted(wanted - found.keys())
    numbers = bulk.reserve_ids(FacetKey, len(new))
    bulk.insert(FacetKey, ("id", "key"), list(zip(numbers, new, strict=True)))
    return found | dict(zip(new, numbers, strict=True))
