"""Breaking changes that hit somebody: told to those who consume the API, on their page and their home page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.actors import Actor
from catalog.models import ApiDefinition, Entity, Relation

# After this long whoever was hit knows it.
NEWS = timedelta(days=30)
MOST, MOST_RECENT = 10, 200
CONSUMES = "consumesApi"


@dataclass
class Alert:
    """An API whose newest version breaks those who consume it."""

    api: Entity
    definition: ApiDefinition
    consumers: list[Entity] = field(default_factory=list)


def for_consumer(entity: Entity, *, actor: Actor) -> list[Alert]:
    """Return the APIs that broke lately and that an entity consumes, the newest change first."""
    return _alerts(Q(origin=entity), actor)


def for_owner(owner_refs: Collection[str], *, actor: Actor) -> list[Alert]:
    """Return the APIs that broke lately and that something of these owners consumes."""
    return _alerts(Q(origin__owner_ref__in=owner_refs), actor)


def _alerts(consumers: Q, actor: Actor) -> list[Alert]:
    """Begin with what broke, which is nothing on most days and then costs one statement."""
    recent = ApiDefinition.objects.filter(breaking_count__gt=0, changed_at__gt=timezone.now() - NEWS)
    definitions = {each.ref: each for each in recent.defer("outline").order_by("-changed_at", "ref")[:MOST_RECENT]}
    if not definitions:
        return []
    using: dict[str, list[Entity]] = defaultdict(list)
    rows = Relation.objects.filter(consumers, type=CONSUMES, target_ref__in=definitions).order_by("source_ref")
    for row in rows.select_related("origin").defer("origin__document", "origin__source", "origin__search_text"):
        using[row.target_ref].append(row.origin)
    hit = [ref for ref in definitions if ref in using][:MOST]
    if not hit:
        return []
    apis = {api.ref: api for api in Entity.objects.visible_to(actor).filter(ref__in=hit).for_listing()}
    return [Alert(apis[ref], definitions[ref], using[ref]) for ref in hit if ref in apis]
