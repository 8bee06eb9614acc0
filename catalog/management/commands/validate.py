"""Checks descriptors without a database, for a repository's CI."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import ingest, sources
from catalog.descriptor import descriptors
from catalog.descriptor.annotations import Place
from catalog.descriptor.descriptors import ALL_KINDS, Parsed
from catalog.management.report import Progress, write_problems
from catalog.models import Location
from catalog.storage import parsing


class Command(BaseCommand):
    help = (
        "Checks descriptors as the catalog does, without a database. Prints each problem as file:line:column: message. "
        "Exit code: 0 fine, 1 something would be refused, 2 wrong use."
    )
    # A repository's CI has no settings to check.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="file, folder or glob")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(self.stderr)
        documents = list(_documents(options["files"], progress))
        _refuse_doubles(documents)
        problems = [dataclasses.replace(p, path=path) for path, parsed in documents for p in parsed.problems]
        good = sum(not parsed.is_refused for _, parsed in documents)
        if options["json"]:
            result = {"entities": good, "problems": [problem.to_json() for problem in problems]}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        else:
            write_problems(self.stdout, problems)
            self.stdout.write(f"{good} entities are right, {len(problems)} problems")
        if any(problem.is_error for problem in problems):
            sys.exit(1)


def _documents(targets: list[str], progress: Progress) -> Iterator[tuple[str, Parsed]]:
    """Yield path and document, in the order of the catalog."""
    for target in targets:
        try:
            type_, name = ingest.place_of(target)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if type_ != Location.Type.FILE:
            raise CommandError(f"{target} is not a file. Use `ingest` to read an address.", returncode=2)
        try:
            reading = sources.of_type(type_).read(Location(type=type_, target=name))
        except sources.Unreadable as error:
            raise CommandError(str(error), returncode=2) from error
        for file in reading.files:
            progress(f"Checking {file.path}")
            for parsed in parsing.parse_file(file, Place(type_, file.path, f"file:{name}"), ALL_KINDS):
                yield file.path, parsed


def _refuse_doubles(documents: list[tuple[str, Parsed]]) -> None:
    """Refuse a document whose ref an earlier one has (I08)."""
    first: dict[str, str] = {}
    for path, parsed in documents:
        place = f"{path}:{parsed.document.line}"
        if parsed.ref and first.setdefault(parsed.ref, place) != place:
            parsed.refuse(descriptors.second(parsed.ref, first[parsed.ref]))
