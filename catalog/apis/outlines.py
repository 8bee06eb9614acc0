"""What a definition holds, told in rows that every language of definitions has: who is called, and what for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Self

# Rows and signs that are kept; a definition of thousands of operations is read in its own text.
MOST_ROWS = 2_000
LONGEST = 300


@dataclass(frozen=True)
class Row:
    """One thing that can be called or listened to: `GET`, `/orders/{id}`, "Gives one order"."""

    verb: str
    name: str
    summary: str = ""
    is_deprecated: bool = False


@dataclass(frozen=True)
class Group:
    """Rows that belong together: a tag, a service, the queries."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Outline:
    """A definition in short.

    Attributes:
        label: the version that the definition gives itself; empty where its language has none.
    """

    title: str = ""
    label: str = ""
    description: str = ""
    servers: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def size(self) -> int:
        """How many operations it has."""
        return sum(len(group.rows) for group in self.groups)

    def to_json(self) -> dict[str, Any]:
        """Return the form that the database keeps."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        groups = tuple(Group(g["title"], tuple(Row(**row) for row in g["rows"])) for g in kept.get("groups", ()))
        texts = {name: kept.get(name, "") for name in ("title", "label", "description")}
        return cls(**texts, servers=tuple(kept.get("servers", ())), groups=groups)


class Unreadable(Exception):
    """The definition is not what its type says.

    Attributes:
        line, column: from 1; 0 where no place can be named.
    """

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass
class Grouping:
    """Collects rows into groups, in the order in which the groups come first, and no more than are kept."""

    _rows: dict[str, list[Row]] = field(default_factory=dict)
    _count: int = 0

    def add(self, title: str, verb: str, name: str, summary: object = "", *, is_deprecated: bool = False) -> None:
        if self._count < MOST_ROWS:
            self._count += 1
            row = Row(verb, short(name), short(summary), is_deprecated)
            self._rows.setdefault(short(title), []).append(row)

    def groups(self) -> tuple[Group, ...]:
        return tuple(Group(title, tuple(rows)) for title, rows in self._rows.items())


def short(text: object) -> str:
    """Return the first line of what a stranger wrote, cut to what a row shows; nothing for what is no text."""
    if not isinstance(text, str):
        return ""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def texts(values: Iterable[object], most: int = 20) -> tuple[str, ...]:
    """Return the first of those values that are texts."""
    return tuple(short(value) for value in values if isinstance(value, str))[:most]
