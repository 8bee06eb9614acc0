"""The history of one entity, a page of its revisions, each with what it changed; and an entity as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse

from accounts.actors import Actor
from catalog import history, links
from catalog.history import differences
from catalog.history.differences import Difference
from catalog.models import EntityRevision, address_of
from catalog.models.history import TICK
from catalog.pages import history_words, neighbours
from integrations.git.source_url import SourceUrl, SourceUrlError

PER_PAGE = 10
# The last of a page is compared with the one below it, or, below a removal, with the one before that.
BEYOND = 2


@dataclass(frozen=True)
class Entry:
    """One revision as the page tells it; `difference` is None for a removal."""

    revision: EntityRevision
    why: str
    sentences: list[str] = field(default_factory=list)
    difference: Difference | None = None

    @property
    def line_url(self) -> str:
        """The address of its first line, at the commit that was read where that is known."""
        return line_url(self.revision)

    @property
    def past_url(self) -> str:
        """The page of the entity as it was from then on."""
        row = self.revision
        query = urlencode({"at": row.started_at.isoformat()})
        return f"{reverse('catalog:past-entity', args=[row.kind, row.namespace, row.name])}?{query}"

    @property
    def commit_url(self) -> str:
        source = _source(self.revision)
        if source is None or not self.revision.commit:
            return ""
        return links.safe(f"{source.scheme}://{source.host}/{source.owner}/{source.repo}/commit/{self.revision.commit}")


@dataclass(frozen=True)
class HistoryPage:
    """A page of revisions, the newest first."""

    page: Page[EntityRevision]
    entries: Sequence[Entry]


def read(ref: str, number: object, *, actor: Actor, source: str = "") -> HistoryPage:
    """Return a page of the history of an entity.

    Args:
        source: its descriptor as it is today, where that is known already.
    """
    found = history.revisions(ref)
    page = Paginator(found, PER_PAGE).get_page(cast("Any", number))
    start = (page.number - 1) * PER_PAGE
    rows = list(found[start : start + PER_PAGE + BEYOND])
    known = {row.pk: source for row in rows if source and row.is_open and row.ref == ref}
    texts = history.texts_of([row for row in rows if row.pk not in known]) | known
    return HistoryPage(page, _entries(rows, min(len(rows), PER_PAGE), texts, actor))


def _entries(rows: list[EntityRevision], count: int, texts: Mapping[int, str], actor: Actor) -> list[Entry]:
    """Return the first `count` of `rows` compared with what was before each; `texts` are all their descriptors."""
    told = {}
    before: dict[int, str] = {}
    for place, row in enumerate(rows[:count]):
        before[row.pk] = next((texts[older.pk] for older in rows[place + 1 :] if not older.is_removal), "")
        told[row.pk] = differences.told(before[row.pk], texts[row.pk]) if before[row.pk] and texts[row.pk] else []
    wanted = {ref for row in rows for ref in (row.actor_ref, row.other_ref)}
    wanted |= {ref for found in told.values() for ref in history_words.named(found)}
    titles = neighbours.titles(wanted, actor=actor) if any(wanted) else {}
    return [
        Entry(
            row,
            history_words.why(row, titles),
            history_words.sentences(told[row.pk], titles),
            None if row.is_removal else differences.compare(before[row.pk], texts[row.pk]),
        )
        for row in rows[:count]
    ]


def line_url(revision: EntityRevision) -> str:
    """Return the address where a descriptor stood; nothing when its file has none."""
    source = _source(revision)
    if source is None or not source.ref:
        return links.safe(revision.path)
    at = SourceUrl(
        source.host, source.owner, source.repo, revision.commit or source.ref, source.path, "blob", source.scheme
    )
    return links.safe(f"{at}#L{revision.line}" if revision.line else str(at))


def _source(revision: EntityRevision) -> SourceUrl | None:
    try:
        return SourceUrl.parse(revision.path)
    except SourceUrlError:
        return None


@dataclass(frozen=True)
class PastEntity:
    """An entity as it was at an instant; `lines` is its descriptor as YAML."""

    revision: EntityRevision
    descriptor: Mapping[str, Any]
    text: str
    is_cut: bool
    titles: Mapping[str, str]

    @property
    def line_url(self) -> str:
        return line_url(self.revision)

    @property
    def description(self) -> str:
        text = (self.descriptor.get("metadata") or {}).get("description")
        return text if isinstance(text, str) else ""

    @property
    def kind(self) -> str:
        """The kind as its author spelled it."""
        return str(self.descriptor.get("kind") or self.revision.kind)


def past(ref: str, instant: datetime, *, actor: Actor) -> PastEntity | None:
    """Return an entity as it was at `instant`; None when it was not there."""
    revision = history.at(ref, instant)
    return _past(revision, actor) if revision else None


def _past(revision: EntityRevision, actor: Actor) -> PastEntity:
    text = history.text_of(revision)
    is_cut = len(text) > differences.LONGEST
    descriptor = json.loads(text or "{}")
    shown = "" if is_cut else "\n".join(differences.as_yaml(text))
    titles = neighbours.titles([revision.owner_ref], actor=actor) if revision.owner_ref else {}
    return PastEntity(revision, descriptor, shown, is_cut, titles)


@dataclass(frozen=True)
class Gone:
    """An entity that is not there today: why it went, what it was, what has become of it."""

    removal: EntityRevision
    why: str
    past: PastEntity | None
    history: HistoryPage

    @property
    def new_url(self) -> str:
        """Of one that goes on under another name: its page."""
        return address_of(self.removal.other_ref) if self.removal.other_ref else ""


def gone(ref: str, number: object, *, actor: Actor) -> Gone | None:
    """Return why an entity is not there; None when it never was."""
    removal = EntityRevision.objects.filter(ref=ref, event=EntityRevision.Event.REMOVED).order_by("-pk").first()
    if removal is None:
        return None
    titles = neighbours.titles([removal.actor_ref, removal.other_ref], actor=actor)
    before = past(ref, removal.started_at - TICK, actor=actor)
    return Gone(removal, history_words.why(removal, titles), before, read(ref, number, actor=actor))
