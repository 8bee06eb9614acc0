"""Checks descriptors without a database, for a repository's CI."""

from __future__ import annotations

import dataclasses
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import ingest, sources, validating
from catalog.management.report import Progress, github_line_of, line_of, shown_path
from catalog.models import Location
from catalog.problems import Problem
from catalog.validating import Checked

FORMATS = ("text", "json", "github")


class Command(BaseCommand):
    help = (
        "Checks descriptors as the catalog does, without a database and without a network; files that a Location "
        "entity names are checked as well. Prints each problem as file:line:column: message. "
        "Exit code: 0 fine, 1 something would be refused, 2 wrong use."
    )
    # A repository's CI has no settings to check.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="file, folder or glob")
        parser.add_argument(
            "--format",
            choices=FORMATS,
            default="text",
            help="text, json, or github: remarks that GitHub Actions shows on the lines of a pull request",
        )
        parser.add_argument("--json", action="store_true", help="the same as --format json")

    def handle(self, *args: Any, **options: Any) -> None:
        checked = _checked(options["files"], Progress(self.stderr))
        found = [dataclasses.replace(problem, path=shown_path(path)) for path, problem in checked.problems()]
        format_ = "json" if options["json"] else options["format"]
        self._write(format_, checked, found)
        if any(problem.is_error for problem in found):
            sys.exit(1)

    def _write(self, format_: str, checked: Checked, found: list[Problem]) -> None:
        if format_ == "json":
            result = {"entities": checked.good_count, "problems": [problem.to_json() for problem in found]}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
            return
        for problem in found:
            self.stdout.write(github_line_of(problem) if format_ == "github" else line_of(problem))
        self.stdout.write(f"{checked.good_count} entities are right, {len(found)} problems")
        if checked.unseen:
            self.stderr.write(f"Not looked at, as they are not on this disk: {', '.join(checked.unseen[:20])}")


def _checked(targets: list[str], progress: Progress) -> Checked:
    places = []
    for target in targets:
        try:
            type_, name = ingest.place_of(target)
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if type_ != Location.Type.FILE:
            raise CommandError(f"{target} is not a file. Use `ingest` to read an address.", returncode=2)
        places.append(name)
    try:
        return validating.check(places, progress=progress)
    except sources.Unreadable as error:
        raise CommandError(str(error), returncode=2) from error
