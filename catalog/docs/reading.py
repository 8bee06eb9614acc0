"""Reads the docs of entities: what changed since is rendered, checked for links, and put before the search.

A worker does it. Docs that are as they were cost one conditional request; a place that cannot be read keeps what was
read from it before, with its age.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from catalog import schedule
from catalog.docs import contents, dating, folders, places, searching
from catalog.docs.folders import OutOfReach
from catalog.docs.places import DocsPlace, Nowhere
from catalog.models import DocsSite, Entity, Facet
from catalog.models.entities import EntityQuerySet
from integrations import http
from integrations.git import looks

# What one site may take of a host, and what one go of the scheduler takes in all.
SECONDS = 120.0
PATIENCE = timedelta(seconds=50)
# Whoever reads a site has it to themselves for this long; a site whose worker died is due again then.
CLAIM = timedelta(minutes=5)
FIRST_RETRY = timedelta(minutes=1)
MOST_IN_A_GO = 500
FACET = f"metadata.annotations.{places.REF}"


def annotated(entities: EntityQuerySet) -> EntityQuerySet:
    """Those of `entities` that say where their docs lie."""
    return entities.filter(Exists(Facet.objects.filter(entity=OuterRef("pk"), key__key=FACET)))


def read_due(*, patience: timedelta = PATIENCE) -> int:
    """Read the docs that were never read or are due, until `patience` is over; return how many."""
    until = time.monotonic() + patience.total_seconds()
    _note_new()
    count = 0
    with looks.one_look():
        for pk, ref in DocsSite.objects.due(timezone.now()).values_list("pk", "ref")[:MOST_IN_A_GO]:
            if time.monotonic() > until:
                break
            now = timezone.now()
            if DocsSite.objects.due(now).filter(pk=pk).order_by().update(next_read_at=now + CLAIM):
                read(ref)
                count += 1
    return count


def _note_new() -> None:
    """Make due what is new: entities with docs and no row yet, and those that changed since; let go of the rest."""
    now = timezone.now()
    known = DocsSite.objects.filter(ref=OuterRef("ref"))
    new = annotated(Entity.objects.all()).filter(~Exists(known)).order_by("ref").values_list("ref", flat=True)
    DocsSite.objects.bulk_create(
        [DocsSite(ref=ref, next_read_at=now) for ref in new[:MOST_IN_A_GO]], ignore_conflicts=True
    )
    entity = Entity.objects.filter(ref=OuterRef("ref"))
    changed = Exists(entity.filter(changed_at__gt=OuterRef("checked_at")))
    DocsSite.objects.filter(Q(next_read_at__gt=now + CLAIM) | Q(next_read_at=None), changed).update(next_read_at=now)
    for ref in list(DocsSite.objects.filter(~Exists(entity)).values_list("ref", flat=True)[:MOST_IN_A_GO]):
        forget(ref)


def pushed(repository: str, branch: str, *, is_default: bool) -> int:
    """Have the docs that lie in a repository (`host/owner/name`) read at once, after a push; return how many."""
    refs = [branch, *(["", "HEAD"] if is_default else [])]
    names = [f"{repository}@{ref}".lower() for ref in refs]
    return DocsSite.objects.filter(repository__in=names).update(next_read_at=timezone.now())


def read(ref: str) -> DocsSite | None:
    """Read the docs of one entity; None when it has none, and then what was kept of them goes."""
    entity = Entity.objects.filter(ref=ref).select_related("location", "descriptor__file").first()
    if entity is None or not places.has_own(entity):
        forget(ref)
        return None
    site, _ = DocsSite.objects.get_or_create(ref=ref)
    try:
        place = places.of(entity)
    except Nowhere as error:
        return _missed(site, str(error), timezone.now())
    try:
        with http.within(SECONDS), looks.one_look():
            return _read(site, entity, place)
    except OutOfReach as error:
        return _missed(site, str(error), timezone.now(), retry_after=error.retry_after)


def forget(ref: str) -> None:
    """Let go of what was kept of an entity's docs."""
    with transaction.atomic():
        if DocsSite.objects.filter(ref=ref).delete()[0]:
            searching.remove(ref)


def _read(site: DocsSite, entity: Entity, place: DocsPlace) -> DocsSite:
    is_same = site.place == str(place) and site.shape == contents.shape(place, site.folder)
    known = (site.commit, site.etag) if is_same else ("", "")
    found = folders.look(place, commit=known[0], etag=known[1])
    now = timezone.now()
    if found is not None:
        contents.store(site, entity, place, found, now=now)
    else:
        searching.follow_owner(entity)
    site.error, site.failing_since = "", None
    site.checked_at, site.next_read_at = now, schedule.after_interval(now)
    if not site.commit:
        # There was no time for all of it.
        site.next_read_at = now
    site.save(update_fields=["error", "failing_since", "checked_at", "next_read_at"])
    dating.date(site, place)
    return site


def _missed(site: DocsSite, message: str, now: datetime, *, retry_after: float = 0.0) -> DocsSite:
    """Keep what was read before, and say why it is old."""
    site.error, site.failing_since, site.checked_at = message, site.failing_since or now, now
    waited = now - site.failing_since
    pause = max(FIRST_RETRY, waited, timedelta(seconds=retry_after))
    later = schedule.after_interval(now)
    site.next_read_at = min(now + pause, later) if later and not retry_after else now + pause
    site.save(update_fields=["error", "failing_since", "checked_at", "next_read_at"])
    return site
