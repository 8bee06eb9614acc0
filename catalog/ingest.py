"""Reads locations: what they hold is checked, stored and stitched; a file that is as it was costs one comparison.

A place that cannot be read keeps what was read from it before. One bad document never stops its neighbours.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalog import custom_kinds, providers, removal, schedule, sources, unreadable
from catalog.arrivals import FileChange
from catalog.causes import Cause, because
from catalog.descriptor.annotations import Place
from catalog.models import Descriptor, Entity, Location
from catalog.problems import Problem
from catalog.removal import Outcome
from catalog.schedule import after_interval as next_refresh
from catalog.sources import Reading, Unreadable
from catalog.sources.base import LONGEST_ETAG
from catalog.sources.referenced import Library
from catalog.storage import children, generated, known, memberships, parsing, reading, references, rules
from catalog.storage.store import Store
from integrations import http
from integrations.git import looks

__all__ = ["Report", "Run", "next_refresh", "place_of", "read_targets", "refresh"]

# How often a location may be read in one go; the second time it takes over a ref that another gave up.
MOST_READINGS = 3
# A place that isn't read in this time is given up until its next turn.
READING_SECONDS = 120.0
# What a worker reads in one go; what is left then is due at once.
RUN_SECONDS = 400.0
Progress = Callable[[str], None]
Key = tuple[str, str]


@dataclass
class Report:
    """What a reading did: how many entities, and what is wrong with which file."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused; warnings may be there."""
        return not any(problem.is_error for problem in self.problems)

    def add(self, outcome: Outcome) -> None:
        self.added += outcome.added
        self.changed += outcome.changed
        self.removed += outcome.removed

    def to_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("added", "changed", "unchanged", "removed")}
        return {**counts, "problems": [problem.to_json() for problem in self.problems]}


def refresh(location_id: int) -> Report:
    """Read one location again, what lies in the same repository, and the new places that Location entities name."""
    run = Run(seconds=RUN_SECONDS)
    location = Location.objects.filter(pk=location_id).first()
    if location is not None:
        run.read([location.pk, *Location.objects.beside(location)], deep=False)
    return run.report


def read_targets(targets: Iterable[str], *, dry_run: bool = False, progress: Progress = lambda line: None) -> Report:
    """Read files, folders, globs or addresses now, with all that they lead to, and register them as locations.

    Raises:
        ValueError: a target is a file or folder that is not there.
    """
    places = [place_of(target) for target in targets]
    with because(Cause.COMMAND):
        if not dry_run:
            run = Run(progress=progress)
            run.read([_named(type_, target).pk for type_, target in places], deep=True)
            return run.report
        # All that may take long comes first: nobody else writes while the transaction is open.
        library = Library()
        readings = reading.fetch(places, library=library, progress=progress)
        library.is_closed = True
        run = Run(readings=readings, library=library, is_closed=True, progress=progress)
        with transaction.atomic():
            run.read([_named(type_, target).pk for type_, target in places], deep=True)
            transaction.set_rollback(True)
    return run.report


def place_of(target: str) -> tuple[str, str]:
    """Return type and target of what somebody typed: an address, or a path from the working folder.

    Raises:
        ValueError: there is no such file.
    """
    if target.startswith(("https://", "http://")):
        return Location.Type.URL.value, target
    try:
        path = Path(target.removeprefix("file:")).resolve()
        is_there = path.exists()
    except (OSError, RuntimeError) as error:  # a name too long, links in a circle
        raise ValueError(f"{target[:100]} leads to no file. Look at its spelling.") from error
    if not is_there and sources.GLOB_SIGNS.isdisjoint(target):
        raise ValueError(f"{target} does not exist.")
    return Location.Type.FILE.value, str(path)


