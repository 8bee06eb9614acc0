"""What was read of docs that lie beside code: sites, pages, pictures, and links that lead nowhere."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.refs import LONGEST as REF_LENGTH

# A path in a repository, and with it every part of an address of a page.
LONGEST_PATH = 400
# A page that was not changed for this long, while the code was, is told to be stale.
STALE_AFTER = timedelta(days=180)


class DocsSiteQuerySet(models.QuerySet["DocsSite"]):
    def due(self, now: datetime) -> Self:
        """Those that should be read again, the longest overdue first."""
        return self.filter(next_read_at__lte=now).order_by("next_read_at", "pk")

    def for_listing(self) -> Self:
        """Only what a row of the list shows; the contents, which may be long, stay in the database."""
        return self.defer("nav", "remarks", "description")


class DocsSite(models.Model):
    """The docs of an entity as they were last read, and how their last reading went."""

    # Of an entity, which may go and come back.
    ref = models.CharField(max_length=REF_LENGTH, unique=True)
    # The folder that they are read from, as `catalog.docs.places` writes it; another one says that all is new.
    place = models.CharField(max_length=2048)
    # `host/owner/name@ref` in lower case of the repository that it lies in; empty elsewhere.
    repository = models.CharField(max_length=400, blank=True, db_index=True)
    # What tells that nothing is new: the commit and the ETag of the branch, or the hash of the files of a disk.
    commit = models.CharField(max_length=64, blank=True)
    etag = models.CharField(max_length=255, blank=True)
    # Which pages there are, the configuration and the version of the renderer: another one has all rendered anew.
    shape = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=255, blank=True)
    description = models.TextField(blank=True)
    # From the root of the repository, or of the folder on a disk, to the pages.
    folder = models.CharField(max_length=LONGEST_PATH, blank=True)
    # `%s` stands for the path of a page; empty where it cannot be edited by an address.
    edit_address = models.CharField(max_length=2048, blank=True)
    view_address = models.CharField(max_length=2048, blank=True)
    # The contents: `Item.to_json` of `catalog.docs.navigation`.
    nav = models.JSONField(default=list)
    # What of the configuration could not be understood, as sentences.
    remarks = models.JSONField(default=list)
    page_count = models.PositiveIntegerField(default=0)
    finding_count = models.PositiveIntegerField(default=0)
    # When the newest of its pages was changed, and when anything in its repository was.
    changed_at = models.DateTimeField(null=True)
    code_changed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    failing_since = models.DateTimeField(null=True)
    next_read_at = models.DateTimeField(null=True, db_index=True)

    objects = DocsSiteQuerySet.as_manager()

    def __str__(self) -> str:
        return self.ref

    @property
    def is_read(self) -> bool:
        """Whether it was ever read to the end of a page."""
        return self.read_at is not None

    @property
    def view_url(self) -> str:
        """Where the host shows the folder; empty where there is no host."""
        return self.view_address.replace("%s", "").rstrip("/") if self.view_address else ""


class DocsPageQuerySet(models.QuerySet["DocsPage"]):
    def stale(self, now: datetime) -> Self:
        """Those that were not changed for long while the code was."""
        return self.filter(changed_at__lt=now - STALE_AFTER, site__code_changed_at__gt=F("changed_at") + STALE_AFTER)

    def for_listing(self) -> Self:
        """Only what a row of a list shows."""
        return self.only("site_id", "path", "title", "changed_at", "changed_by", "commit")


class DocsPage(models.Model):
    """A page of docs: its text as it was read, and what became of it."""

    site = models.ForeignKey(DocsSite, on_delete=models.CASCADE, related_name="pages", db_index=False)
    # Of the file, from the folder of the docs.
    path = models.CharField(max_length=LONGEST_PATH)
    # Git's name of the bytes of the file.
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=255)
    packed = models.BinaryField()  # the text, compressed
    html = models.TextField()
    # Headings below the title, `[[level, id, text]]`; ids that links may name; links, `Link.to_json`.
    headings = models.JSONField(default=list)
    anchors = models.JSONField(default=list)
    links = models.JSONField(default=list)
    # The commit that changed the file last, once the host was asked for it; None where it did not tell.
    is_dated = models.BooleanField(default=False)
    commit = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=255, blank=True)

    objects = DocsPageQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "path"], name="docs_page_has_one_path")]

    def __str__(self) -> str:
        return f"{self.site_id}#{self.path}"

    @property
    def text(self) -> str:
        return zlib.decompress(self.packed).decode()


class DocsPicture(models.Model):
    """A picture that a page shows, kept so that no page waits for a host."""

    site = models.ForeignKey(DocsSite, on_delete=models.CASCADE, related_name="pictures", db_index=False)
    path = models.CharField(max_length=LONGEST_PATH)
    digest = models.CharField(max_length=64)
    # As its bytes tell; what a file is called tells nothing.
    content_type = models.CharField(max_length=63)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "path"], name="docs_picture_has_one_path")]

    def __str__(self) -> str:
        return f"{self.site_id}#{self.path}"


class DocsFinding(models.Model):
    """Something on a page that its reader stumbles over: a link that leads nowhere."""

    class Kind(models.TextChoices):
        LINK = "link", _("no such page or file")
        ANCHOR = "anchor", _("no such heading")
        PICTURE = "picture", _("no such picture")
        REFUSED = "refused", _("not followed")

    site = models.ForeignKey(DocsSite, on_delete=models.CASCADE, related_name="findings", db_index=False)
    path = models.CharField(max_length=LONGEST_PATH)
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=15, choices=Kind)
    # As the author wrote it.
    target = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["site", "path", "line"], name="docs_finding_of_site")]
        constraints = [models.CheckConstraint(condition=Q(line__gte=1), name="docs_finding_has_a_line")]

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.target}"


def packed(text: str) -> bytes:
    """Return what is stored of a page: its text, compressed."""
    return zlib.compress(text.encode(), 6)
