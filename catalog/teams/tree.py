"""The tree of groups, from who is whose child; groups that lead in a circle are still all there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Branch:
    """A group in the tree; `depth` from 0."""

    ref: str
    depth: int


@dataclass
class Tree:
    """Groups below each other.

    Attributes:
        children: of each group, in order.
        roots: groups that are nobody's child, and one of each circle.
    """

    children: dict[str, list[str]] = field(default_factory=dict)
    roots: list[str] = field(default_factory=list)

    def branches(self) -> list[Branch]:
        """Return all groups, each once, with those below it after it."""
        found: list[Branch] = []
        met: set[str] = set()
        waiting = [Branch(ref, 0) for ref in reversed(self.roots)]
        while waiting:
            branch = waiting.pop()
            if branch.ref in met:
                continue
            met.add(branch.ref)
            found.append(branch)
            below = reversed(self.children.get(branch.ref, []))
            waiting += [Branch(ref, branch.depth + 1) for ref in below]
        return found

    def below(self, ref: str) -> list[str]:
        """Return a group and all groups below it, each once."""
        found: dict[str, None] = {}
        waiting = [ref]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found[each] = None
                waiting += self.children.get(each, [])
        return list(found)


def grow(order: Collection[str], pairs: Iterable[tuple[str, str]]) -> Tree:
    """Return the tree of groups.

    Args:
        order: all groups, in the order in which neighbours stand.
        pairs: (child, parent); those that name other groups count for nothing.
    """
    position = {ref: number for number, ref in enumerate(order)}
    parents: dict[str, set[str]] = defaultdict(set)
    children: dict[str, set[str]] = defaultdict(set)
    for child, parent in pairs:
        if child in position and parent in position and child != parent:
            parents[child].add(parent)
            children[parent].add(child)
    tree = Tree({ref: sorted(found, key=position.__getitem__) for ref, found in children.items()})
    tree.roots = [ref for ref in order if not parents[ref]]
    _add_circles(tree, order)
    return tree


def _add_circles(tree: Tree, order: Collection[str]) -> None:
    """Add one group of each circle as a root: nothing else leads there."""
    met = {ref for root in tree.roots for ref in tree.below(root)}
    for ref in order:
        if ref not in met:
            tree.roots.append(ref)
            met.update(tree.below(ref))


def everybody(ref: str, tree: Tree, members: Mapping[str, Collection[str]]) -> set[str]:
    """Return the members of a group and of all groups below it."""
    return {member for each in tree.below(ref) for member in members.get(each, ())}
