"""Writes the catalog as descriptors: the way out, and a copy to look at."""

from __future__ import annotations

import json
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.descriptor.annotations import MANAGED_BY, MANAGED_BY_ORIGIN, ORPHAN
from catalog.models import Entity

GENERATED_LOCATION = "generated-"
# What another catalog writes itself. Where source and descriptor lie it could not know, so that is kept.
OURS = (MANAGED_BY, MANAGED_BY_ORIGIN, ORPHAN)


class Command(BaseCommand):
    help = (
        "Writes entities as Backstage YAML, a document each, in the order of their references: what their descriptors "
        "say, with where their source lies. What placeholders named is part of it. "
        "Exit code: 0 written, 1 there is none, 2 wrong use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", action="append", default=[], metavar="KIND", help="only these; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Entity.objects.exclude(kind="location", name__startswith=GENERATED_LOCATION).order_by("ref")
        if options["kind"]:
            found = found.filter(kind__in=[kind.lower() for kind in options["kind"]])
        count = 0
        for source in found.values_list("source", flat=True).iterator(chunk_size=500):
            entity = json.loads(source)
            self.stdout.write("---")
            self.stdout.write(_as_yaml(_as_written(entity)), ending="")
            count += 1
        self.stderr.write(f"{count} entities.")
        if not count:
            raise CommandError("There is no such entity.")


def _as_written(entity: dict[str, Any]) -> dict[str, Any]:
    """Return an entity without what the catalog added to its descriptor."""
    metadata = dict(entity["metadata"])
    annotations = metadata.pop("annotations", None) or {}
    kept = {name: text for name, text in annotations.items() if name not in OURS}
    return {**entity, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}


def _as_yaml(entity: dict[str, Any]) -> str:
    return yaml.safe_dump(entity, sort_keys=False, allow_unicode=True, width=120)
