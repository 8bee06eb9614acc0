"""Builds the index of the search anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalog.management.report import Progress
from catalog.search import rebuilding


class Command(BaseCommand):
    help = (
        "Builds the index of the search anew from what is stored: entities, docs and runs. The portal can be used "
        "meanwhile. Needed after an upgrade that says so, and harmless at any time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(self.stderr)
        written = rebuilding.rebuild(lambda type_, count: progress(f"{type_}: {count} looked at"))
        self.stdout.write(f"{written} entries were not as they should be and are now.")
