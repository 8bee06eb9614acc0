"""Documents that arrive from a reading, each with what is stored under its ref."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from catalog import stitch
from catalog.descriptor.annotations import Place
from catalog.descriptor.descriptors import Parsed
from catalog.history.recording import Event, State
from catalog.history.recording import Place as HistoryPlace
from catalog.models import Descriptor, Entity
from catalog.sources.referenced import Reference
from catalog.stitch import Piece, Stitched
from catalog.storage import bulk, facets
from catalog.storage.columns import Columns
from catalog.storage.facets import FacetRow


@dataclass
class FileChange:
    """A file whose text is new since the last reading, with its documents."""

    place: Place
    content_hash: str
    text: str = field(repr=False)
    parsed: list[Parsed] = field(repr=False)
    references: list[Reference] = field(default_factory=list, repr=False)
    id: int = 0

    @property
    def has_nameless(self) -> bool:
        """Whether a document is too broken to tell its entity, which may then be any that was in the file before."""
        return any(not parsed.ref for parsed in self.parsed)

    @property
    def kept_text(self) -> str:
        """Its text if it has problems, or names places that may have; good files are kept as entities.

        A sign stands for each NUL, which PostgreSQL keeps in no text, so that lines and columns stay what they are.
        """
        is_shown = any(parsed.problems or parsed.ref.startswith("location:") for parsed in self.parsed)
        return self.text.replace("\0", "\N{SYMBOL FOR NULL}") if is_shown else ""


@dataclass
class Known:
    """An entity that the database has already under a ref that arrives."""

    id: int
    ref: str
    uid: uuid.UUID
    location_id: int
    source_hash: str
    etag: str
    is_orphan: bool
    descriptor_id: int | None
    file_path: str
    line: int


@dataclass
class Arrival:
    """A document that arrived, with the file it is from and what is stored under its ref."""

    parsed: Parsed
    file: FileChange | None
    known: Known | None = None
    columns: Columns | None = None
    id: int = 0
    descriptor_id: int | None = None
    # Whether its problems are others than those that are stored.
    has_news: bool = False

    @property
    def is_new(self) -> bool:
        return self.known is None

    @property
    def is_changed(self) -> bool:
        return (
            self.known is not None and self.columns is not None and self.columns.source_hash != self.known.source_hash
        )

    def piece(self) -> Piece:
        """Return what is stitched of it; one that is new has a new uid, unless it was here before."""
        return Piece(
            self.id,
            self.parsed.ref,
            self.known.uid if self.known else uuid.uuid4(),
            self.columns.source if self.columns else "",
            self.columns.source_hash if self.columns else "",
            self.known.etag if self.known else "",
            errors=stitch.errors_of(problem.to_json() for problem in self.parsed.problems),
        )

    def state(self, uid: uuid.UUID, event: Event, other_ref: str) -> State:
        """Return what the history says of it."""
        place = self.file.place if self.file else None
        found = HistoryPlace(place.path, self.parsed.document.line, place.commit) if place else HistoryPlace()
        made = self.columns
        described = (made.title, made.type, made.lifecycle, made.owner_ref, made.sort_key) if made else ("",) * 5
        return State(self.parsed.ref, uid, event, *described, found, other_ref)

    def facets(self, made: Stitched) -> set[FacetRow]:
        """Return all that the entity is searched by."""
        uid = ("metadata.uid", str(made.piece.uid), None)
        return self.parsed.facets | facets.of_relations(made.relations) | {uid}

    def descriptor_values(self, old: Descriptor | None, now: datetime) -> tuple[Any, ...]:
        """Return what its descriptor's row holds, from the position on; `old` is that row as it is."""
        problems = [problem.to_json() for problem in self.parsed.problems]
        failing_since = (old.failing_since if old and old.failing_since else now) if problems else None
        document = self.parsed.document
        return document.index, document.line, self.parsed.ref, self.parsed.owner_ref, problems, failing_since


def stored_under(entity_refs: Collection[str]) -> dict[str, Known]:
    """Return what is stored under refs."""
    fields = ("id", "ref", "uid", "location_id", "source_hash", "etag", "is_orphan", "descriptor_id")
    place = ("descriptor__file__path", "descriptor__line")
    found: dict[str, Known] = {}
    for chunk in bulk.chunks(entity_refs):
        rows: Iterable[Any] = Entity.objects.filter(ref__in=chunk).values_list(*fields, *place)
        for number, ref, uid, location, source_hash, etag, is_orphan, descriptor, path, line in rows:
            place_of = (descriptor, path or "", line or 0)
            found[ref] = Known(number, ref, uid, location, source_hash, etag, is_orphan, *place_of)
    return found
