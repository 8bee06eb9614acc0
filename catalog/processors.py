"""What rooms above do with entities of a kind when they are stored or removed.

A room registers a processor from its `entity_processors.py`; the catalog does not know it. Both methods run inside the
transaction that stores the entities, so what a processor writes stands or falls with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class StoredEntity:
    """An entity that was added or changed.

    Attributes:
        entity: the descriptor with the annotations that the catalog adds.
        text: the YAML of its document, as it stands in the file.
        base_url: address of the folder of the file, ending in "/": `file:///…/` or https; empty for the admin's.
        commit: that the file was read at; empty where the source told none.
        source: type of the location: `file`, `url`, `admin`.
    """

    ref: str
    entity: dict[str, Any]
    text: str = field(repr=False)
    base_url: str
    commit: str
    source: str


class Processor(Protocol):
    """What is done with the entities of a kind."""

    def stored(self, entities: list[StoredEntity]) -> None: ...

    def removed(self, entity_refs: list[str]) -> None: ...


_processors: dict[str, list[Processor]] = {}


def register(kind: str, processor: Processor) -> None:
    """Have `processor` told of the entities of `kind`."""
    known = _processors.setdefault(kind.lower(), [])
    if processor not in known:
        known.append(processor)


def wants(kind: str) -> bool:
    """Whether anybody is told of entities of `kind`."""
    return kind.lower() in _processors


def stored(entities: Iterable[StoredEntity]) -> None:
    """Tell of entities that were added or changed."""
    for kind, found in _by_kind((entity.ref, entity) for entity in entities).items():
        for processor in _processors.get(kind, ()):
            processor.stored(found)


def removed(entity_refs: Iterable[str]) -> None:
    """Tell of entities that went."""
    for kind, found in _by_kind((ref, ref) for ref in entity_refs).items():
        for processor in _processors.get(kind, ()):
            processor.removed(found)


def _by_kind(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for ref, item in pairs:
        groups.setdefault(ref.partition(":")[0], []).append(item)
    return groups
