"""What entities looked like from when to when, why that changed, and who owned them."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.causes import Cause
from catalog.models.entities import address_of
from catalog.refs import LONGEST as REF_LENGTH

# Keeps the order of revisions where two fall into one instant, or the clock of a host is slow.
TICK = timedelta(microseconds=1)


class EntityRevisionQuerySet(models.QuerySet["EntityRevision"]):
    def open(self) -> Self:
        """Those that hold today: one for each entity that is there."""
        return self.filter(ended_at=None)

    def at(self, instant: datetime) -> Self:
        """Those that held at `instant`: one for each entity that was there."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=instant), started_at__lte=instant)

    def for_listing(self) -> Self:
        """Only what a row shows; the descriptor stays in the database."""
        return self.defer("packed")

    def next_instant(self, now: datetime) -> datetime:
        """Return the instant of what is written next: `now`, but after all that was written before.

        Call it where no other writer can come between.
        """
        last = self.order_by("-pk").values_list("started_at", flat=True).first()
        return max(now, last + TICK) if last else now


class EntityRevision(models.Model):
    """An entity as its descriptor had it from `started_at` until just before `ended_at`, and what made it so.

    A removal is a row of no length: it ends when it starts, so that nothing is found there at any instant.
    """

    class Event(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        REMOVED = "removed", _("Removed")
        RETURNED = "returned", _("Came back")
        RENAMED = "renamed", _("Renamed")

    ref = models.CharField(max_length=REF_LENGTH)
    uid = models.UUIDField()
    event = models.CharField(max_length=15, choices=Event)
    cause = models.CharField(max_length=15, choices=Cause)
    # Of a removal: why, in words.
    reason = models.CharField(max_length=255, blank=True)
    # Who did it; empty where it was the portal's own reading.
    actor_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    # Of a rename: the name that it had before, or has from now on.
    other_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    # The file that it stood in, the line where it began, and the commit; empty where the source told none.
    path = models.CharField(max_length=2048, blank=True)
    line = models.PositiveIntegerField(default=0)
    commit = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # As in `Entity`, to list the catalog as it was.
    kind = models.CharField(max_length=63)
    namespace = models.CharField(max_length=63)
    name = models.CharField(max_length=63)
    title = models.CharField(max_length=255)
    type = models.CharField(max_length=255, blank=True)
    lifecycle = models.CharField(max_length=255, blank=True)
    owner_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    sort_key = models.CharField(max_length=255)
    # The descriptor as JSON, compressed. Empty for a removal, and as long as the revision holds: what is stored of the
    # entity is its text then, so that a first ingest packs nothing.
    packed = models.BinaryField(default=b"")

    objects = EntityRevisionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ref", "started_at"], name="revision_of_ref"),
            models.Index(fields=["kind", "sort_key", "ref", "started_at", "ended_at"], name="revision_list"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ref"], condition=Q(ended_at=None), name="entity_has_one_open_revision"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="revision_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.event} {self.started_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The page of the entity as it is today; of one that is gone, why it went."""
        return address_of(self.ref)

    @property
    def is_removal(self) -> bool:
        return self.event == self.Event.REMOVED

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class OwnershipSpanQuerySet(models.QuerySet["OwnershipSpan"]):
    def at(self, instant: datetime) -> Self:
        """Those that held at `instant`."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=instant), started_at__lte=instant)


class OwnershipSpan(models.Model):
    """Who owned an entity, from `started_at` until just before `ended_at`. What nobody owns has none."""

    ref = models.CharField(max_length=REF_LENGTH)
    owner_ref = models.CharField(max_length=REF_LENGTH)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = OwnershipSpanQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ref", "started_at"], name="ownership_of_ref")]
        constraints = [
            models.UniqueConstraint(fields=["ref"], condition=Q(ended_at=None), name="entity_has_one_owner_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gt=F("started_at")), name="ownership_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} owned by {self.owner_ref}"


def pack(text: str) -> bytes:
    """Return what is stored of a descriptor that holds no more."""
    return zlib.compress(text.encode(), 6)


def unpack(packed: bytes | memoryview) -> str:
    """Return the descriptor that `pack` was given."""
    return zlib.decompress(packed).decode()
