"""What one person keeps of the catalog: stars, and what they saw last. Nobody else is told of either."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from catalog import tasks
from catalog.models import Entity, Star, Visit
from catalog.query.editions import Edition
from integrations.bell import ring

MOST_STARS, MOST_VISITS = 300, 50
SHORTLIST, SHORTLIST_SECONDS = 5, 60
# A visit within this time of the last one to the same entity is the same visit.
SAME_VISIT = timedelta(minutes=1)


@dataclass(frozen=True)
class Kept:
    """What a person keeps: entities that they starred, by title, and those that they saw last."""

    starred: list[Entity] = field(default_factory=list)
    recently_seen: list[Entity] = field(default_factory=list)


class TooManyStars(Exception):
    """A person has starred as many entities as are kept; stars for everything mean nothing."""


def starred_refs(actor: Actor) -> frozenset[str]:
    """Return the refs that `actor` starred, also of what is not in the catalog now."""
    return frozenset(Star.objects.of(actor).values_list("ref", flat=True))


def is_starred(entity: Entity, *, actor: Actor) -> bool:
    """Tell whether `actor` starred an entity."""
    return Star.objects.of(actor).filter(ref=entity.ref).exists()


def stars_of(actor: Actor, *, most: int = MOST_STARS) -> list[Entity]:
    """Return the entities that `actor` starred, by title."""
    starred = Star.objects.of(actor).values("ref")
    return list(Entity.objects.visible_to(actor).filter(ref__in=starred).for_listing()[:most])


def star(entity: Entity, *, actor: Actor) -> None:
    """Star an entity for `actor`; once is as good as twice.

    Raises:
        TooManyStars: the actor has too many of them.
        PermissionDenied: the actor is no person.
    """
    if actor.user_id is None:
        raise PermissionDenied(_("Only people star entities."))
    mine = Star.objects.of(actor)
    if mine.count() >= MOST_STARS and not mine.filter(ref=entity.ref).exists():
        raise TooManyStars
    Star.objects.get_or_create(user_id=actor.user_id, ref=entity.ref)


def unstar(entity: Entity, *, actor: Actor) -> None:
    """Take a star back; without one nothing happens."""
    Star.objects.of(actor).filter(ref=entity.ref).delete()


def recently_seen(actor: Actor, *, most: int = MOST_VISITS) -> list[Entity]:
    """Return the entities that `actor` looked at, the last one first; those that are gone are left out."""
    visits = Visit.objects.of(actor)
    mine = Entity.objects.visible_to(actor).filter(ref__in=visits.values("ref")).for_listing()
    seen_at = Subquery(visits.filter(ref=OuterRef("ref")).values("seen_at")[:1])
    return list(mine.annotate(seen_at=seen_at).order_by("-seen_at", "ref")[:most])


def kept(actor: Actor, *, starred: int, seen: int) -> Kept:
    """Return the first stars of `actor` and the last visits, in one statement."""
    if actor.user_id is None:
        return Kept()
    stars, visits = Star.objects.of(actor), Visit.objects.of(actor)
    last = visits.order_by("-seen_at").values("ref")[:MOST_VISITS]
    mine = Entity.objects.visible_to(actor).filter(Q(ref__in=stars.values("ref")) | Q(ref__in=last))
    rows = mine.order_by("sort_key", "ref").annotate(
        is_starred=Exists(stars.filter(ref=OuterRef("ref"))),
        seen_at=Subquery(visits.filter(ref=OuterRef("ref")).values("seen_at")[:1]),
    )
    found: list[Any] = list(rows.only("ref", "kind", "title", "type"))
    visited = sorted((row for row in found if row.seen_at), key=lambda row: row.seen_at, reverse=True)
    return Kept([row for row in found if row.is_starred][:starred], visited[:seen])


def shortlist(edition: Edition, *, stamp: object) -> list[tuple[str, str]]:
    """Return title and address of the first stars of the reader, for the frame of every page.

    Args:
        stamp: what changes when the person stars something. Where they do it elsewhere, it shows here a minute later.
    """
    if edition.actor.user_id is None:
        return []
    key = f"catalog:stars:{edition.actor.user_id}:{edition.revision}:{stamp}"
    found: list[tuple[str, str]] | None = cache.get(key)
    if found is None:
        found = [(row.title, row.get_absolute_url()) for row in stars_of(edition.actor, most=SHORTLIST)]
        cache.set(key, found, SHORTLIST_SECONDS)
    return found


def seen(entity: Entity, *, actor: Actor) -> None:
    """Have a visit noted by a worker: a page that is read writes nothing itself, and waits for no lock."""
    if actor.user_id is None:
        return
    # The database keeps a visit once in this time anyway; this saves the message.
    if cache.add(f"catalog:visit:{actor.user_id}:{entity.pk}", 1, SAME_VISIT.total_seconds()):
        ring(tasks.note_visit, actor.user_id, entity.pk)


@transaction.atomic
def note_visit(user_id: int, entity_id: int) -> None:
    """Keep that a person looked at an entity, and no more than their last visits."""
    now = timezone.now()
    ref = Entity.objects.filter(pk=entity_id).values_list("ref", flat=True).first()
    if ref is None:
        return
    mine = Visit.objects.filter(user=user_id)
    visit, is_new = mine.get_or_create(user_id=user_id, ref=ref, defaults={"seen_at": now})
    if not is_new:
        mine.filter(pk=visit.pk, seen_at__lte=now - SAME_VISIT).update(seen_at=now, times=F("times") + 1)
        return
    kept = list(mine.order_by("-seen_at", "-pk").values_list("pk", flat=True)[:MOST_VISITS])
    mine.exclude(pk__in=kept).delete()
