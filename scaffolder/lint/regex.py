"""Reads the regular expressions of JSON Schema into a tree: signs, sequences, alternatives, repetitions.

Only what the linear-time engine takes as well. What a pattern means is the engine's business; this tree answers
questions about its form, such as whether it is anchored.
"""

from __future__ import annotations

from dataclasses import dataclass

# One sign stands for everything past ASCII.
OTHER = 128
EVERY = frozenset(range(OTHER + 1))
DIGITS = frozenset(range(ord("0"), ord("9") + 1))
LETTERS = frozenset([*range(ord("a"), ord("z") + 1), *range(ord("A"), ord("Z") + 1)])
WORD = LETTERS | DIGITS | {ord("_")}
BLANKS = frozenset(map(ord, " \t\n\r\f\v"))
CLASSES = {
    "d": DIGITS,
    "w": WORD,
    "s": BLANKS,
    "D": EVERY - DIGITS,
    "W": EVERY - WORD,
    "S": EVERY - BLANKS,
}
CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}
QUANTIFIERS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
DEEPEST = 50


class Unreadable(ValueError):
    """A pattern with something that this reader does not know."""


@dataclass(frozen=True)
class Signs:
    """One sign out of a set."""

    values: frozenset[int]


@dataclass(frozen=True)
class Sequence:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Alternatives:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Repeat:
    part: Node
    least: int
    most: int | None


@dataclass(frozen=True)
class Anchor:
    """`^`, `$` or a word boundary: takes no sign."""

    sign: str


Node = Signs | Sequence | Alternatives | Repeat | Anchor


def parse(pattern: str) -> Node:
    """Return the tree of a pattern.

    Raises:
        Unreadable: it uses look-around, back-references or anything else beyond the common core.
    """
    return _Reader(pattern).whole()


def is_anchored(node: Node) -> bool:
    """Tell whether a pattern that matches has read the whole text, in each of its alternatives."""
    return _touches(node, "^", first=True) and _touches(node, "$", first=False)


def _touches(node: Node, sign: str, *, first: bool) -> bool:
    match node:
        case Anchor(found):
            return found == sign
        case Alternatives(parts):
            return all(_touches(part, sign, first=first) for part in parts)
        case Sequence(parts) if parts:
            return _touches(parts[0 if first else -1], sign, first=first)
    return False


class _Reader:
    """One pass over a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        found = self._alternatives()
        if self._at < len(self._pattern):
            raise Unreadable("a bracket closes that was not opened")
        return found

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        if self._at >= len(self._pattern):
            raise Unreadable("the pattern ends too early")
        self._at += 1
        return self._pattern[self._at - 1]

    def _skip(self, text: str) -> bool:
        found = self._pattern.startswith(text, self._at)
        self._at += len(text) if found else 0
        return found

    def _alternatives(self) -> Node:
        parts = [self._sequence()]
        while self._skip("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Alternatives(tuple(parts))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, node: Node) -> Node:
        while True:
            bounds = self._bounds()
            if bounds is None:
                return node
            self._skip("?") or self._skip("+")
            node = Repeat(node, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        if self._peek() in QUANTIFIERS:
            return QUANTIFIERS[self._next()]
        end = self._pattern.find("}", self._at)
        if self._peek() != "{" or end < 0:
            return None
        least, comma, most = self._pattern[self._at + 1 : end].partition(",")
        if not least.isdecimal() or (most and not most.isdecimal()):
            return None
        self._at = end + 1
        if not comma:
            return int(least), int(least)
        return int(least), int(most) if most else None

    def _atom(self) -> Node:
        sign = self._next()
        if sign == "(":
            return self._group()
        if sign == "[":
            return Signs(self._set())
        if sign == "\\":
            return self._escaped()
        if sign in "^$":
            return Anchor(sign)
        return Signs(EVERY - {ord("\n")} if sign == "." else _only(sign))

    def _group(self) -> Node:
        if self._peek() == "?" and not self._skip("?:"):
            self._name()
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unreadable("groups are nested too deeply")
        found = self._alternatives()
        self._depth -= 1
        if not self._skip(")"):
            raise Unreadable("a group is not closed")
        return found

    def _name(self) -> None:
        end = self._pattern.find(">", self._at)
        is_name = self._skip("?<") or self._skip("?P<")
        if not is_name or self._peek() in ("=", "!") or end < 0:
            raise Unreadable("look-around and flags are not read")
        self._at = end + 1

    def _escaped(self) -> Node:
        sign = self._next()
        if sign in "bBAzZ":
            return Anchor({"A": "^", "z": "$", "Z": "$"}.get(sign, "b"))
        if sign.isdecimal() and sign != "0":
            raise Unreadable("back-references are not read")
        return Signs(self._class(sign))

    def _class(self, sign: str) -> frozenset[int]:
        """Return the signs that `\\` with `sign` stands for."""
        if sign in CLASSES:
            return CLASSES[sign]
        if sign in "pP":
            end = self._pattern.find("}", self._at)
            self._at = end + 1 if self._peek() == "{" and end > 0 else self._at + 1
            return LETTERS | {OTHER} if sign == "p" else EVERY
        if sign in "xu":
            return self._code(2 if sign == "x" else 4)
        return _only(CONTROLS.get(sign, sign))

    def _code(self, digits: int) -> frozenset[int]:
        written = self._pattern[self._at : self._at + digits]
        try:
            code = int(written, 16)
        except ValueError as error:
            raise Unreadable(f"{written} is no code of a sign") from error
        self._at += digits
        return _only(chr(code))

    def _set(self) -> frozenset[int]:
        is_negated = self._skip("^")
        found: set[int] = set()
        is_first = True
        while is_first or self._peek() != "]":
            is_first = False
            found |= self._range()
        self._next()
        return EVERY - found if is_negated else frozenset(found)

    def _range(self) -> frozenset[int]:
        low = self._member()
        if self._peek() != "-" or self._pattern[self._at + 1 : self._at + 2] in ("]", "") or len(low) != 1:
            return low
        self._next()
        high = self._member()
        if len(high) != 1:
            return low | high | _only("-")
        return frozenset(range(min(low), max(high) + 1))

    def _member(self) -> frozenset[int]:
        sign = self._next()
        return self._class(self._next()) if sign == "\\" else _only(sign)


def _only(sign: str) -> frozenset[int]:
    return frozenset({min(ord(sign), OTHER)})
