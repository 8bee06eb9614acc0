"""Walks from some entities along their relations, a step at a time and not without end."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from catalog.descriptor import relations

# Relations as they are drawn: each pair of words in its first, so that an arrow leads the same way for both ends.
FORWARD = tuple(forward for forward, _ in relations.PAIRS)


@dataclass(frozen=True, order=True)
class Edge:
    """An arrow: `component:default/a` --dependsOn--> `resource:default/b`."""

    source: str
    type: str
    target: str


def edge(source: str, type_: str, target: str) -> Edge:
    """Return a declared relation as the arrow that both of its words mean."""
    inverse = relations.inverse_of(type_)
    if inverse is not None and (inverse in FORWARD or (type_ not in FORWARD and inverse < type_)):
        return Edge(target, inverse, source)
    return Edge(source, type_, target)


@dataclass
class Walk:
    """What a walk met: how many steps each entity is away, the arrows between them, and whether there is more."""

    distances: dict[str, int]
    edges: set[Edge] = field(default_factory=set)
    is_cut: bool = False

    @property
    def refs(self) -> list[str]:
        """The entities, the nearest first."""
        return sorted(self.distances, key=lambda ref: (self.distances[ref], ref))


EdgesOf = Callable[[Collection[str]], Iterable[Edge]]


def around(roots: Collection[str], *, steps: int, most: int, edges_of: EdgesOf, kinds: Collection[str] = ()) -> Walk:
    """Walk from `roots` in both directions.

    Args:
        edges_of: gives the arrows that begin or end at some entities.
        most: entities that are met at most; a walk that would meet more is cut.
        kinds: lower-case kinds that are met; all when there are none. The roots are met whatever they are.
    """
    walk = Walk(dict.fromkeys(roots, 0))
    frontier = set(roots)
    for distance in range(1, steps + 1):
        found = {each for each in edges_of(frontier) if _is_met(each, kinds, walk)}
        nearest = sorted(_ends(found) - walk.distances.keys())
        room = most - len(walk.distances)
        walk.is_cut |= len(nearest) > room
        frontier = set(nearest[: max(room, 0)])
        walk.distances.update(dict.fromkeys(frontier, distance))
        walk.edges |= {each for each in found if each.source in walk.distances and each.target in walk.distances}
        if not frontier:
            return walk
    # What the last ones have among themselves.
    walk.edges |= {e for e in edges_of(frontier) if e.source in walk.distances and e.target in walk.distances}
    return walk


def _is_met(found: Edge, kinds: Collection[str], walk: Walk) -> bool:
    return all(
        not kinds or end.partition(":")[0] in kinds or end in walk.distances for end in (found.source, found.target)
    )


def _ends(edges: Iterable[Edge]) -> set[str]:
    return {end for each in edges for end in (each.source, each.target)}
