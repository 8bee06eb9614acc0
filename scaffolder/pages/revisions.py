"""What changed between two texts of a golden path, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Lines around a change that are shown with it.
CONTEXT = 3


@dataclass(frozen=True)
class DiffLine:
    """A line as it was, as it is, or both.

    Attributes:
        look: `same`, `gone`, `new`, or `gap` for lines that are left out.
        before, after: its number in each text; 0 where it is not there.
    """

    look: str
    text: str = ""
    before: int = 0
    after: int = 0


@dataclass(frozen=True)
class Difference:
    lines: list[DiffLine]

    @property
    def added(self) -> int:
        return sum(line.look == "new" for line in self.lines)

    @property
    def removed(self) -> int:
        return sum(line.look == "gone" for line in self.lines)


def difference(before: str, after: str) -> Difference:
    """Return what changed, with a few lines around each change; nothing when the texts are the same."""
    old, new = before.splitlines(), after.splitlines()
    return Difference(list(_lines(old, new)))


def _lines(old: list[str], new: list[str]) -> Iterator[DiffLine]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for number, group in enumerate(matcher.get_grouped_opcodes(CONTEXT)):
        if number or group[0][1]:
            yield DiffLine("gap")
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                for offset in range(old_end - old_start):
                    yield DiffLine("same", old[old_start + offset], old_start + offset + 1, new_start + offset + 1)
                continue
            yield from (DiffLine("gone", old[at], before=at + 1) for at in range(old_start, old_end))
            yield from (DiffLine("new", new[at], after=at + 1) for at in range(new_start, new_end))
