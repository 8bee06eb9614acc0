"""A rule that a value of a descriptor breaks, and how that reads once its place in the file is known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.documents import Positions
from catalog.problems import Problem, Severity

Path = tuple[str | int, ...]
LONGEST_SHOWN = 100


class Missing:
    """Stands for a value that is not there."""


MISSING: Final = Missing()


@dataclass(frozen=True)
class Fault:
    """One broken rule.

    Attributes:
        path: from the document's top to the value.
        message: its own words; empty for the usual sentence (C17).
        at_key: mark the key rather than the value.
    """

    path: Path
    rule: str
    expected: str = ""
    found: Any = field(default=MISSING)
    cure: str = ""
    message: str = ""
    at_key: bool = False
    severity: Severity = "error"

    def problem(self, positions: Positions) -> Problem:
        """Return the fault with the line and column where the value stands, or where it should."""
        line, column = positions.key(self.path) if self.at_key else positions.value(self.path)
        shown = shown_value(self.found)
        return Problem(
            self.message or self._sentence(shown),
            line,
            column,
            self.severity,
            rule=self.rule,
            expected=self.expected,
            found=shown,
            cure=self.cure,
        )

    def _sentence(self, shown: str) -> str:
        found = "nothing" if self.found is MISSING else f'"{shown}"'
        return f'"{field_name(self.path)}" is not valid; expected {self.expected} but found {found}.'


def field_name(path: Path) -> str:
    """Return a path as people write it: `metadata.tags[0]`."""
    name = ""
    for part in path:
        name += f"[{part}]" if isinstance(part, int) else f".{part}" if name else part
    return name or "the document"


def shown_value(value: Any) -> str:
    """Return a value for a message: texts as they are, others as JSON, never longer than a line."""
    if value is MISSING:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
