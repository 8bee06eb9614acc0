"""Finds patterns that a backtracking engine hangs on.

Ours are matched in linear time; but browsers, Backstage and the tools of a repository's CI read the same `pattern`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# What a part of an alternative does: it stands there once, may be left out, or may repeat without end.
ONCE, OPEN, ENDLESS = "once", "open", "endless"


def of(schema: Any) -> Iterator[str]:
    """Yield every `pattern` in `schema`."""
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Mapping):
            if isinstance(part.get("pattern"), str):
                yield part["pattern"]
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def repeats_a_repetition(pattern: str) -> bool:
    """Tell whether a group that is repeated without end can match the same text in ever more ways.

    `(a+)+` and `(\\w+\\s?)*` can; `(-[a-z]+)*` cannot, since each round must begin with a hyphen.
    """
    # Of each open group its alternatives, of each alternative what its parts do.
    groups: list[list[list[str]]] = [[[]]]
    for atom, quantifier in _atoms(pattern):
        if atom == "(":
            groups.append([[]])
        elif atom == "|":
            groups[-1].append([])
        elif atom == ")" and len(groups) > 1:
            is_loose = any(ENDLESS in parts and ONCE not in parts for parts in groups.pop())
            if is_loose and _does(quantifier) == ENDLESS:
                return True
            groups[-1][-1].append(ENDLESS if is_loose else _does(quantifier))
        else:
            groups[-1][-1].append(_does(quantifier))
    return False


def _does(quantifier: str) -> str:
    if quantifier.startswith(("*", "+")) or quantifier.endswith(",}"):
        return ENDLESS
    return OPEN if quantifier.startswith(("?", "{0")) else ONCE


def _atoms(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield (sign, quantifier) of a pattern; a class or an escape is one sign, anchors are left out."""
    position = 0
    while position < len(pattern):
        end = _end_of_atom(pattern, position)
        atom = "(" if pattern[position] == "(" else pattern[position:end]
        position = _end_of_quantifier(pattern, end) if atom not in ("(", "|") else end
        if atom not in ("^", "$"):
            yield atom, pattern[end:position]


def _end_of_atom(pattern: str, start: int) -> int:
    if pattern[start] == "\\":
        return start + 2
    if pattern[start] == "[":
        end = start + 2
        while end < len(pattern) and pattern[end] != "]":
            end += 2 if pattern[end] == "\\" else 1
        return end + 1
    if pattern.startswith(("(?:", "(?=", "(?!"), start):
        return start + 3
    if pattern.startswith(("(?P<", "(?<"), start):
        return pattern.find(">", start) + 1 or len(pattern)
    return start + 1


def _end_of_quantifier(pattern: str, start: int) -> int:
    if pattern[start : start + 1] in ("*", "+", "?"):
        return start + 1
    if pattern[start : start + 1] == "{":
        return pattern.find("}", start) + 1 or len(pattern)
    return start
