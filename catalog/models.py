"""What exists: where descriptors are read from, what was read, and the entities that came of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Act, Rule, rule
from catalog import refs

if TYPE_CHECKING:
    from accounts.actors import Actor

# `kind:namespace/name`: three names of at most 63 signs and two marks.
REF_LENGTH = 191


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


class EntityQuerySet(models.QuerySet["Entity"]):
    def visible_to(self, actor: Actor) -> Self:
        """What `actor` may see: all of the catalog, or nothing."""
        return self if rule(actor, Act.READ_CATALOG) is Rule.ALLOW else self.none()

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind.lower())

    def owned_by(self, owner_refs: object) -> Self:
        return self.filter(owner_ref__in=owner_refs)

    def for_listing(self) -> Self:
        """Only what a catalog row shows; the document, which may be large, stays in the database."""
        return self.defer("document", "source", "search_text").order_by("sort_key", "ref")


class Entity(models.Model):
    """One thing in the catalog, as the last good reading of its descriptor left it."""

    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=63)  # lower case; the document keeps the author's spelling
    namespace = models.CharField(max_length=63)  # lower case, and so is the name
    name = models.CharField(max_length=63)
    title = models.CharField(max_length=255)  # metadata.title, else the name
    description = models.TextField(blank=True)
    type = models.CharField(max_length=255, blank=True)
    lifecycle = models.CharField(max_length=255, blank=True)
    owner_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    system_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    tags = models.JSONField(default=list)  # of texts, for rows of lists
    # Name, title, description and tags in lower case, a line each, for the search.
    search_text = models.TextField(blank=True)
    # Case-folded title, collated "C" on PostgreSQL, so that both databases give one order.
    sort_key = models.CharField(max_length=255)
    # The location that owns the ref, and the descriptor read there.
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="entities")
    descriptor = models.OneToOneField(Descriptor, on_delete=models.SET_NULL, null=True, related_name="entity")
    is_orphan = models.BooleanField(default=False)
    # JSON texts. `source`: the validated descriptor with the annotations that the catalog adds. `document`: the final
    # entity with relations, as the API answers it.
    source = models.TextField()
    document = models.TextField()
    source_hash = models.CharField(max_length=64)
    etag = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    objects = EntityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["kind", "sort_key", "ref"], name="entity_list"),
            models.Index(fields=["kind", "ref"], name="entity_by_ref"),
            models.Index(fields=["kind", "name", "ref"], name="entity_by_name"),
            models.Index(fields=["owner_ref"], name="entity_owner"),
            models.Index(fields=["changed_at"], name="entity_changed"),
        ]
        constraints = [models.CheckConstraint(condition=Q(ref=Lower("ref")), name="entity_ref_is_lower_case")]

    def __str__(self) -> str:
        return self.ref

    def get_absolute_url(self) -> str:
        return address_of(self.ref)


@lru_cache(maxsize=20_000)
def address_of(ref: str) -> str:
    """Return the address of an entity's page. Kept, for a list has a hundred of them and looking up a route is slow."""
    entity_ref = refs.parse(ref.lower())
    return reverse("catalog:entity-detail", args=[entity_ref.kind, entity_ref.namespace, entity_ref.name])


class FacetKey(models.Model):
    """The lower-case name of a searchable field, such as `metadata.tags`, kept once."""

    key = models.CharField(max_length=200, unique=True)

    def __str__(self) -> str:
        return self.key


class Facet(models.Model):
    """One searchable `key = value` of an entity.

    There are thirty of them for each entity, only the stitching writes them, and they can be made anew from the
    documents, so the database does not look up entity and key for each.
    """

    entity = models.ForeignKey(
        Entity, on_delete=models.CASCADE, related_name="facets", db_index=False, db_constraint=False
    )
    key = models.ForeignKey(FacetKey, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    # Lower case; null for a value over 200 signs, so that "exists" still works.
    value = models.CharField(max_length=200, null=True)
    # As it was written, where that differs from `value`.
    original = models.CharField(max_length=200, null=True)

    class Meta:
        # The one finds entities by a value and counts values, the other finds a value of an entity, to sort by it.
        indexes = [
            models.Index(fields=["key", "value", "entity", "original"], name="facet_search"),
            models.Index(fields=["entity", "key", "value"], name="facet_of_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.key_id}={self.value}"


class Relation(models.Model):
    """A relation as one entity's descriptor declares it; the other direction is derived when documents are stitched."""

    # The unique constraint below begins with it, and is its index.
    origin = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="declared_relations", db_index=False)
    source_ref = models.CharField(max_length=REF_LENGTH, db_index=True)
    type = models.CharField(max_length=63)
    # May name an entity that does not exist (R14).
    target_ref = models.CharField(max_length=REF_LENGTH, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "source_ref", "type", "target_ref"], name="relation_is_declared_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_ref} {self.type} {self.target_ref}"


class Tombstone(models.Model):
    """An entity that went: its ref gets the same uid back if it returns."""

    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    uid = models.UUIDField(unique=True)
    removed_at = models.DateTimeField()
    reason = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.ref


class CatalogRevision(models.Model):
    """The one counter that rises with every change to any entity; key and ETag of all that the catalog answers."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def current(cls) -> int:
        return cls.objects.values_list("value", flat=True).filter(pk=1).first() or 0

    @classmethod
    def lock(cls) -> None:
        """Wait for other writers of the catalog, and hold them off until this transaction ends."""
        cls.objects.get_or_create(pk=1)
        list(cls.objects.select_for_update().filter(pk=1))

    @classmethod
    def rise(cls) -> None:
        """Count one change. Call it last in the transaction: all writers wait for this row."""
        if not cls.objects.filter(pk=1).update(value=F("value") + 1):
            cls.objects.create(pk=1, value=1)
