"""The arrows that the catalog knows, read for many entities at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from catalog.descriptor import relations
from catalog.graphs.walking import Edge, edge
from catalog.models import Relation
from catalog.storage import bulk

# Arrows that are read for one step; a group that owns thousands has a list for that.
MOST = 5_000


def of(refs: Collection[str], types: Collection[str] = ()) -> Iterator[Edge]:
    """Yield the arrows that begin or end at `refs`; only those of some types where there are any."""
    words = {*types, *(inverse for each in types if (inverse := relations.inverse_of(each)))}
    chosen = {"type__in": sorted(words)} if words else {}
    for chunk in bulk.chunks(sorted(refs), bulk.CHUNK // 2):
        for side in ("source_ref__in", "target_ref__in"):
            rows = Relation.objects.filter(**{side: chunk}, **chosen).values_list("source_ref", "type", "target_ref")
            for source, type_, target in rows[:MOST]:
                yield edge(source, type_, target)
