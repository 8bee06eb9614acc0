"""What the catalog would say of descriptors that are not there yet: those that a pull request proposes.

The same checks as for a reading, with the same rules; nothing is stored.
"""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from catalog import custom_kinds, scm_places
from catalog.descriptor import descriptors
from catalog.descriptor.annotations import Place
from catalog.descriptor.descriptors import ALL_KINDS, Parsed
from catalog.models import Entity, Location, SourceFile
from catalog.problems import Problem
from catalog.scm_places import Branch
from catalog.sources import SourceText
from catalog.sources.referenced import Library
from catalog.storage import bulk, parsing, rules
from integrations import http

# How long reading what the placeholders of one file lead to may take.
FILE_SECONDS = 30.0
# What a descriptor is called where no place names it yet.
USUAL_NAMES = frozenset({"catalog-info.yaml", "catalog-info.yml"})


@dataclass
class Findings:
    """What was found: problems in the order of files and lines, with paths of the repository.

    Attributes:
        entity_count: how many entities are right.
        leaving: refs that would go, as no file of the proposal describes them any more.
    """

    problems: list[Problem] = field(default_factory=list)
    entity_count: int = 0
    leaving: list[str] = field(default_factory=list)

    @property
    def error_count(self) -> int:
        return sum(problem.is_error for problem in self.problems)


def descriptors_among(branch: Branch, paths: Collection[str]) -> list[str]:
    """Return those of `paths` that the catalog reads from `branch`, or would read by their name."""
    known = scm_places.known_paths(branch)
    found = {path for path in paths if path in known or posixpath.basename(path) in USUAL_NAMES}
    found |= scm_places.naming(branch, paths)
    found |= {path for path in paths if scm_places.is_matched(branch, path)}
    return sorted(found)


def is_known(branch: Branch) -> bool:
    """Whether the catalog reads anything from `branch`."""
    return bool(scm_places.known_paths(branch))


def examine(branch: Branch, files: Mapping[str, SourceText], removed: Collection[str] = ()) -> Findings:
    """Return what the catalog would say if `branch` had these files.

    Args:
        files: by their path in the repository; a text's own path is the address where it can be read now.
        removed: paths that the branch would have no more.
    """
    custom_kinds.refresh()
    findings, stored = Findings(), _stored(branch, {*files, *removed})
    read: list[tuple[str, Parsed]] = []
    library = Library()
    for path, file in sorted(files.items()):
        location = stored.get(path)
        allowed = rules.for_location(location) if location else ALL_KINDS
        place = Place(Location.Type.URL, file.path, f"url:{file.path}")
        with http.within(FILE_SECONDS):
            read += [(path, parsed) for parsed in parsing.parse_file(file, place, allowed, library)]
    _refuse_taken(branch, read, {*files, *removed})
    for path, parsed in read:
        findings.entity_count += not parsed.is_refused
        findings.problems += [dataclasses.replace(problem, path=path) for problem in parsed.problems]
    findings.problems.sort(key=lambda problem: (problem.path, problem.line, problem.column, problem.message))
    kept = {parsed.ref for _, parsed in read}
    findings.leaving = sorted(ref for ref in _described_in(branch, {*files, *removed}) if ref not in kept)
    return findings


def refuse_doubles(read: Collection[tuple[str, Parsed]]) -> None:
    """Refuse each document whose ref an earlier one has (I08)."""
    first: dict[str, str] = {}
    for path, parsed in read:
        place = f"{path}:{parsed.document.line}"
        if parsed.ref and not parsed.is_refused and first.setdefault(parsed.ref, place) != place:
            parsed.refuse(descriptors.second(parsed.ref, first[parsed.ref]))


def _refuse_taken(branch: Branch, read: list[tuple[str, Parsed]], paths: Collection[str]) -> None:
    """Refuse what another document of the proposal, or an entity from elsewhere, has the name of already."""
    refuse_doubles(read)
    by_ref = {parsed.ref: parsed for _, parsed in read if parsed.ref and not parsed.is_refused}
    fields = ("ref", "descriptor__file__path", "descriptor__line")
    for chunk in bulk.chunks(by_ref):
        holders = Entity.objects.filter(ref__in=chunk, descriptor__isnull=False)
        for ref, address, line in holders.values_list(*fields):
            if branch.path_in(address) not in paths:
                by_ref[ref].refuse(descriptors.second(ref, f"{address}:{line}"))


def _stored(branch: Branch, paths: Collection[str]) -> dict[str, Location]:
    """Return the location that reads each of `paths`, of those that one reads."""
    return {path: location for location, path in scm_places.readers(branch) if path in paths}


def _described_in(branch: Branch, paths: Collection[str]) -> list[str]:
    addresses = [
        address
        for address in SourceFile.objects.filter(scm_places.files_of(branch.repository)).values_list("path", flat=True)
        if branch.path_in(address) in paths
    ]
    found: list[str] = []
    for chunk in bulk.chunks(addresses):
        found += Entity.objects.filter(descriptor__file__path__in=chunk).values_list("ref", flat=True)
    return found
