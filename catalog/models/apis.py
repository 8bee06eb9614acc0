"""What the definitions of APIs said, version by version."""

from __future__ import annotations

import zlib
from typing import Any, Self

from django.db import models
from django.db.models import Q

from catalog.apis.changes import Change
from catalog.apis.outlines import Outline
from catalog.models.entities import Entity
from catalog.refs import LONGEST as REF_LENGTH


class ApiDefinitionQuerySet(models.QuerySet["ApiDefinition"]):
    def of(self, refs: Any) -> Self:
        """Those of some APIs, without the outlines, which may be long."""
        return self.filter(ref__in=refs).defer("outline")


class ApiDefinition(models.Model):
    """An API as its definition was last read: what it is called there, its version, its operations."""

    # Of an entity, which may go and come back; what was read of it stays until then.
    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    type = models.CharField(max_length=255, blank=True)
    # Of the entity when it was read: another one says that it must be read again.
    source_hash = models.CharField(max_length=64)
    label = models.CharField(max_length=255, blank=True)
    operation_count = models.PositiveIntegerField(default=0)
    # Of the newest version: how many there were, when it came, and what of it breaks those who use the API.
    version_count = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    breaking_count = models.PositiveIntegerField(default=0)
    outline = models.JSONField(default=dict)
    # Why it could not be read: `{"message", "line", "column"}`; empty when it could.
    problem = models.JSONField(default=dict)
    read_at = models.DateTimeField()

    objects = ApiDefinitionQuerySet.as_manager()

    def __str__(self) -> str:
        return self.ref

    def as_outline(self) -> Outline:
        return Outline.from_json(self.outline)

    @classmethod
    def unread(cls) -> models.QuerySet[Entity]:
        """The APIs whose descriptor is another than when their definition was read."""
        read = cls.objects.filter(ref=models.OuterRef("ref"), source_hash=models.OuterRef("source_hash"))
        return Entity.objects.of_kind("api").filter(~models.Exists(read)).order_by("ref")


class ApiVersion(models.Model):
    """One text of a definition, from when it was first seen, with what it changed."""

    definition = models.ForeignKey(ApiDefinition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()  # from 1 for each API
    label = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64)
    packed = models.BinaryField()  # the text, compressed
    seen_at = models.DateTimeField()
    # Against the version before: `Change.to_json`, those that break first; empty for the first version.
    changes = models.JSONField(default=list)
    breaking_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "number"], name="api_version_has_one_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="api_versions_begin_at_one"),
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.definition} {self.label or self.number}"

    @property
    def text(self) -> str:
        return zlib.decompress(self.packed).decode()

    def as_changes(self) -> list[Change]:
        return [Change.from_json(kept) for kept in self.changes]


def packed(text: str) -> bytes:
    """Return what is stored of a definition: its text, compressed."""
    return zlib.compress(text.encode(), 6)
