"""What others ask of the docs: whether there are any, and to have them read again."""

from __future__ import annotations

from django.core.cache import cache
from django.utils import timezone

from catalog import tasks
from catalog.docs import places, reading
from catalog.models import DocsSite, Entity
from integrations.bell import ring

# Somebody who looks at docs has them compared with their repository, once in this time for all who look.
FRESH_SECONDS = 60


def has_docs(entity: Entity) -> bool:
    """Whether an entity says where its docs lie, or whose docs are its own too."""
    return places.has_own(entity) or bool(places.other_entity(entity))


def refresh(entity_ref: str) -> None:
    """Have the docs of an entity read again by a worker."""
    DocsSite.objects.filter(ref=entity_ref.lower()).update(next_read_at=timezone.now())
    entity_id = Entity.objects.filter(ref=entity_ref.lower()).values_list("pk", flat=True).first()
    if entity_id is not None:
        ring(tasks.read_docs, entity_id)


def pushed(repository: str, branch: str, *, is_default: bool) -> int:
    """Have the docs of a repository read again after a push, and return of how many entities.

    Args:
        repository: `host/owner/name`.
    """
    count = reading.pushed(repository, branch, is_default=is_default)
    if count:
        ring(tasks.read_due_docs, 0)
    return count


def looked_at(entity: Entity, site: DocsSite | None) -> None:
    """Have docs that somebody looks at compared with their repository; the page itself waits for nothing."""
    now = timezone.now()
    if site is not None and site.checked_at and (now - site.checked_at).total_seconds() < FRESH_SECONDS:
        return
    if cache.add(f"catalog:docs:{entity.pk}", 1, FRESH_SECONDS if site and site.is_read else 5):
        ring(tasks.read_docs, entity.pk)
