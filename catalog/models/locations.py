"""Where descriptors are read from, and what was read there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _

from catalog.refs import LONGEST as REF_LENGTH

# What one round of the scheduler hands out; the next round is seconds away.
MOST_CLAIMED = 500


class LocationQuerySet(models.QuerySet["Location"]):
    def due(self, now: datetime) -> Self:
        """Those that should be read again, the longest overdue first."""
        return self.filter(next_refresh_at__lte=now).order_by("next_refresh_at", "pk")

    def claim_due(self, now: datetime, *, until: datetime, at_most: int = MOST_CLAIMED) -> list[int]:
        """Return the ids of those that are due, and let nobody else find them due before `until`.

        Of those that lie in one repository only the first is given: whoever reads it reads the others as well, and
        asks the host once for all of them.
        """
        first: dict[object, int] = {}
        for pk, repository in self.due(now).values_list("pk", "repository")[:at_most]:
            if self.due(now).filter(pk=pk).order_by().update(next_refresh_at=until):
                first.setdefault(repository or pk, pk)
        return list(first.values())

    def beside(self, location: Location) -> list[int]:
        """Return the ids of the others that lie in the same repository."""
        if not location.repository:
            return []
        return list(self.filter(repository=location.repository).exclude(pk=location.pk).values_list("pk", flat=True))

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
        # Providers: `target` is their name in the configuration.
        GITHUB = "github", _("GitHub discovery")
        GITHUB_ORG = "github-org", _("GitHub organization")

    class Origin(models.TextChoices):
        CONFIGURATION = "configuration", _("waymark.yaml")
        COMMAND = "command", _("manage.py ingest")
        REGISTERED = "registered", _("registered")
        LOCATION = "location", _("a Location entity")
        # Named by nothing any more, and kept because `catalog.orphanStrategy` says so.
        ORPHAN = "orphan", _("nothing any more")

    type = models.CharField(_("type"), max_length=15, choices=Type)
    target = models.CharField(_("target"), max_length=2048)
    origin = models.CharField(_("came from"), max_length=15, choices=Origin)
    # Of a Location entity's target: the location that the entity was read from, and its ref. It goes with that entity.
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="children")
    parent_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    is_optional = models.BooleanField(default=False)
    # Rules of the configuration as they apply here, `[{"allow": ["Component"]}]`; null: the catalog's own.
    rules = models.JSONField(null=True, blank=True)
    # Of a provider: its part of the configuration as it was when the place was last brought in line with it.
    options = models.JSONField(null=True, blank=True)
    registered_by = models.CharField(_("registered by"), max_length=REF_LENGTH, blank=True)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    # The last good reading: when, and what it looked like.
    read_at = models.DateTimeField(_("last read"), null=True)
    # What went wrong with the place itself since then, and since when it has.
    error = models.TextField(_("error"), blank=True)
    failing_since = models.DateTimeField(_("fails since"), null=True)
    etag = models.CharField(max_length=255, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    # What the source wants to be told at the next reading, such as the ETags of a list's pages.
    memory = models.JSONField(null=True, blank=True)
    # `host/owner/name@ref` in lower case of the repository that it lies in; empty for other addresses.
    repository = models.CharField(max_length=400, blank=True, db_default="", default="", db_index=True)
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

    @property
    def entry(self) -> Location:
        """The place whose rules hold here: the root, or below a provider the place that the provider found."""
        if self.parent is None or self.parent.is_provider:
            return self
        return self.parent.entry

    @property
    def is_removable(self) -> bool:
        """Whether it may be unregistered: what waymark.yaml or a Location entity names is removed there."""
        return self.origin not in (self.Origin.CONFIGURATION, self.Origin.LOCATION)

    @property
    def is_provider(self) -> bool:
        """Whether it finds places or makes entities by itself, rather than being read for descriptors."""
        return self.type in PROVIDERS


PROVIDERS = frozenset({Location.Type.GITHUB, Location.Type.GITHUB_ORG})


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


# Who is asked to mend a descriptor: what was found out for the owner that the document names now, else that owner.
KEEPER = Case(
    When(Q(attributed_at__isnull=False, attributed_for=F("owner_ref")), then=F("attributed_ref")),
    default=F("owner_ref"),
)


class DescriptorQuerySet(models.QuerySet["Descriptor"]):
    def with_problems(self) -> Self:
        """Those that were refused, or read with a warning."""
        return self.exclude(failing_since=None)

    def with_keeper(self) -> Self:
        """With `keeper`, who is asked to mend each: until somebody has looked, the owner that the document names."""
        return self.annotate(keeper=KEEPER)

    def kept_by(self, owner_refs: Collection[str]) -> Self:
        """Those that one of `owner_refs` is asked to mend; an empty text stands for nobody."""
        return self.annotate(keeper=KEEPER).filter(keeper__in=owner_refs)


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
    # Who is asked to mend it: a ref, how it was found, for which `owner_ref`, and when; null: nobody has looked yet.
    attributed_ref = models.CharField(max_length=REF_LENGTH, blank=True, default="", db_default="")
    attributed_by = models.CharField(max_length=255, blank=True, default="", db_default="")
    attributed_for = models.CharField(max_length=REF_LENGTH, blank=True, default="", db_default="")
    attributed_at = models.DateTimeField(null=True)

    objects = DescriptorQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["file", "position"], name="descriptor_order")]

    def __str__(self) -> str:
        return f"{self.file.path}:{self.line}"
