"""Reads descriptors now."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog import ingest
from catalog.management.report import Progress, write_problems


class Command(BaseCommand):
    help = (
        "Reads descriptors (a file, a folder, a glob or an address) into the catalog and registers the place. "
        "Prints what was added, changed, left unchanged and removed, and each problem as file:line:column: message. "
        "Exit code: 0 fine, 1 something was refused, 2 wrong use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("targets", nargs="+", metavar="TARGET", help="file, folder, glob, or https:// address")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and store nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = ingest.read_targets(options["targets"], dry_run=options["dry_run"], progress=Progress(self.stderr))
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        else:
            write_problems(self.stdout, report.problems)
            counts = [f"{getattr(report, word)} {word}" for word in ("added", "changed", "unchanged", "removed")]
            self.stdout.write(f"{', '.join(counts)}, {len(report.problems)} problems")
        if not report.is_clean:
            sys.exit(1)
