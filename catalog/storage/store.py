"""Stores what was read from the files of a location: one transaction for many documents, nothing in a loop of queries.

The first place that describes a ref keeps it (I08); whoever comes later gets a problem that says who was first. An
entity whose descriptor broke stays as it last was. The catalog's revision rises last, and only if a row was written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from catalog import processors, removal, stitch
from catalog.arrivals import Arrival, FileChange, Known, stored_under
from catalog.causes import Cause
from catalog.descriptor import descriptors
from catalog.descriptor.descriptors import Parsed
from catalog.history import recording
from catalog.history.recording import Event, State
from catalog.models import CatalogRevision, Descriptor, Entity, Location, Relation, SourceFile, Tombstone
from catalog.processors import StoredEntity
from catalog.removal import Outcome
from catalog.search import index
from catalog.stitch import Piece
from catalog.storage import bulk, columns, kept_away, references, renames
from catalog.storage.columns import Columns

# Documents that one transaction stores. On SQLite all other writers wait for it.
BATCH = 20_000
NEW_ENTITY = (
    "id",
    "ref",
    "uid",
    "kind",
    "namespace",
    "name",
    *Columns._fields,
    "location",
    "descriptor",
    "is_orphan",
    "document",
    "etag",
    "created_at",
    "changed_at",
)
CHANGED_ENTITY = (*Columns._fields, "location", "descriptor", "document", "etag", "is_orphan", "changed_at")
DESCRIPTOR = ("id", "file", "position", "line", "ref", "owner_ref", "problems", "failing_since")


class Store:
    """Stores one reading of one location.

    Args:
        changed: the files with another text than before.
        vanished: paths of files that are there no more.
        commit: that was read; empty where the source told none.
    """

    def __init__(
        self,
        location: Location,
        changed: list[FileChange],
        vanished: Collection[str],
        *,
        now: datetime,
        commit: str = "",
    ) -> None:
        self.location = location
        self.changed = changed
        self.vanished = set(vanished)
        self.now = now
        self.commit = commit
        self.outcome = Outcome()
        # Refs that arrived in this reading, with the place of the first document that names each.
        self._claimed: dict[str, str] = {}
        self._moving = self.vanished | {change.place.path for change in changed}

    def run(self, extra: Sequence[Parsed] = ()) -> Outcome:
        """Store everything, in batches of whole files.

        Args:
            extra: entities that stand in no file, such as the one for a registered location.
        """
        batches = list(_batches(self.changed))
        for number, batch in enumerate(batches or [[]]):
            is_last = number >= len(batches) - 1
            with transaction.atomic():
                CatalogRevision.lock()
                self._store(batch, extra if number == 0 else ())
                if is_last:
                    self._remove_gone()
                if self.outcome.has_written:
                    CatalogRevision.rise()
        return self.outcome

    # -- One batch ---------------------------------------------------------------------------------------------------

    def _store(self, files: list[FileChange], extra: Sequence[Parsed]) -> None:
        self._write_files(files)
        arrivals = [Arrival(parsed, file) for file in files for parsed in file.parsed]
        arrivals += [Arrival(parsed, None) for parsed in extra]
        self._meet(arrivals)
        self._write_descriptors(files, arrivals)
        good = [arrival for arrival in arrivals if not arrival.parsed.is_refused]
        for arrival in good:
            arrival.columns = columns.of_entity(arrival.parsed.entity or {}, arrival.parsed.relations)
        new = [arrival for arrival in good if arrival.is_new]
        changed = [arrival for arrival in good if arrival.is_changed]
        names = self._rename(new)
        for arrival, number in zip(new, bulk.reserve_ids(Entity, len(new)), strict=True):
            arrival.id = number
        self._point(arrivals)
        touched = self._write_relations([*new, *changed])
        moment = recording.now()
        recording.end([arrival.parsed.ref for arrival in changed], at=moment)
        states = self._write_entities(arrivals, new, changed, touched, names)
        recording.begin(states, at=moment)
        index.stored([*new, *changed])
        self._tell(new, changed)
        self._count(good, new, changed)

    def _count(self, good: list[Arrival], new: list[Arrival], changed: list[Arrival]) -> None:
        self.outcome.added += sum(arrival.file is not None for arrival in new)
        self.outcome.changed += len(changed)
        self.outcome.unchanged += sum(a.file is not None and not a.is_new and not a.is_changed for a in good)
        self.outcome.has_written |= bool(new or changed)
        self.outcome.touches_locations |= any(a.parsed.ref.startswith("location:") for a in (*new, *changed))

    def _write_files(self, files: list[FileChange]) -> None:
        """Write the files with their hash; the text only of those with problems, to show the line."""
        stored = dict(SourceFile.objects.filter(location=self.location).values_list("path", "id")) if files else {}
        new = [file for file in files if file.place.path not in stored]
        for file, number in zip(new, bulk.reserve_ids(SourceFile, len(new)), strict=True):
            file.id = number
        rows = [(f.id, self.location.pk, f.place.path, f.content_hash, f.kept_text) for f in new]
        bulk.insert(SourceFile, ("id", "location", "path", "content_hash", "text"), rows)
        old = [file for file in files if file.place.path in stored]
        for file in old:
            file.id = stored[file.place.path]
        bulk.update(SourceFile, ("content_hash", "text"), [(f.content_hash, f.kept_text, f.id) for f in old])
        references.write(files)

    def _meet(self, arrivals: list[Arrival]) -> None:
        """Find what is stored under the refs that arrive, and refuse who comes second."""
        known = stored_under({arrival.parsed.ref for arrival in arrivals if arrival.parsed.ref})
        kept_away.refuse(arrivals)
        for arrival in arrivals:
            ref = arrival.parsed.ref
            found = known.get(ref)
            is_mine = found is None or self._may_take(found, arrival)
            # A refused document claims a ref only to keep what it described before it broke.
            if not ref or (arrival.parsed.is_refused and not (found and is_mine)):
                continue
            path = arrival.file.place.path if arrival.file else str(self.location)
            place = f"{path}:{arrival.parsed.document.line}"
            first = self._claimed.setdefault(ref, place) if is_mine or not found else f"{found.file_path}:{found.line}"
            if first == place:
                arrival.known = found
                arrival.id = found.id if found else 0
            elif not arrival.parsed.is_refused:
                arrival.parsed.refuse(descriptors.second(ref, first))

    def _may_take(self, known: Known, arrival: Arrival) -> bool:
        """Whether an entity that is stored already is this location's to write, from the file that arrives."""
        if known.location_id != self.location.pk:
            return False
        if arrival.file is None or known.file_path in ("", arrival.file.place.path):
            return True
        return known.file_path in self._moving

    # -- Descriptors -------------------------------------------------------------------------------------------------

    def _write_descriptors(self, files: list[FileChange], arrivals: list[Arrival]) -> None:
        """Bring the descriptors of `files` in line with their documents, matched by ref, and number the arrivals."""
        stored: dict[int, dict[str, list[Descriptor]]] = {file.id: {} for file in files}
        for chunk in bulk.chunks(stored):
            for row in Descriptor.objects.filter(file__in=chunk).order_by("-position"):
                stored[row.file_id].setdefault(row.ref, []).append(row)
        inserts, updates = [], []
        for arrival in arrivals:
            if arrival.file is None:
                continue
            rows = stored[arrival.file.id].get(arrival.parsed.ref)
            old = rows.pop() if rows else None
            wanted = arrival.descriptor_values(old, self.now)
            if old is None:
                inserts.append((arrival, wanted))
            else:
                arrival.descriptor_id = old.pk
                arrival.has_news = wanted[4] != old.problems
                if wanted != (old.position, old.line, old.ref, old.owner_ref, old.problems, old.failing_since):
                    updates.append((*wanted, old.pk))
        for (arrival, _), number in zip(inserts, bulk.reserve_ids(Descriptor, len(inserts)), strict=True):
            arrival.descriptor_id = number
            arrival.has_news = bool(arrival.parsed.problems)
        rows_to_add = [(a.descriptor_id, a.file.id, *wanted) for a, wanted in inserts if a.file]
        bulk.insert(Descriptor, DESCRIPTOR, rows_to_add)
        bulk.update(Descriptor, DESCRIPTOR[2:], updates)
        gone = [row.pk for file in files for row in self._left_over(file, stored[file.id])]
        for chunk in bulk.chunks(gone):
            Entity.objects.filter(descriptor__in=chunk).update(descriptor=None)
        bulk.delete(Descriptor, gone)
        self.outcome.has_written |= bool(inserts or updates or gone)

    def _left_over(self, file: FileChange, stored: dict[str, list[Descriptor]]) -> Iterator[Descriptor]:
        """Yield the descriptors that no document stands for any more. One whose entity is kept is kept with it."""
        for ref, rows in stored.items():
            if not (ref and file.has_nameless):
                yield from rows

    def _point(self, arrivals: list[Arrival]) -> None:
        """Have each stored entity point at the descriptor that it stands in now."""
        moved = [(a.descriptor_id, a.id) for a in arrivals if a.known and a.known.descriptor_id != a.descriptor_id]
        bulk.update(Entity, ("descriptor",), moved)
        self.outcome.has_written |= bool(moved)

    # -- Relations and entities --------------------------------------------------------------------------------------

    def _write_relations(self, arrivals: list[Arrival]) -> set[str]:
        """Bring the declared relations of `arrivals` in line; return the refs at the other ends of what differs."""
        wanted = {a.id: {(r.type, r.target_ref) for r in a.parsed.relations} for a in arrivals}
        refs = {a.id: a.parsed.ref for a in arrivals}
        touched: set[str] = set()
        gone: list[int] = []
        for chunk in bulk.chunks(a.id for a in arrivals if not a.is_new):
            stored = Relation.objects.filter(origin__in=chunk).values_list("id", "origin_id", "type", "target_ref")
            for relation_id, origin, type_, target in stored.iterator():
                if (type_, target) in wanted[origin]:
                    wanted[origin].discard((type_, target))
                else:
                    gone.append(relation_id)
                    touched.add(target)
        rows = [(origin, refs[origin], *pair) for origin, pairs in wanted.items() for pair in sorted(pairs)]
        touched |= {row[3] for row in rows}
        bulk.delete(Relation, gone)
        bulk.insert(Relation, ("origin", "source_ref", "type", "target_ref"), rows)
        return touched

    def _rename(self, new: list[Arrival]) -> dict[str, tuple[str, UUID]]:
        """Remove those that go on under another name; return {new ref: (old ref, its uid)}."""
        wishes = renames.wished(new)
        if wishes:
            arriving = {parsed.ref for change in self.changed for parsed in change.parsed}
            wishes = {ref: arrival for ref, arrival in wishes.items() if ref not in arriving}
        if not wishes:
            return {}
        read = {change.place.path for change in self.changed if not change.has_nameless}
        gone = renames.leaving(wishes, location_id=self.location.pk, paths=read | self.vanished)
        names = {ref: wishes[ref].parsed.ref for ref in gone}
        reason = f"renamed in {self.location}"[:255]
        removal.remove(
            gone,
            outcome=self.outcome,
            reason=reason,
            now=self.now,
            commit=self.commit,
            cause=Cause.RENAMED,
            names=names,
        )
        uids = renames.take_uids(wishes)
        return {a.parsed.ref: (old, uids[a.parsed.ref]) for old, a in wishes.items() if a.parsed.ref in uids}

    def _write_entities(
        self,
        arrivals: list[Arrival],
        new: list[Arrival],
        changed: list[Arrival],
        touched: set[str],
        names: dict[str, tuple[str, UUID]],
    ) -> list[State]:
        """Stitch and write what arrived, and what the new relations lead to; return what the history says of it.

        Args:
            names: of `_rename`.
        """
        mine = {arrival.parsed.ref: arrival.piece() for arrival in (*new, *changed)}
        events = dict.fromkeys(mine, Event.CHANGED)
        events |= self._give_uids([mine[arrival.parsed.ref] for arrival in new], names)
        # Of those that stay as they are, the document tells the errors of the descriptor, which may have come or gone.
        told = {a.parsed.ref for a in arrivals if a.known and (a.has_news or a.known.is_orphan)}
        others = stitch.pieces([ref for ref in touched | told if ref not in mine])
        for piece in others:
            piece.is_orphan &= piece.ref not in told
        made = {stitched.piece.ref: stitched for stitched in stitch.stitch([*mine.values(), *others])}
        bulk.insert(Entity, NEW_ENTITY, [self._new_row(arrival, made[arrival.parsed.ref]) for arrival in new])
        bulk.update(Entity, CHANGED_ENTITY, [self._changed_row(a, made[a.parsed.ref]) for a in changed])
        stitch.write([stitched for ref, stitched in made.items() if ref not in mine], now=self.now)
        wanted = {a.id: a.facets(made[a.parsed.ref]) for a in (*new, *changed)}
        stitch.write_all_facets(wanted, old=[a.id for a in changed])
        self.outcome.has_written |= bool(made)
        self.outcome.people |= {ref for ref in (*made, *touched) if ref.startswith("user:")}
        old_names = {ref: old for ref, (old, _) in names.items()}
        return [
            arrival.state(mine[ref].uid, events[ref], old_names.get(ref, ""))
            for arrival in (*new, *changed)
            if (ref := arrival.parsed.ref)
        ]

    def _give_uids(self, pieces: list[Piece], names: dict[str, tuple[str, UUID]]) -> dict[str, Event]:
        """Give back the uid of those that were here before, and tell what happened to each; others have a new one."""
        events: dict[str, Event] = {piece.ref: Event.ADDED for piece in pieces}
        returned: list[str] = []
        by_ref = {piece.ref: piece for piece in pieces}
        for chunk in bulk.chunks(by_ref):
            for ref, uid in Tombstone.objects.filter(ref__in=chunk).values_list("ref", "uid"):
                by_ref[ref].uid = uid
                returned.append(ref)
        for chunk in bulk.chunks(returned):
            Tombstone.objects.filter(ref__in=chunk).delete()
        events |= dict.fromkeys(returned, Event.RETURNED)
        for ref, (_, uid) in names.items():
            by_ref[ref].uid = uid
            events[ref] = Event.RENAMED
        return events

    def _new_row(self, arrival: Arrival, made: stitch.Stitched) -> bulk.Row:
        kind, namespace, name = recording.parts(arrival.parsed.ref)
        return (
            arrival.id,
            arrival.parsed.ref,
            made.piece.uid,
            kind,
            namespace,
            name,
            *(arrival.columns or ()),
            self.location.pk,
            arrival.descriptor_id,
            False,
            made.document,
            made.etag,
            self.now,
            self.now,
        )

    def _changed_row(self, arrival: Arrival, made: stitch.Stitched) -> bulk.Row:
        place = (self.location.pk, arrival.descriptor_id)
        return (*(arrival.columns or ()), *place, made.document, made.etag, False, self.now, arrival.id)

    def _tell(self, new: list[Arrival], changed: list[Arrival]) -> None:
        """Tell the rooms above of the entities that they asked for."""
        told = [
            StoredEntity(
                ref=arrival.parsed.ref,
                entity=arrival.parsed.entity or {},
                text=arrival.parsed.text,
                base_url=arrival.file.place.base_url,
                commit=arrival.file.place.commit,
                source=arrival.file.place.type,
            )
            for arrival in (*new, *changed)
            if arrival.file and processors.wants(arrival.parsed.ref.partition(":")[0])
        ]
        processors.stored(told)

    # -- What went ---------------------------------------------------------------------------------------------------

    def _remove_gone(self) -> None:
        """Remove the entities that are in none of the files now, and the files that vanished."""
        read = {change.place.path: change for change in self.changed}
        keeping = {path for path, change in read.items() if change.has_nameless}
        paths = [path for path in self._moving if path not in keeping]
        gone: list[str] = []
        for chunk in bulk.chunks(paths):
            here = Entity.objects.filter(location=self.location, descriptor__file__path__in=chunk)
            gone += [ref for ref in here.values_list("ref", flat=True) if ref not in self._claimed]
        # Left by a reading in which their document was replaced by another.
        astray = Entity.objects.filter(location=self.location, descriptor=None).exclude(
            kind="location", name__startswith="generated-"
        )
        gone += [ref for ref in astray.values_list("ref", flat=True) if ref not in self._claimed]
        for chunk in bulk.chunks(self.vanished):
            deleted, _ = SourceFile.objects.filter(location=self.location, path__in=chunk).delete()
            self.outcome.has_written |= deleted > 0
        reason = f"gone from {self.location}"[:255]
        removal.remove(gone, outcome=self.outcome, reason=reason, now=self.now, commit=self.commit)


def _batches(files: Iterable[FileChange]) -> Iterator[list[FileChange]]:
    """Yield the files in groups of about `BATCH` documents, in their order."""
    batch: list[FileChange] = []
    size = 0
    for file in files:
        batch.append(file)
        size += len(file.parsed)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
