"""Kinds of entities that an installation adds, and the files that placeholders in descriptors lead to."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.descriptor import custom
from catalog.models.locations import SourceFile


class CustomKind(models.Model):
    """A kind of entities that administrators added, as `catalog.kinds` in waymark.yaml would describe it."""

    kind = models.CharField(_("kind"), max_length=63, unique=True, help_text=_("As it stands in descriptors: Gadget."))
    api_versions = models.JSONField(
        _("versions"), help_text=_('What `apiVersion` may be, as a JSON list: ["acme.example/v1"].')
    )
    schema = models.JSONField(_("schema"), help_text=_("JSON Schema (2020-12) of `spec`."))
    relations = models.JSONField(
        _("relations"),
        default=list,
        blank=True,
        help_text=_(
            "What fields of `spec` point at, as a JSON list of maps with field, type, reverse and defaultKind: "
            '[{"field": "owner", "type": "ownedBy", "defaultKind": "Group"}].'
        ),
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("kind")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.kind

    def description(self) -> dict[str, Any]:
        """Return the kind in the words of waymark.yaml."""
        return {
            "kind": self.kind,
            "apiVersions": self.api_versions,
            "schema": self.schema,
            "relations": self.relations or [],
        }

    def clean(self) -> None:
        """Refuse what could not be used as a kind, each mistake at its field."""
        super().clean()
        others = CustomKind.objects.exclude(pk=self.pk).order_by("kind")
        mistakes = custom.mistakes(self.description(), others=[other.description() for other in others])
        if mistakes:
            found: dict[str, list[str]] = {}
            for key, message in mistakes:
                found.setdefault(FIELDS[key], []).append(message)
            raise ValidationError(found)


FIELDS = {"kind": "kind", "apiVersions": "api_versions", "schema": "schema", "relations": "relations"}


class FileReference(models.Model):
    """A file that placeholders in a source file lead to, as it was last read; its change has the other read anew."""

    file = models.ForeignKey(SourceFile, on_delete=models.CASCADE, related_name="references")
    type = models.CharField(max_length=15)
    target = models.CharField(max_length=2048, db_index=True)
    # Of its text; empty where it could not be read.
    content_hash = models.CharField(max_length=64, blank=True)
    # What its source wants to be told at the next reading, as of a location.
    etag = models.CharField(max_length=255, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    memory = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "type", "target"], name="file_reference_is_kept_once"),
        ]

    def __str__(self) -> str:
        return self.target
