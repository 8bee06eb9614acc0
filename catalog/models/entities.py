"""The entities that came of the descriptors, what they point at and what they are searched by."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from django.db import connections, models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.permissions import Act, Rule, rule
from catalog import refs
from catalog.models.locations import Descriptor, Location
from catalog.refs import LONGEST as REF_LENGTH

if TYPE_CHECKING:
    from accounts.actors import Actor


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
    # When it was last marked as an orphan; says nothing while it is none.
    orphaned_at = models.DateTimeField(null=True)
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
            # All that the list counts, so that counting reads no row: a row holds the whole document.
            models.Index(
                fields=["kind", "type", "owner_ref", "lifecycle", "namespace", "is_orphan", "descriptor"],
                name="entity_counts",
            ),
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
        # The one finds entities by a value and counts values as they are spelled, in its own order; the other finds a
        # value of an entity, to sort by it.
        indexes = [
            models.Index(fields=["key", "value", "original", "entity"], name="facet_by_value"),
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
    """An entity that went: its ref gets the same uid back if it returns, unless it is kept away."""

    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    uid = models.UUIDField(unique=True)
    removed_at = models.DateTimeField()
    reason = models.CharField(max_length=255)
    # A descriptor that names it is refused from `removed_at` on, because `kept_away_by` (a ref) wanted it so.
    is_kept_away = models.BooleanField(default=False, db_default=False)
    kept_away_by = models.CharField(max_length=REF_LENGTH, blank=True, default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["ref"], condition=Q(is_kept_away=True), name="tombstone_kept_away")]

    def __str__(self) -> str:
        return self.ref


class CatalogRevision(models.Model):
    """The one counter that rises with every change to any entity; key and ETag of all that the catalog answers."""

    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def current(cls) -> int:
        # Every request asks this; to write the statement anew each time takes ten times as long as to answer it.
        with connections[cls.objects.db].cursor() as cursor:
            cursor.execute("SELECT value FROM catalog_catalogrevision WHERE id = 1")
            found = cursor.fetchone()
        return found[0] if found else 0

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
