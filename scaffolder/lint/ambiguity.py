"""Tells whether a regular expression can take for ever in an engine that backtracks.

The portal's own engine is linear, but the same pattern runs in browsers and in Backstage. A pattern is refused when one
text can be read by a loop in two ways, since the ways then double with each repetition (`^(a+)+$`); a repetition with a
separator (`^a+(-a+)*$`) is fine. The test builds Glushkov's automaton and looks for such a loop in its product with
itself. Source: Weber and Seidl, "On the degree of ambiguity of finite automata", 1991 (criterion EDA).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from scaffolder.lint import regex
from scaffolder.lint.regex import Alternatives, Anchor, Node, Repeat, Sequence, Signs

# From this many repetitions on, a bounded loop is as bad as one without a bound.
AS_GOOD_AS_UNBOUNDED = 10
# A pattern with more letters than this is refused by its length alone: the test grows with the square.
MOST_POSITIONS = 400

T = TypeVar("T")
Edge = tuple[int, int]


@dataclass
class _Automaton:
    """Glushkov's: a state for each place where the pattern reads a sign, and the ways from one to the next."""

    signs: list[frozenset[int]] = field(default_factory=list)
    ways: Counter[Edge] = field(default_factory=Counter)

    def following(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {state: set() for state in range(len(self.signs))}
        for start, end in self.ways:
            found[start].add(end)
        return found


@dataclass(frozen=True)
class _Part:
    """What a part of a pattern can begin and end with, and whether it can be empty."""

    is_empty: bool
    first: frozenset[int]
    last: frozenset[int]


NOTHING = _Part(is_empty=True, first=frozenset(), last=frozenset())


def is_exponential(pattern: str) -> bool:
    """Tell whether some text makes a backtracking engine try exponentially many ways.

    Raises:
        regex.Unreadable: the pattern uses something beyond classes, groups, alternatives and repetitions.
    """
    automaton = _Automaton()
    _build(regex.parse(pattern), automaton)
    if len(automaton.signs) > MOST_POSITIONS:
        return True
    following = automaton.following()
    home = _components(following)
    if any(count > 1 and home[start] == home[end] for (start, end), count in automaton.ways.items()):
        return True
    return _splits(automaton, following, home)


def _build(node: Node, automaton: _Automaton) -> _Part:
    match node:
        case Signs(values):
            automaton.signs.append(values)
            state = frozenset({len(automaton.signs) - 1})
            return _Part(is_empty=False, first=state, last=state)
        case Sequence(parts):
            return _chain((_build(part, automaton) for part in parts), automaton)
        case Alternatives(parts):
            built = [_build(part, automaton) for part in parts]
            return _Part(
                any(part.is_empty for part in built),
                frozenset().union(*(part.first for part in built)),
                frozenset().union(*(part.last for part in built)),
            )
        case Repeat(part, least, most):
            return _repeat(part, least, most, automaton)
        case Anchor():
            return NOTHING


def _chain(parts: Iterable[_Part], automaton: _Automaton) -> _Part:
    whole = NOTHING
    for part in parts:
        _join(whole.last, part.first, automaton)
        whole = _Part(
            whole.is_empty and part.is_empty,
            whole.first | part.first if whole.is_empty else whole.first,
            whole.last | part.last if part.is_empty else part.last,
        )
    return whole


def _join(ends: Iterable[int], beginnings: Iterable[int], automaton: _Automaton) -> None:
    firsts = list(beginnings)
    automaton.ways.update((end, first) for end in ends for first in firsts)


def _repeat(node: Node, least: int, most: int | None, automaton: _Automaton) -> _Part:
    if most is None or most >= AS_GOOD_AS_UNBOUNDED:
        part = _build(node, automaton)
        _join(part.last, part.first, automaton)
        if part.is_empty and most is not None:
            # A counted loop may leave out any of its turns, `(a?){30}`: one text, many ways to read it.
            _join(part.last, part.first, automaton)
        return _Part(part.is_empty or least == 0, part.first, part.last)
    # Two copies and one that may be missing show every way in which a short loop can be read.
    needed = min(least, 2)
    optional = min(most - needed, 1 if needed else 2)
    copies = [_build(node, automaton) for _ in range(needed)]
    copies += [_optional(_build(node, automaton)) for _ in range(optional)]
    return _chain(copies, automaton)


def _optional(part: _Part) -> _Part:
    return _Part(is_empty=True, first=part.first, last=part.last)


def _splits(automaton: _Automaton, following: Mapping[int, set[int]], home: Mapping[int, int]) -> bool:
    """Tell whether two different ways lead from a state back to itself over the same text."""
    loops = {state for start, end in automaton.ways if home[start] == home[end] for state in (start, end)}
    pairs: dict[Edge, set[Edge]] = {}
    waiting = [(state, state) for state in loops]
    while waiting:
        left, right = pair = waiting.pop()
        if pair in pairs:
            continue
        pairs[pair] = {
            (a, b)
            for a in following[left] & loops
            for b in following[right] & loops
            if home[a] == home[left] and home[b] == home[right] and automaton.signs[a] & automaton.signs[b]
        }
        waiting.extend(pairs[pair])
    component = _components(pairs)
    same = {component[pair] for pair in pairs if pair[0] == pair[1]}
    return any(component[pair] in same for pair in pairs if pair[0] != pair[1])


def _components(graph: Mapping[T, set[T]]) -> dict[T, int]:
    """Return the strongly connected component of each node (Kosaraju's way, without recursion)."""
    order = _finished(graph)
    backwards: dict[T, set[T]] = {node: set() for node in graph}
    for node, ends in graph.items():
        for end in ends:
            backwards[end].add(node)
    found: dict[T, int] = {}
    for number, root in enumerate(reversed(order)):
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found[node] = number
                waiting.extend(backwards[node] - found.keys())
    return found


def _finished(graph: Mapping[T, set[T]]) -> list[T]:
    """Return the nodes in the order in which a depth-first walk leaves them."""
    seen: set[T] = set()
    order: list[T] = []
    for root in graph:
        if root in seen:
            continue
        seen.add(root)
        path = [(root, iter(graph[root]))]
        while path:
            node, ends = path[-1]
            end = next((end for end in ends if end not in seen), None)
            if end is None:
                order.append(node)
                path.pop()
            else:
                seen.add(end)
                path.append((end, iter(graph[end])))
    return order
