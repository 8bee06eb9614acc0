"""What is wrong with a text that somebody wrote: where, what was expected, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Problem:
    """One fault in a descriptor or a template.

    Attributes:
        line, column: from 1, in the whole file; 0 where no place can be named.
        rule: the id of the rule that refuses it, such as `C05`.
        cure: what to do, in a sentence.
        path: the file or address; empty while the reader knows which file is meant.
    """

    message: str
    line: int = 0
    column: int = 0
    severity: Severity = "error"
    rule: str = ""
    expected: str = ""
    found: str = ""
    cure: str = ""
    path: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        return f"{place}: {self.message}" if place else self.message

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def to_json(self) -> dict[str, Any]:
        """Return the form that the database and the API keep."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Return the problem that `to_json` gave; names of a later version are left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


def worst(kept: Iterable[Mapping[str, Any]] | None) -> Severity | None:
    """Return how bad the worst of the problems is that `to_json` gave; None when there are none."""
    severities = {problem.get("severity", "error") for problem in kept or ()}
    if not severities:
        return None
    return "error" if "error" in severities else "warning"
