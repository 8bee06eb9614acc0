"""What differs between two versions of a definition, and whom it breaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

# Changes that are told; whoever rewrites an API whole is told that there are more.
MOST = 500


class Level(StrEnum):
    """What a change does to those who use the API as it was."""

    BREAKING = "breaking"  # a client that worked may stop working
    RISKY = "risky"  # a client that was written carelessly may
    SAFE = "safe"


ORDER = {Level.BREAKING: 0, Level.RISKY: 1, Level.SAFE: 2}


@dataclass(frozen=True)
class Change:
    """One difference.

    Attributes:
        where: the operation, message or type, such as `POST /orders`.
        field: the way from there to what changed, such as `body.lines[].sku`; empty for the whole.
        rule: which rule finds it, such as `parameter-required`.
    """

    level: Level
    where: str
    field: str
    message: str
    rule: str

    def to_json(self) -> dict[str, str]:
        """Return the form that the database keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Change:
        return cls(Level(kept["level"]), kept["where"], kept["field"], kept["message"], kept["rule"])


def ordered(found: Iterable[Change]) -> list[Change]:
    """Return changes each once, those that break first, then by where they are."""
    distinct = dict.fromkeys(found)
    return sorted(distinct, key=lambda change: (ORDER[change.level], change.where, change.field, change.message))


def breaking(found: Iterable[Change]) -> list[Change]:
    """Return those that break somebody."""
    return [change for change in found if change.level is Level.BREAKING]
