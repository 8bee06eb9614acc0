"""What one person keeps of the catalog: stars, and what they saw last. Nobody else is told of either."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from catalog import tasks
from catalog.models import Entity, Star, Visit
from integrations.bell import ring

MOST_STARS, MOST_VISITS = 300, 50
# A visit within this time of the last one to the same entity is the same visit.
SAME_VISIT = timedelta(minutes=1)


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
    refs = list(Visit.objects.of(actor).order_by("-seen_at").values_list("ref", flat=True)[:MOST_VISITS])
    if not refs:
        return []
    rows = {row.ref: row for row in Entity.objects.visible_to(actor).filter(ref__in=refs).for_listing()}
    return [rows[ref] for ref in refs if ref in rows][:most]


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
