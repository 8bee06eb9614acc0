"""Descriptors that could not be read as written: which, whose, since when, and one of them with its text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Self

from accounts.actors import Actor
from accounts.permissions import Act, may
from catalog import refs
from catalog.models import Descriptor, Entity
from catalog.pages import neighbours
from catalog.problems import Problem

# Rows listed; whoever has more of them filters by owner.
MOST = 200
NO_OWNER = "none"


@dataclass(frozen=True)
class Row:
    """A descriptor with problems, as the list beside the text shows it."""

    descriptor: Descriptor
    problems: list[Problem]

    @classmethod
    def of(cls, descriptor: Descriptor) -> Self:
        return cls(descriptor, [Problem.from_json(kept) for kept in descriptor.problems])

    @property
    def name(self) -> str:
        """What to call it: the entity's name, or the file when the document does not tell."""
        return refs.parse(self.descriptor.ref).name if self.descriptor.ref else self.file_name

    @property
    def file_name(self) -> str:
        return self.descriptor.file.path.rstrip("/").rpartition("/")[2]

    @property
    def is_error(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    @property
    def first(self) -> Problem:
        """The problem to mend first."""
        return sorted(self.problems, key=lambda problem: not problem.is_error)[0]

    @property
    def headline(self) -> str:
        """The first problem without what was expected and found, where the page says those apart."""
        return self.first.message.partition("; expected ")[0] if self.first.expected else self.first.message

    @property
    def line(self) -> int:
        return self.first.line or self.descriptor.line


@dataclass
class Problems:
    """The page: its rows, the row that is open, and the owners to filter by."""

    rows: list[Row]
    owner: str
    total: int
    error_count: int
    owners: list[tuple[str, int]]
    chosen: Row | None = None
    shown: Entity | None = None
    may_refresh: bool = False
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def warning_count(self) -> int:
        return self.total - self.error_count


def read(owner: str, chosen: int | None, *, actor: Actor) -> Problems:
    """Return the problems of `owner` (a ref, or `none`; empty: of all), errors first, then the oldest.

    Args:
        chosen: key of the descriptor that is open; the first one when it is not among them.
    """
    broken = Descriptor.objects.with_problems().order_by("failing_since", "pk")
    owners: Counter[str] = Counter()
    error_count = 0
    for owner_ref, kept in broken.values_list("owner_ref", "problems"):
        owners[owner_ref or NO_OWNER] += 1
        error_count += any(problem.get("severity") != "warning" for problem in kept)
    if owner:
        broken = broken.filter(owner_ref="" if owner == NO_OWNER else owner)
    listed = broken.select_related("file__location").defer("file__text")[:MOST]
    rows = sorted((Row.of(each) for each in listed), key=lambda row: not row.is_error)
    by_count = sorted(owners.items(), key=lambda each: (-each[1], each[0]))
    page = Problems(rows, owner, owners.total(), error_count, by_count)
    page.titles = neighbours.titles(owners, actor=actor)
    page.chosen = next((row for row in rows if row.descriptor.pk == chosen), rows[0] if rows else None)
    if page.chosen:
        descriptor = page.chosen.descriptor
        page.shown = Entity.objects.visible_to(actor).filter(ref=descriptor.ref).for_listing().first()
        page.may_refresh = may(
            actor, Act.REGISTER_ENTITY, owner_refs=[descriptor.owner_ref] if descriptor.owner_ref else []
        )
    return page
