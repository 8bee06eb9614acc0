"""The location type `admin`: golden paths that were written and published in Django admin."""

from __future__ import annotations

import hashlib

from catalog import sources
from catalog.models import Location
from catalog.sources import Reading, SourceText
from scaffolder.models import Template


class AdminTemplates:
    """The published texts of admin, one file each."""

    def read(self, location: Location) -> Reading:
        published = Template.objects.published().filter(source=Template.Source.ADMIN).order_by("ref")
        texts = [(template.ref, template.revision) for template in published]
        etag = hashlib.sha256("".join(f"{ref} {kept.sha256}\n" for ref, kept in texts if kept).encode()).hexdigest()
        if etag == location.etag:
            return Reading(etag=etag, unchanged=True)
        return Reading([SourceText(f"admin:{ref}", kept.text) for ref, kept in texts if kept], etag=etag)

    def child(self, base: str, target: str) -> tuple[str, str]:
        raise ValueError("A template of admin names no other place.")


sources.register(Location.Type.ADMIN, AdminTemplates())
