"""Reads locations: what they hold is checked, stored and stitched; a file that is as it was costs one comparison.

A place that cannot be read keeps what was read from it before. One bad document never stops its neighbours.
"""

from __future__ import annotations

import gc
import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalog import removal, sources
from catalog.arrivals import FileChange
from catalog.causes import Cause, because
from catalog.descriptor.annotations import MANAGED_BY, MANAGED_BY_ORIGIN, Place
from catalog.descriptor.descriptors import Parsed
from catalog.documents import Document
from catalog.models import Descriptor, Entity, Location, SourceFile
from catalog.problems import Problem
from catalog.removal import Outcome
from catalog.sources import Reading, SourceText, Unreadable
from catalog.storage import bulk, children, facets, memberships, parsing, rules
from catalog.storage.store import Store

# Raised when the checks change, so that files are read anew after an upgrade though their text is the same.
VERSION = "1"
# How often a location may be read in one go; the second time it takes over a ref that another gave up.
MOST_READINGS = 3
LONGEST_ETAG = 255
SALT_LENGTH = 16
Progress = Callable[[str], None]


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
    """Read one location again, and the new places that its Location entities name."""
    run = Run()
    run.read([location_id], deep=False)
    return run.report


def read_targets(targets: Iterable[str], *, dry_run: bool = False, progress: Progress = lambda line: None) -> Report:
    """Read files, folders, globs or addresses now, with all that they lead to, and register them as locations.

    Raises:
        ValueError: a target is a file or folder that is not there.
    """
    places = [place_of(target) for target in targets]
    run = Run(progress=progress)
    with because(Cause.COMMAND), transaction.atomic() if dry_run else nullcontext():
        found = [_named(type_, target) for type_, target in places]
        run.read([location.pk for location in found], deep=True)
        if dry_run:
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
        readings: what was read before, by (type, target), which is then not read again.
    """

    def __init__(
        self, *, readings: dict[tuple[str, str], Reading] | None = None, progress: Progress = lambda line: None
    ) -> None:
        self.report = Report()
        self._readings = readings or {}
        self._progress = progress
        self._times: Counter[int] = Counter()
        self._silent_hosts: dict[str, str] = {}

    def read(self, location_ids: Sequence[int], *, deep: bool) -> None:
        """Read locations, and the new ones that their Location entities name.

        Args:
            deep: read the known ones below them as well.
        """
        queue = list(location_ids)
        people: set[str] = set()
        while queue:
            location = Location.objects.filter(pk=queue.pop(0)).first()
            if location is None or self._times[location.pk] >= MOST_READINGS:
                continue
            outcome = self._read_one(location)
            if outcome.touches_locations:
                new, gone = children.sync(now=timezone.now())
                self._take(gone, outcome)
                queue += new
            if deep and self._times[location.pk] == 1:
                queue += location.children.exclude(pk__in=queue).values_list("pk", flat=True)
            queue += [pk for pk in sorted(outcome.woken) if pk not in queue]
            people |= outcome.people
        if people:
            memberships.sync(people)
        self._collect()

    def _take(self, gone: Outcome, outcome: Outcome) -> None:
        self.report.add(gone)
        outcome.woken |= gone.woken
        outcome.people |= gone.people

    def _read_one(self, location: Location) -> Outcome:
        self._times[location.pk] += 1
        self._progress(f"Reading {location}")
        now = timezone.now()
        known = _known_files(location)
        if not known or not all(hash_.startswith(_salt(location)) for hash_ in known.values()):
            # Read with other rules than today's, or to be read anew: the source must not say that nothing is new.
            location.etag = ""
        try:
            reading = self._reading(location)
        except Unreadable as error:
            return self._missed(location, error, now)
        outcome = Outcome() if reading.unchanged else self._store(location, reading, known, now)
        removal.mark_orphans(location, False, now=now)
        location.read_at, location.error = now, ""
        location.etag, location.commit = reading.etag[:LONGEST_ETAG], reading.commit
        location.next_refresh_at = next_refresh(now)
        location.save(update_fields=["read_at", "error", "etag", "commit", "next_refresh_at"])
        self.report.add(outcome)
        return outcome

    def _reading(self, location: Location) -> Reading:
        before = self._readings.get((location.type, location.target))
        if before is not None:
            return before
        silent = next((words for host, words in self._silent_hosts.items() if f"//{host}/" in location.target), "")
        if silent:
            raise Unreadable(silent)
        try:
            return sources.of_type(location.type).read(location)
        except Unreadable as error:
            if error.host:
                self._silent_hosts[error.host] = str(error)
            raise

    def _missed(self, location: Location, error: Unreadable, now: datetime) -> Outcome:
        """Keep what was read before, and say why it is old. What is gone for good is marked, and stays (F30)."""
        if error.is_gone:
            removal.mark_orphans(location, True, now=now)
        location.error = "" if error.is_gone and location.is_optional else str(error)
        location.next_refresh_at = next_refresh(now)
        location.save(update_fields=["error", "next_refresh_at"])
        return Outcome()

    def _store(self, location: Location, reading: Reading, known: dict[str, str], now: datetime) -> Outcome:
        salt, origin = _salt(location), str(location.root)
        hashes = {file.path: salt + _hash(file) for file in reading.files}
        changed = [file for file in reading.files if known.get(file.path) != hashes[file.path]]
        covered = _covered(location, [file.path for file in changed if file.path not in known])
        changed = [file for file in changed if file.path not in covered]
        places = [Place(location.type, file.path, origin, reading.commit) for file in changed]
        jobs = list(zip(changed, places, strict=True))
        extra = _generated(location)
        vanished = known.keys() - hashes.keys()
        if not jobs and not vanished and not extra:
            return Outcome()
        with _uncollected():
            parsed = parsing.parse_files(jobs, rules=rules.for_location(location), progress=self._progress)
            changes = [
                FileChange(place, hashes[file.path], file.text, documents)
                for (file, place), documents in zip(jobs, parsed, strict=True)
            ]
            return Store(location, changes, vanished, now=now, commit=reading.commit).run(extra)

    def _collect(self) -> None:
        """Add up what the locations hold now, and what is wrong with them."""
        ids = list(self._times)
        total = Entity.objects.filter(location__in=ids).exclude(kind="location", name__startswith="generated-").count()
        self.report.unchanged = max(total - self.report.added - self.report.changed, 0)
        missed = Location.objects.filter(pk__in=ids).exclude(error="").order_by("pk")
        self.report.problems += [_problem_of(location) for location in missed]
        broken = Descriptor.objects.with_problems().filter(file__location__in=ids).select_related("file")
        for descriptor in broken.order_by("file__path", "position"):
            for problem in descriptor.problems:
                self.report.problems.append(Problem.from_json({**problem, "path": descriptor.file.path}))


def _problem_of(location: Location) -> Problem:
    """Return why a location could not be read, at the Location entity that names it if there is one."""
    named = Descriptor.objects.filter(entity__ref=location.parent_ref).select_related("file").first()
    if named is None:
        return Problem(location.error, path=location.target)
    message = f"{location.parent_ref} leads to {location.target}, which cannot be read: {location.error}"
    cure = "Mend the target, or write `presence: optional` if it may be missing."
    return Problem(message, named.line, 1, rule="K09", cure=cure, path=named.file.path)


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


def next_refresh(now: datetime) -> datetime | None:
    """Return when a location is read again: after the configured interval and up to half of it more (I04)."""
    interval = timedelta(**settings.WAYMARK["catalog"]["processingInterval"])
    return now + interval * random.uniform(1, 1.5) if interval else None  # noqa: S311 — spreads the load


def _known_files(location: Location) -> dict[str, str]:
    """Return the hash of each file as it was last read."""
    return dict(SourceFile.objects.filter(location=location).values_list("path", "content_hash"))


def _salt(location: Location) -> str:
    """Return the first part of the hashes of a location's files: what decides how they are read, besides their text."""
    decides = json.dumps([VERSION, str(location.root), rules.for_location(location)])
    return hashlib.sha256(decides.encode()).hexdigest()[:SALT_LENGTH]


