"""Checks files as a reading would, without a database and without a network: for a repository's CI."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from catalog import proposals, sources
from catalog.descriptor import targets
from catalog.descriptor.annotations import Place
from catalog.descriptor.descriptors import ALL_KINDS, Parsed
from catalog.descriptor.faults import Path
from catalog.descriptor.targets import Target
from catalog.models import Location
from catalog.problems import Problem
from catalog.sources import SourceText, Unreadable
from catalog.sources.referenced import Library
from catalog.storage import parsing

FILE = Location.Type.FILE.value
Key = tuple[str, str]


@dataclass
class Checked:
    """What was found, in the order of reading: each document with the path of its file.

    Attributes:
        unseen: addresses that Location entities lead to, which are not on this disk.
    """

    documents: list[tuple[str, Parsed]] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    @property
    def good_count(self) -> int:
        return sum(not parsed.is_refused for _, parsed in self.documents)

    def problems(self) -> Iterator[tuple[str, Problem]]:
        """Yield path and problem."""
        for path, parsed in self.documents:
            for problem in parsed.problems:
                yield path, problem


@dataclass(frozen=True)
class Named:
    """A place to check, and where a Location entity names it; None for one that somebody typed."""

    target: str
    root: str
    by: Parsed | None = None
    where: Path = ()


def check(places: Iterable[str], *, progress: Callable[[str], None] = lambda line: None) -> Checked:
    """Return what is wrong with files, folders or globs, and with the files that their Location entities lead to.

    Raises:
        Unreadable: one of `places` is not there.
    """
    checked, seen, library = Checked(), set[str](), Library(is_offline=True)
    queue = deque(Named(place, place) for place in places)
    while queue:
        named = queue.popleft()
        try:
            reading = sources.of_type(FILE).read(Location(type=FILE, target=named.target))
        except Unreadable as error:
            if named.by is None:
                raise
            _refuse(named.by, named, error)
            continue
        for file in reading.files:
            if file.path not in seen:
                seen.add(file.path)
                progress(f"Checking {file.path}")
                queue.extend(_read(file, named.root, checked, library))
    proposals.refuse_doubles(checked.documents)
    return checked


def _read(file: SourceText, root: str, checked: Checked, library: Library) -> Iterator[Named]:
    """Add the documents of a file to `checked`, and yield what they lead to."""
    for parsed in parsing.parse_file(file, Place(FILE, file.path, f"{FILE}:{root}"), ALL_KINDS, library):
        checked.documents.append((file.path, parsed))
        if parsed.entity is None or not parsed.ref.startswith("location:"):
            continue
        spec = parsed.entity.get("spec", {})
        for where, found in zip(targets.paths(spec), targets.of_spec(spec, type_=FILE, base=file.path), strict=True):
            if isinstance(found, Target) and found.type == FILE:
                yield Named(found.target, root, parsed, where)
            elif isinstance(found, Target):
                checked.unseen.append(found.target)


def _refuse(parsed: Parsed, named: Named, error: Unreadable) -> None:
    """Add the problem of a target that is not there, unless it may be missing."""
    if error.is_gone and (parsed.entity or {}).get("spec", {}).get("presence") == "optional":
        return
    message = f"{parsed.ref} leads to {named.target}, which cannot be read: {error}"
    cure = "Mend the target, or write `presence: optional` if it may be missing."
    line, column = parsed.document.positions.value(named.where)
    parsed.problems.append(Problem(message, line, column, rule="K09", cure=cure))
