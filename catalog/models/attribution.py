"""What repositories say about who answers for their files."""

from __future__ import annotations

from django.db import models


class CodeOwners(models.Model):
    """The CODEOWNERS file of a repository's default branch as it was last read; an empty `path`: it has none."""

    # `host/owner/name` in lower case.
    repository = models.CharField(max_length=400, unique=True)
    path = models.CharField(max_length=31, blank=True)
    text = models.TextField(blank=True)
    etag = models.CharField(max_length=255, blank=True)
    # The last try, and why it gave nothing; what was read before stays.
    read_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    # How often a push has touched it: an answer that began before the last one is not kept.
    touched = models.PositiveIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"{self.repository}/{self.path or 'CODEOWNERS'}"
