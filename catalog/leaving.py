"""Entities that people take out of the catalog, and let back in. Places are unregistered by `locations`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Act, require
from catalog import ingest, removal
from catalog.causes import Cause, because
from catalog.models import CatalogRevision, Entity, EntityRevision, Location, SourceFile, Tombstone
from catalog.models.locations import PROVIDERS
from catalog.removal import Outcome
from catalog.storage import bulk, children, memberships

KEEP = "keep"
# Orphans that one transaction deletes; all other writers wait for it.
SWEEP = 2_000


class NotKeptAway(Exception):
    """Nobody keeps the entity away."""


def delete_entity(entity: Entity, actor: Actor, *, keep_away: bool = False) -> None:
    """Delete one entity. Where its file still describes it, the next reading brings it back (I13).

    Args:
        keep_away: refuse descriptors that name it, until somebody lets it back in.

    Raises:
        PermissionDenied: it belongs to another team.
    """
    require(actor, Act.REGISTER_ENTITY, owner_refs=[entity.owner_ref] if entity.owner_ref else [])
    now = timezone.now()
    outcome = Outcome()
    with because(Cause.DELETED, actor.ref), transaction.atomic():
        CatalogRevision.lock()
        if not Entity.objects.filter(ref=entity.ref, uid=entity.uid).exists():
            return  # somebody else was quicker
        removal.remove([entity.ref], outcome=outcome, reason=f"deleted by {actor.ref}", now=now)
        if keep_away:
            Tombstone.objects.filter(ref=entity.ref).update(is_kept_away=True, kept_away_by=actor.ref)
        detail = {"uid": str(entity.uid), "kept_away": keep_away}
        audit.record("entity.deleted", actor=actor, subject=entity.ref, detail=detail)
        CatalogRevision.rise()
    _follow_up(outcome)


def sweep_orphans(*, now: datetime) -> int:
    """Delete the entities whose place has been gone for longer than the grace period (I07); return how many went."""
    # Marked by a version that did not write down when.
    Entity.objects.filter(is_orphan=True, orphaned_at=None).update(orphaned_at=now)
    count = 0
    while refs := _swept(now):
        count += len(refs)
    return count


def _swept(now: datetime) -> list[str]:
    """Delete some of the orphans whose time is over; return their refs."""
    outcome = Outcome()
    with because(Cause.ORPHANED), transaction.atomic():
        CatalogRevision.lock()
        refs = list(_overdue(now).order_by("ref").values_list("ref", flat=True)[:SWEEP])
        if not refs:
            return []
        removal.remove(refs, outcome=outcome, reason="its place is gone", now=now)
        CatalogRevision.rise()
    _follow_up(outcome)
    return refs


def _overdue(now: datetime) -> QuerySet[Entity]:
    rules = settings.WAYMARK["catalog"]
    orphans = Entity.objects.filter(is_orphan=True, orphaned_at__lte=now - grace_period())
    # The entity of a place stays as long as the place, which may come back.
    orphans = orphans.exclude(kind="location", name__startswith="generated-")
    if rules["orphanStrategy"] == KEEP:
        orphans = orphans.filter(location__in=_provided())
    if rules["orphanProviderStrategy"] == KEEP:
        orphans = orphans.exclude(location__in=_provided())
    return orphans


def _provided() -> list[int]:
    """Return the ids of providers and of the places that they found."""
    providers = Location.objects.filter(type__in=PROVIDERS)
    return [pk for provider in providers for pk in Location.objects.below(provider)]


def grace_period() -> timedelta:
    return timedelta(**settings.WAYMARK["catalog"]["orphanGracePeriod"])


def leaves_at(entity: Entity) -> datetime | None:
    """Return when an orphan is deleted; None for what is none, or stays."""
    if not entity.is_orphan:
        return None
    is_provided = entity.location.root.is_provider
    strategy = settings.WAYMARK["catalog"]["orphanProviderStrategy" if is_provided else "orphanStrategy"]
    if strategy == KEEP:
        return None
    return (entity.orphaned_at or timezone.now()) + grace_period()


def _follow_up(outcome: Outcome) -> None:
    """Have the places read soon that a removal concerns; nobody waits for them."""
    if outcome.touches_locations:
        _, gone = children.sync(now=timezone.now())
        outcome.woken |= gone.woken
        outcome.people |= gone.people
    make_due(outcome.woken)
    memberships.sync(outcome.people)


def make_due(location_ids: Collection[int]) -> None:
    """Have places read again as soon as the schedule comes round."""
    for chunk in bulk.chunks(sorted(location_ids)):
        Location.objects.filter(pk__in=chunk).update(next_refresh_at=timezone.now())


def let_back(ref: str, actor: Actor) -> None:
    """Take back that an entity is kept away, and read the files that describe it.

    Raises:
        NotKeptAway: nobody keeps it away.
        PermissionDenied: it belonged to another team.
    """
    owner_ref = last_owner(ref)
    require(actor, Act.REGISTER_ENTITY, owner_refs=[owner_ref] if owner_ref else [])
    with transaction.atomic():
        CatalogRevision.lock()
        tombs = Tombstone.objects.filter(ref=ref, is_kept_away=True)
        if not tombs.update(is_kept_away=False, kept_away_by=""):
            raise NotKeptAway(ref)
        files = SourceFile.objects.filter(descriptors__ref=ref)
        places = sorted(set(files.values_list("location_id", flat=True)))
        files.update(content_hash="")
        audit.record("entity.let_back", actor=actor, subject=ref)
    with because(Cause.LET_BACK, actor.ref):
        ingest.Run().read(places, deep=False)


def last_owner(ref: str) -> str:
    """Return who owned an entity when it went; empty when nobody did."""
    owners = EntityRevision.objects.filter(ref=ref).order_by("-pk").values_list("owner_ref", flat=True)
    return owners.first() or ""
