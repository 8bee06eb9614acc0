"""Where descriptors are read from, and what was read there."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.refs import LONGEST as REF_LENGTH


class LocationQuerySet(models.QuerySet["Location"]):
    def due(self, now: datetime) -> Self:
        """Those that should be read again, the longest overdue first."""
        return self.filter(next_refresh_at__lte=now).order_by("next_refresh_at")

    def claim_due(self, now: datetime, *, until: datetime) -> list[int]:
        """Return the ids of those that are due, and let nobody else find them due before `until`."""
        found = self.due(now).values_list("pk", flat=True)
        return [pk for pk in found if self.due(now).filter(pk=pk).order_by().update(next_refresh_at=until)]

    def below(self, location: Location) -> list[int]:
        """Return the ids of a location and of those that its Location entities lead to."""
        found, level = [location.pk], [location.pk]
        while level:
            level = list(self.filter(parent__in=level).values_list("pk", flat=True))
            found += level
        return found

    def roots(self) -> Self:
        """Those that somebody named: in the configuration, to the command, or by registering."""
        return self.filter(parent=None)


class Location(models.Model):
    """A place that the catalog reads descriptors from."""

    class Type(models.TextChoices):
        FILE = "file", _("file or folder")
        URL = "url", _("address")
        ADMIN = "admin", _("this portal's admin")

    class Origin(models.TextChoices):
        CONFIGURATION = "configuration", _("waymark.yaml")
        COMMAND = "command", _("manage.py ingest")
        REGISTERED = "registered", _("registered")
        LOCATION = "location", _("a Location entity")

    type = models.CharField(_("type"), max_length=15, choices=Type)
    target = models.CharField(_("target"), max_length=2048)
    origin = models.CharField(_("came from"), max_length=15, choices=Origin)
    # Of a Location entity's target: the location that the entity was read from, and its ref. It goes with that entity.
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    parent_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    is_optional = models.BooleanField(default=False)
    # Rules of the configuration as they apply here, `[{"allow": ["Component"]}]`; null: the catalog's own.
    rules = models.JSONField(null=True, blank=True)
    registered_by = models.CharField(_("registered by"), max_length=REF_LENGTH, blank=True)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    # The last reading: when, what went wrong with the place itself, and what it looked like.
    read_at = models.DateTimeField(_("last read"), null=True)
    error = models.TextField(_("error"), blank=True)
    etag = models.CharField(max_length=255, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    next_refresh_at = models.DateTimeField(_("next reading"), null=True, db_index=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "target"], name="location_is_known_once"),
            models.CheckConstraint(
                condition=Q(origin="location", parent__isnull=False) | (~Q(origin="location") & Q(parent__isnull=True)),
                name="location_of_an_entity_has_a_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}:{self.target}"

    @property
    def root(self) -> Location:
        """The configured or registered location that this one was reached from; often itself."""
        return self.parent.root if self.parent else self


class SourceFile(models.Model):
    """A file of a location as it was last read; its hash tells whether it must be read again."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="files")
    # Path or address of the file itself; a location may be a folder of many.
    path = models.CharField(max_length=2048)
    content_hash = models.CharField(max_length=64)
    # Kept only while the file has problems, to show the line. Good files are kept as entities.
    text = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["location", "path"], name="source_file_is_kept_once")]

    def __str__(self) -> str:
        return self.path


class DescriptorQuerySet(models.QuerySet["Descriptor"]):
    def with_problems(self) -> Self:
        """Those that were refused, or read with a warning."""
        return self.exclude(failing_since=None)


class Descriptor(models.Model):
    """One YAML document as it was read: the entity that it describes, or what is wrong with it."""

    file = models.ForeignKey(SourceFile, on_delete=models.CASCADE, related_name="descriptors")
    position = models.PositiveIntegerField()  # of the document in its file, from 0
    line = models.PositiveIntegerField()  # where it begins, from 1
    # Lower-case ref; empty when the document is too broken to tell.
    ref = models.CharField(max_length=REF_LENGTH, blank=True, db_index=True)
    # The owner that the document names, for "problems by owner"; also of documents that were refused.
    owner_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    # [{"message", "line", "column", "severity", "rule", "expected", "found", "cure", "path"}]
    problems = models.JSONField(default=list)
    # Since when it has had problems; null while it has none.
    failing_since = models.DateTimeField(null=True, db_index=True)

    objects = DescriptorQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["file", "position"], name="descriptor_order")]

    def __str__(self) -> str:
        return f"{self.file.path}:{self.line}"
