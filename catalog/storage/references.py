"""What placeholders in the files of a location lead to: kept, so that a change there has the descriptor read anew."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.arrivals import FileChange
from catalog.descriptor.annotations import Place
from catalog.models import FileReference, Location
from catalog.sources.base import LONGEST_ETAG
from catalog.sources.referenced import Library, Reference
from catalog.storage import bulk

FIELDS = ("file", "type", "target", "content_hash", "etag", "commit", "memory")


def stale(location: Location, library: Library) -> set[str]:
    """Return the paths of files of `location` that lead to another text than when they were read.

    A file whose host does not answer is taken to be as it was.
    """
    rows = FileReference.objects.filter(file__location=location).select_related("file").defer("file__text")
    found: set[str] = set()
    moved: list[bulk.Row] = []
    for row in rows:
        known = Reference(row.type, row.target, row.content_hash, row.etag, row.commit, row.memory)
        now = library.look(Place(location.type, row.file.path, str(location.entry)), known)
        if now is None or now == known:
            continue
        if now.content_hash != known.content_hash:
            found.add(row.file.path)
        else:
            moved.append((now.etag[:LONGEST_ETAG], now.commit, now.memory, row.pk))
    bulk.update(FileReference, ("etag", "commit", "memory"), moved)
    return found


def write(files: Sequence[FileChange]) -> None:
    """Keep what the files of a reading lead to, in place of what they led to before; call it inside a transaction."""
    gone: list[int] = []
    for chunk in bulk.chunks(file.id for file in files):
        gone += FileReference.objects.filter(file__in=chunk).values_list("pk", flat=True)
    bulk.delete(FileReference, gone)
    rows = [
        (file.id, each.type, each.target, each.content_hash, each.etag[:LONGEST_ETAG], each.commit, each.memory)
        for file in files
        for each in file.references
    ]
    bulk.insert(FileReference, FIELDS, rows)
