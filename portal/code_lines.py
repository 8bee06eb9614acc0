"""Source text as numbered lines, lightly coloured, with problems under the lines that they are about."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from catalog.problems import Problem

# A text of thousands of documents is shown as the lines around its problems.
WINDOW, SHOWN_WHOLE, SHOWN_AROUND = 12, 400, 40
# What looks like a key, up to its colon; enough for reading, never used for understanding.
KEY = re.compile(
    r"(?P<lead>[ \t]*(?:- +)*)(?P<key>[^\s#'\"\[\]{}:][^#:]{0,199}|\"[^\"]{0,200}\"|'[^']{0,200}')(?=:(?:\s|$))"
)
COMMENT = re.compile(r"(?:^|\s)#.*$")
# What a problem is about: a quoted text, a word with the colons in it, or a single sign.
WORD = re.compile(r"'[^']{1,200}'|\"[^\"]{1,200}\"|(?:[^\s:,\[\]{}]|:(?=[^\s,\]}]))+|.")
EXPRESSION = re.compile(r"\$\{\{.{0,500}?\}\}")


@dataclass(frozen=True)
class Piece:
    """A part of a line: `look` is "k" key, "c" comment, "s" string, "t" expression, "bad" or nothing."""

    text: str
    look: str = ""


@dataclass
class Line:
    """One line: its number, its pieces, and what is wrong with it; a gap stands for lines left out."""

    number: int
    pieces: list[Piece] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_gap: bool = False

    @property
    def look(self) -> str:
        """ "bad", "warn" or nothing."""
        if not self.problems:
            return ""
        return "bad" if any(problem.severity == "error" for problem in self.problems) else "warn"


def lines(
    text: str, problems: Iterable[Problem] = (), *, first: int = 1, colour: bool = True, longest: int = SHOWN_WHOLE
) -> list[Line]:
    """Return the lines of `text`, whole or, when it is long, around its problems.

    Args:
        first: the number of the first line.
        longest: lines of a text that is still shown whole when it has problems.
        colour: whether keys, comments and expressions are told apart, as in YAML.
    """
    rows = text.splitlines() or [""]
    by_line: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        # A problem without a line, or of the end of the file, is told at the nearest line that there is.
        by_line[min(max(problem.line, first), first + len(rows) - 1)].append(problem)
    kept = _kept(len(rows), first, sorted(by_line), longest)
    found: list[Line] = []
    for number in kept:
        if found and number > found[-1].number + 1:
            found.append(Line(number - 1, is_gap=True))
        row = rows[number - first]
        marks = by_line.get(number, [])
        found.append(Line(number, _pieces(row, marks, colour=colour), marks))
    return found


def _kept(count: int, first: int, marked: Sequence[int], longest: int) -> Iterable[int]:
    if count <= (longest if marked else SHOWN_WHOLE):
        return range(first, first + count)
    if not marked:
        return range(first, first + SHOWN_WHOLE)
    near = {n for mark in marked for n in range(mark - WINDOW, mark + WINDOW + 1) if first <= n < first + count}
    return sorted(near)[:SHOWN_WHOLE]


def _pieces(row: str, problems: Sequence[Problem], *, colour: bool) -> list[Piece]:
    column = next((p.column for p in problems if 1 <= p.column <= len(row)), 0)
    if column:
        word = WORD.match(row, column - 1)
        end = word.end() if word else len(row)
        return [Piece(row[: column - 1]), Piece(row[column - 1 : end], "bad"), Piece(row[end:])]
    return list(coloured(row)) if colour else [Piece(row)]


def coloured(row: str) -> Iterator[Piece]:
    """Yield the pieces of a line of YAML."""
    comment = COMMENT.search(row)
    code = row[: comment.start()] if comment else row
    key = KEY.match(code)
    if key:
        yield Piece(key["lead"])
        yield Piece(key["key"], "k")
        code = code[key.end() :]
    start = 0
    for expression in EXPRESSION.finditer(code):
        yield Piece(code[start : expression.start()])
        yield Piece(expression[0], "t")
        start = expression.end()
    yield Piece(code[start:])
    if comment:
        yield Piece(comment[0], "c")