class Run:
    """One go through some locations; remembers what was read and which hosts gave no answer.

    Args:
        readings: what was read before, by (type, target), or why it could not be; it is not read again.
        library: the files that descriptors name in placeholders, as far as they were read before.
        is_closed: nothing but `readings` is read; what is not among them counts as unchanged.
        seconds: after which no further location is begun.
    """

    def __init__(
        self,
        *,
        readings: Mapping[Key, Reading | Unreadable] | None = None,
        library: Library | None = None,
        is_closed: bool = False,
        seconds: float | None = None,
        progress: Progress = lambda line: None,
    ) -> None:
        self.report = Report()
        self._readings = readings or {}
        self._library = library or Library()
        self._is_closed = is_closed
        self._ends_at = time.monotonic() + seconds if seconds else None
        self._progress = progress
        self._times: Counter[int] = Counter()
        self._silent_hosts: dict[str, Unreadable] = {}

    def read(self, location_ids: Sequence[int], *, deep: bool) -> None:
        """Read locations, and the new ones that their Location entities name.

        Args:
            deep: read the known ones below them as well.
        """
        custom_kinds.refresh()
        queue = list(location_ids)
        people: set[str] = set()
        with looks.one_look():
            while queue:
                if self._is_over():
                    Location.objects.filter(pk__in=queue).update(next_refresh_at=timezone.now())
                    break
                location = Location.objects.filter(pk=queue.pop(0)).first()
                if location is None or self._times[location.pk] >= MOST_READINGS:
                    continue
                outcome = self._read_one(location)
                queue += self._following(location, outcome, queue, deep=deep)
                people |= outcome.people
        if people:
            memberships.sync(people)
        self._collect()

    def _is_over(self) -> bool:
        return self._ends_at is not None and time.monotonic() > self._ends_at

    def _following(self, location: Location, outcome: Outcome, queue: list[int], *, deep: bool) -> list[int]:
        """Return what is read after a location. What a provider finds is due at once, but read each by itself."""
        found: list[int] = []
        if outcome.touches_locations:
            new, gone = children.sync(now=timezone.now())
            self._take(gone, outcome)
            found += [] if location.is_provider else new
        if deep and self._times[location.pk] == 1:
            below = location.children.exclude(pk__in=[*queue, *found])
            if location.is_provider:
                below.update(next_refresh_at=timezone.now())
            else:
                found += below.values_list("pk", flat=True)
        return [*found, *(pk for pk in sorted(outcome.woken) if pk not in queue and pk not in found)]

    def _take(self, gone: Outcome, outcome: Outcome) -> None:
        self.report.add(gone)
        outcome.woken |= gone.woken
        outcome.people |= gone.people

    def _read_one(self, location: Location) -> Outcome:
        self._times[location.pk] += 1
        self._progress(f"Reading {location}")
        now = timezone.now()
        before = known.hashes(location)
        if not before or not all(hash_.startswith(known.salt(location)) for hash_ in before.values()):
            # Read with other rules than today's, or to be read anew: the source must not say that nothing is new.
            location.etag = ""
        try:
            found, before = self._with_references(location, self._reading(location), before)
        except Unreadable as error:
            return self._missed(location, error, now)
        outcome = Outcome() if found.unchanged else self._store(location, found, before, now)
        removal.mark_orphans(location, location.root.origin == Location.Origin.ORPHAN, now=now)
        location.read_at, location.error, location.failing_since = now, "", None
        location.etag, location.commit = found.etag[:LONGEST_ETAG], found.commit
        location.memory, location.repository = found.memory, found.repository
        location.next_refresh_at = schedule.after_reading(location, now, is_partial=found.is_partial)
        location.save(
            update_fields=[
                "read_at",
                "error",
                "failing_since",
                "etag",
                "commit",
                "memory",
                "repository",
                "next_refresh_at",
            ]
        )
        self.report.add(outcome)
        return outcome

    def _with_references(
        self, location: Location, found: Reading, before: dict[str, str]
    ) -> tuple[Reading, dict[str, str]]:
        """Forget the hash of files in which a placeholder leads to another text than before; they are read anew."""
        with http.within(READING_SECONDS):
            stale = references.stale(location, self._library)
        if not stale:
            return found, before
        if not stale <= {file.path for file in found.files}:
            # The files themselves are as they were, but their text is needed.
            location.etag, location.memory = "", None
            found = self._reading(location)
        return found, {path: "" if path in stale else hash_ for path, hash_ in before.items()}

    def _reading(self, location: Location) -> Reading:
        before = self._readings.get((location.type, location.target))
        if isinstance(before, Unreadable):
            raise before
        if before is not None:
            return before
        if self._is_closed:
            return Reading(
                etag=location.etag,
                commit=location.commit,
                memory=location.memory,
                repository=location.repository,
                unchanged=True,
            )
        for host, error in self._silent_hosts.items():
            if f"//{host}/" in location.target:
                raise error
        seconds = READING_SECONDS
        if location.is_provider:
            seconds = providers.of_location(location).schedule.timeout.total_seconds()
        try:
            with http.within(seconds):
                return sources.read(location)
        except Unreadable as error:
            if error.host:
                self._silent_hosts[error.host] = error
            raise

    def _missed(self, location: Location, error: Unreadable, now: datetime) -> Outcome:
        """Keep what was read before, and say why it is old. What is gone for good is marked, and stays (F30)."""
        if error.is_gone:
            removal.mark_orphans(location, True, now=now)
        location.error = "" if error.is_gone and location.is_optional else str(error)
        location.failing_since = (location.failing_since or now) if location.error else None
        location.next_refresh_at = schedule.after_failure(location, now, retry_after=error.retry_after)
        if error.memory is not None:
            location.etag, location.commit = "", ""
            location.memory, location.repository = error.memory, error.repository
        location.save(
            update_fields=["error", "failing_since", "etag", "commit", "memory", "repository", "next_refresh_at"]
        )
        return Outcome()

    def _store(self, location: Location, found: Reading, before: dict[str, str], now: datetime) -> Outcome:
        salt = known.salt(location)
        hashes = {file.path: salt + known.hash_of(file) for file in found.files}
        changed = [file for file in found.files if before.get(file.path) != hashes[file.path]]
        covered = known.covered(location, [file.path for file in changed if file.path not in before])
        changed = [file for file in changed if file.path not in covered]
        places = [Place(location.type, file.path, str(location.entry), found.commit) for file in changed]
        jobs = list(zip(changed, places, strict=True))
        extra = generated.of_location(location)
        vanished = before.keys() - hashes.keys() - found.same
        if not jobs and not vanished and not extra:
            return Outcome()
        with _uncollected():
            with http.within(READING_SECONDS):
                allowed = rules.for_location(location)
                parsed = parsing.parse_files(jobs, rules=allowed, library=self._library, progress=self._progress)
            changes = [
                FileChange(place, hashes[file.path], file.text, documents, self._library.named_by(file.path))
                for (file, place), documents in zip(jobs, parsed, strict=True)
            ]
            return Store(location, changes, vanished, now=now, commit=found.commit).run(extra)

    def _collect(self) -> None:
        """Add up what the locations hold now, and what is wrong with them."""
        ids = list(self._times)
        total = Entity.objects.filter(location__in=ids).exclude(kind="location", name__startswith="generated-").count()
        self.report.unchanged = max(total - self.report.added - self.report.changed, 0)
        missed = Location.objects.filter(pk__in=ids).exclude(error="").order_by("pk")
        self.report.problems += [unreadable.problem_of(location) for location in missed]
        broken = Descriptor.objects.with_problems().filter(file__location__in=ids).select_related("file")
        for descriptor in broken.order_by("file__path", "position"):
            for problem in descriptor.problems:
                self.report.problems.append(Problem.from_json({**problem, "path": descriptor.file.path}))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the search for cycles: a reading makes millions of objects, all of which live until it is stored."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _named(type_: str, target: str) -> Location:
    """Return the location of a place that the command names, added if it is new."""
    location, _ = Location.objects.get_or_create(
        type=type_, target=target, defaults={"origin": Location.Origin.COMMAND}
    )
    return location
