"""What could not be read as written: which, whose, where, since when, and one of it with its text."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db.models import Q

from accounts.actors import Actor
from accounts.permissions import Act, may
from catalog.models import Descriptor, Entity, Location
from catalog.pages import neighbours, problem_rows
from catalog.pages.problem_rows import Row
from integrations.git import shapes
from integrations.git.source_url import SourceUrl, SourceUrlError

__all__ = ["Criteria", "Problems", "Row", "asked_of", "read", "rows"]

# Rows listed; whoever has more of them filters.
MOST = 200
MOST_PENDING = 8
NO_OWNER = "none"


@dataclass(frozen=True)
class Criteria:
    """Which problems are listed: of `owner` (a ref, or `none`), in `place`; and which one is open."""

    owner: str = ""
    place: str = ""
    by: str = "owner"
    open: str = ""


@dataclass
class Problems:
    """The page: its rows, the row that is open, and what there is to filter by, each with its number of problems."""

    criteria: Criteria
    rows: list[Row]
    total: int
    error_count: int
    place_count: int
    owners: list[tuple[str, int]]
    places: list[tuple[str, int]]
    pending: list[Location]
    pending_count: int
    chosen: Row | None = None
    text: str = ""
    shown: Entity | None = None
    edit_url: str = ""
    command: str = "manage.py validate catalog-info.yaml"
    may_refresh: bool = False
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def warning_count(self) -> int:
        return self.total - self.error_count - self.place_count

    @property
    def named_places(self) -> list[tuple[str, str, int]]:
        """The places with what they are called."""
        return [(place, problem_rows.name_of_place(place), count) for place, count in self.places]

    @property
    def owner(self) -> str:
        return self.criteria.owner

    @property
    def edit_host(self) -> str:
        """Where the file is edited, as people call it."""
        host = urlsplit(self.edit_url).netloc
        return "GitHub" if host == "github.com" else host


def read(criteria: Criteria, *, actor: Actor) -> Problems:
    """Return the problems that `criteria` ask for, errors first, then the oldest."""
    places = problem_rows.of_places(failing := list(_unread()))
    owners: Counter[str] = Counter(row.asked.ref or NO_OWNER for row in places)
    where: Counter[str] = Counter(row.place for row in places)
    error_count = 0
    kept = ("keeper", "problems", "file__location__repository", "file__location__target")
    for keeper, problems, repository, target in Descriptor.objects.with_problems().with_keeper().values_list(*kept):
        owners[keeper or NO_OWNER] += 1
        where[repository.partition("@")[0] or target] += 1
        error_count += any(problem.get("severity") != "warning" for problem in problems)
    listed = problem_rows.in_order([*_documents(criteria, most=MOST), *_chosen_places(criteria, places)])[:MOST]
    pending = [location for location in failing if not location.error]
    page = Problems(
        criteria,
        listed,
        owners.total(),
        error_count,
        len(places),
        _by_count(owners),
        _by_count(where),
        pending[:MOST_PENDING],
        len(pending),
    )
    page.titles = neighbours.titles(owners, actor=actor)
    chosen = next((row for row in listed if row.key == criteria.open), listed[0] if listed else None)
    page.rows, page.text = problem_rows.with_names(listed, chosen=chosen)
    page.chosen = next((row for row in page.rows if chosen and row.key == chosen.key), None)
    if page.chosen:
        _open(page, page.chosen, actor)
    return page


def rows(criteria: Criteria, *, most: int | None = None) -> list[Row]:
    """Return the rows that `criteria` ask for, errors first, then the oldest."""
    places = _chosen_places(criteria, problem_rows.of_places(_unread()))
    listed = problem_rows.in_order([*_documents(criteria, most=most), *places])
    return problem_rows.with_names(listed)[0]


def asked_of(owner_refs: Collection[str], *, most: int) -> list[Row]:
    """Return what one of `owner_refs` is asked to mend."""
    broken = Descriptor.objects.with_problems().kept_by(owner_refs)
    places = [row for row in problem_rows.of_places(_unread()) if row.asked.ref in owner_refs]
    listed = problem_rows.of_documents(broken.order_by("failing_since", "pk"), most=most)
    return problem_rows.with_names(problem_rows.in_order([*listed, *places])[:most])[0]


def _unread() -> Iterable[Location]:
    """Return the places that could not be read, or have not been yet."""
    return Location.objects.filter(~Q(error="") | Q(read_at=None)).order_by("failing_since", "pk")


def _documents(criteria: Criteria, *, most: int | None = None) -> list[Row]:
    broken = Descriptor.objects.with_problems().order_by("failing_since", "pk")
    if criteria.owner:
        broken = broken.kept_by(["" if criteria.owner == NO_OWNER else criteria.owner])
    if criteria.place:
        lies_there = Q(file__location__repository__startswith=f"{criteria.place}@")
        broken = broken.filter(lies_there | Q(file__location__repository="", file__location__target=criteria.place))
    return problem_rows.of_documents(broken, most=most)


def _chosen_places(criteria: Criteria, rows: list[Row]) -> list[Row]:
    owner = "" if criteria.owner == NO_OWNER else criteria.owner
    return [row for row in rows if (not criteria.owner or row.asked.ref == owner) and criteria.place in ("", row.place)]


def _by_count(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def _open(page: Problems, row: Row, actor: Actor) -> None:
    """Read what is shown of the row that is open."""
    if row.ref:
        page.shown = Entity.objects.visible_to(actor).filter(ref=row.ref).for_listing().first()
    source = _source(row.path)
    page.edit_url = source[0] if source else ""
    page.command = f"manage.py validate {_quoted(source[1] if source else row.path)}"
    owner = row.asked.ref if row.asked.by == "descriptor" else ""
    page.may_refresh = may(actor, Act.REGISTER_ENTITY, owner_refs=[owner] if owner else [])


def _source(address: str) -> tuple[str, str] | None:
    """Return where a file is edited at its host, and its path in the repository; None where neither can be told."""
    hosted = shapes.parse(address)
    if hosted is not None:
        return hosted.edit, hosted.path
    try:
        source = SourceUrl.parse(address)
    except SourceUrlError:
        return None
    if source.kind == "tree" or not source.path:
        return None
    return str(source).replace(f"/{source.kind}/", "/edit/", 1), source.path


def _quoted(path: str) -> str:
    """Return a path as a shell takes it; strangers choose its signs."""
    return shlex.quote(path)
