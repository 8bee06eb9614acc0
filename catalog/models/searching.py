"""What the search knows: an entry for each thing that can be found, the words of names, and terms that found nothing.

Beside these tables stands `catalog_searchindex`, which no model describes: the words of each entry under its number, in
FTS5 on SQLite and as a `tsvector` on PostgreSQL. `catalog.search.index` writes it, `catalog.search.matching` asks it.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.entities import Entity, address_of
from catalog.refs import LONGEST as REF_LENGTH

KEY_LENGTH = 512


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def about(self, type_: str, keys: object) -> Self:
        return self.filter(type=type_, key__in=keys)

    def for_listing(self) -> Self:
        """Only what a hit shows; words, which may be many, stay in the database."""
        return self.defer("name_words", "title_words", "tag_words", "text_words", "name_key", "title_key")


class SearchEntry(models.Model):
    """One thing that can be found: an entity, a page of docs, a run, or what else a room puts here."""

    type = models.CharField(max_length=31)
    # What tells it from others of its type: the ref of an entity, `<ref>#<path>` of a page of its docs.
    key = models.CharField(max_length=KEY_LENGTH)
    # Of an entity: its kind and its `spec.type`, both in lower case.
    kind = models.CharField(max_length=63, blank=True)
    spec_type = models.CharField(max_length=255, blank=True)
    # The entity that it is or belongs to. It may go at any time, and entries with it.
    entity = models.ForeignKey(
        Entity,
        to_field="ref",
        db_column="entity_ref",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="search_entries",
    )
    owner_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    # Whose own it is, where only they and their team may see it.
    person_ref = models.CharField(max_length=REF_LENGTH, blank=True)
    name = models.CharField(max_length=255, blank=True)
    title = models.CharField(max_length=255)
    # Empty for an entity, whose address its ref tells.
    url = models.CharField(max_length=2048, blank=True)
    # Among equals, the lower one comes first.
    precedence = models.SmallIntegerField(default=0)
    # The words of the whole name and title, collated "C" on PostgreSQL.
    name_key = models.CharField(max_length=255, blank=True)
    title_key = models.CharField(max_length=255, blank=True)
    # The words as `catalog.search.tokens.spaced` writes them.
    name_words = models.TextField(blank=True)
    title_words = models.TextField(blank=True)
    tag_words = models.TextField(blank=True)
    # Tags in lower case, each between blanks.
    tags = models.TextField(blank=True)
    # Long texts last: who reads the others does not come by them.
    text_words = models.TextField(blank=True)
    text = models.TextField(blank=True)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["name_key"], name="search_by_name"),
            models.Index(fields=["title_key"], name="search_by_title"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key", "type"], name="search_entry_is_there_once"),
            models.CheckConstraint(condition=~Q(key=""), name="search_entry_has_a_key"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.url or (address_of(str(self.entity_id)) if self.entity_id else "")

    @property
    def owner_title(self) -> str:
        """What the owner is called, where `owner_told` was read with the entry; empty when nobody there owns it."""
        return getattr(self, "owner_told", None) or ""

    @property
    def tag_list(self) -> list[str]:
        return self.tags.split()


class SearchWord(models.Model):
    """A word of names and titles that mistakes are looked up among."""

    word = models.CharField(max_length=32, unique=True)

    def __str__(self) -> str:
        return self.word


class SearchTrigram(models.Model):
    """Three signs that stand side by side in a word of names and titles, with a blank before and after it."""

    trigram = models.CharField(max_length=3)
    word = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["trigram", "word"], name="trigram_of_a_word_is_there_once")]

    def __str__(self) -> str:
        return f"{self.trigram} in {self.word}"


class FruitlessTerm(models.Model):
    """A term that found nothing, and how often; never who typed it."""

    term = models.CharField(max_length=100, unique=True)
    count = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("term without a result")
        ordering = ["-count", "term"]
        indexes = [models.Index(fields=["last_at"], name="fruitless_by_age")]

    def __str__(self) -> str:
        return self.term