def _hash(file: SourceText) -> str:
    text = f"{file.error}\n{file.text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[SALT_LENGTH:]


def _covered(location: Location, paths: Sequence[str]) -> set[str]:
    """Return those of `paths` that are read through another location already: a folder and a file in it, say."""
    found: set[str] = set()
    for chunk in bulk.chunks(paths):
        others = SourceFile.objects.filter(path__in=chunk, location__type=location.type).exclude(location=location)
        found.update(others.values_list("path", flat=True))
    return found


def _generated(location: Location) -> list[Parsed]:
    """Return the entity that stands for a location that somebody named, unless it is stored already (I01)."""
    if location.origin == Location.Origin.LOCATION or location.type == Location.Type.ADMIN:
        return []
    digest = hashlib.sha1(str(location).encode(), usedforsecurity=False).hexdigest()
    ref = f"location:default/generated-{digest}"
    if Entity.objects.filter(ref=ref).exists():
        return []
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {
            "name": f"generated-{digest}",
            "namespace": "default",
            "annotations": {MANAGED_BY: str(location), MANAGED_BY_ORIGIN: str(location)},
        },
        "spec": {
            "type": location.type,
            "target": location.target,
            "presence": "optional" if location.is_optional else "required",
        },
    }
    found = facets.rows(facets.pairs(entity))
    return [Parsed(ref, Document(None, [], 1, 0), entity=entity, facets=found)]


def _named(type_: str, target: str) -> Location:
    """Return the location of a place that the command names, added if it is new."""
    location, _ = Location.objects.get_or_create(
        type=type_, target=target, defaults={"origin": Location.Origin.COMMAND}
    )
    return location
