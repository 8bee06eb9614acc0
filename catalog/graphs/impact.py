"""What breaks if an entity goes: who needs it, and who needs those.

An entity breaks when what it depends on or consumes goes, an API when the last of those who provide it goes, a part of
a component with the component. What an entity only belongs to, an owner, a system, a domain, does not break it; it
loses it, and nothing follows from that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from catalog.graphs.walking import Edge


class Reason(StrEnum):
    """How an entity needs another."""

    DEPENDS = "dependsOn"
    CONSUMES = "consumesApi"
    PROVIDED = "providesApi"
    PART = "partOf"
    OWNED = "ownedBy"
    MEMBER = "memberOf"
    CHILD = "childOf"


TYPES = tuple(reason.value for reason in Reason)
# What is lost with an entity of these kinds, and by that alone nothing breaks.
BELONGING = (Reason.OWNED, Reason.MEMBER, Reason.CHILD)
PARTS_BREAK_OF = ("component",)


@dataclass(frozen=True)
class Hit:
    """An entity that is hit: by what that goes, and how it needs that. `breaks` is false where it only loses it."""

    ref: str
    because: str
    reason: Reason
    distance: int
    breaks: bool


@dataclass
class Impact:
    """All that is hit when one entity goes, the nearest first; `is_cut` when it is more than is told."""

    root: str
    hits: list[Hit] = field(default_factory=list)
    is_cut: bool = False

    @property
    def broken(self) -> list[Hit]:
        return [hit for hit in self.hits if hit.breaks]

    @property
    def bereft(self) -> list[Hit]:
        """Those that lose what they belong to."""
        return [hit for hit in self.hits if not hit.breaks]


EdgesOf = Callable[[Collection[str]], Iterable[Edge]]


def of(root: str, *, edges_of: EdgesOf, most: int) -> Impact:
    """Return what is hit when `root` goes, at most `most` entities."""
    impact = Impact(root)
    gone: set[str] = {root}
    told: set[str] = {root}
    frontier = {root}
    distance = 0
    while frontier and not impact.is_cut:
        distance += 1
        found = sorted(edges_of(frontier))
        providers = _providers(
            edges_of, {e.target for e in found if e.type == Reason.PROVIDED and e.source in frontier}
        )
        hits = [hit for each in found if (hit := _hit(each, frontier, gone, providers, distance))]
        frontier = set()
        for hit in sorted(hits, key=lambda each: (not each.breaks, each.ref)):
            if hit.ref in told:
                continue
            if len(impact.hits) >= most:
                impact.is_cut = True
                break
            told.add(hit.ref)
            impact.hits.append(hit)
            if hit.breaks:
                frontier.add(hit.ref)
        gone |= frontier
    return impact


def _providers(edges_of: EdgesOf, apis: set[str]) -> dict[str, set[str]]:
    """Return {API: who provides it}."""
    found: dict[str, set[str]] = defaultdict(set)
    if apis:
        for each in edges_of(apis):
            if each.type == Reason.PROVIDED and each.target in apis:
                found[each.target].add(each.source)
    return found


def _hit(each: Edge, frontier: set[str], gone: set[str], providers: dict[str, set[str]], distance: int) -> Hit | None:
    """Return who is hit over an arrow that begins or ends at what goes; None when nobody is."""
    if each.type == Reason.PROVIDED:
        if each.source in frontier and providers.get(each.target, set()) <= gone:
            return Hit(each.target, each.source, Reason.PROVIDED, distance, breaks=True)
        return None
    if each.target not in frontier or each.type not in TYPES:
        return None
    reason = Reason(each.type)
    kind = each.target.partition(":")[0]
    breaks = reason not in BELONGING and (reason is not Reason.PART or kind in PARTS_BREAK_OF)
    # What belongs to something that breaks goes on belonging to it; only what goes by itself leaves others bereft.
    if not breaks and distance > 1:
        return None
    return Hit(each.source, each.target, reason, distance, breaks)
