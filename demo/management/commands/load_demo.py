"""Puts the demo company into the portal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts import actors
from catalog import ingest, locations
from catalog.docs import reading as docs_reading
from catalog.models import Location
from demo import earlier, loading, people


class Command(BaseCommand):
    help = (
        "Makes the demo's people, and reads the demo company by the places that waymark.yaml names, as anybody's "
        "catalog is read. The forge must be running. Safe to repeat. "
        "Exit code: 0 loaded, 1 a place could not be read."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        people.load()
        locations.sync_configured()
        named = list(Location.objects.filter(origin=Location.Origin.CONFIGURATION).order_by("pk"))
        for location in named:
            self.stderr.write(f"Reading {location.target}")
            self._show(locations.refresh(location, actors.system()))
            location.refresh_from_db()
        earlier.load()
        self.stderr.write("Reading the docs")
        docs_reading.read_due()
        missed = [location for location in named if location.error]
        if missed:
            raise CommandError("\n".join(f"{location.target}: {location.error}" for location in missed))
        loading.note_loaded(settings.VAR_DIR, host=settings.WAYMARK["integrations"]["github"][0]["host"])

    def _show(self, report: ingest.Report) -> None:
        words = ("added", "changed", "unchanged", "removed")
        self.stdout.write(", ".join(f"{getattr(report, word)} {word}" for word in words))
        for problem in report.problems:
            self.stdout.write(f"  {problem}")
