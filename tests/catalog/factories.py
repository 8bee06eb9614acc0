"""Entities for tests, made by the real ingest from YAML; only the reading of the place is left out."""

from __future__ import annotations

from catalog import ingest
from catalog.ingest import Report
from catalog.models import Location
from catalog.sources import Reading, SourceText

FILE = "/test/catalog-info.yaml"


def make_entities(yaml_text: str, *, type: str = "file", target: str = "") -> Report:  # noqa: A002 — the field's word
    """Store what `yaml_text` describes.

    Args:
        target: of the location; naming one again gives the file another text. Without it each call is a file of its
            own, the first of them `/test/catalog-info.yaml`.
    """
    return read({target or _new_target(): yaml_text}, type=type)


def read(files: dict[str, str], *, type: str = "file", origin: str = "command") -> Report:  # noqa: A002
    """Ingest files, given as {path or address: text}, each as a location of its own."""
    locations = [
        Location.objects.get_or_create(type=type, target=target, defaults={"origin": origin})[0] for target in files
    ]
    readings = {(type, target): Reading([SourceText(target, text)]) for target, text in files.items()}
    run = ingest.Run(readings=readings)
    run.read([location.pk for location in locations], deep=False)
    return run.report


def _new_target() -> str:
    number = Location.objects.filter(target__startswith="/test/").count()
    return FILE if number == 0 else f"/test/{number + 1}/catalog-info.yaml"
