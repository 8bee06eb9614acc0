"""Breaking changes that hit somebody: told to those who consume the API, on their page and their home page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from accounts.actors import Actor
from catalog.models import ApiDefinition, Entity, Relation

# After this long whoever was hit knows it.
NEWS = timedelta(days=30)
MOST = 10
CONSUMES = "consumesApi"


@dataclass
class Alert:
    """An API whose newest version breaks those who consume it."""

    api: Entity
    definition: ApiDefinition
    consumers: list[Entity] = field(default_factory=list)


def for_consumers(consumers: Collection[Entity], *, actor: Actor) -> list[Alert]:
    """Return the APIs that broke lately and that any of `consumers` consumes, the newest change first."""
    by_ref = {entity.ref: entity for entity in consumers}
    rows = Relation.objects.filter(type=CONSUMES, source_ref__in=by_ref).values_list("source_ref", "target_ref")
    using: dict[str, list[Entity]] = defaultdict(list)
    for source, target in rows:
        using[target].append(by_ref[source])
    if not using:
        return []
    recent = ApiDefinition.objects.of(using).filter(breaking_count__gt=0, changed_at__gt=timezone.now() - NEWS)
    definitions = {each.ref: each for each in recent.order_by("-changed_at", "ref")[:MOST]}
    if not definitions:
        return []
    apis = {api.ref: api for api in Entity.objects.visible_to(actor).filter(ref__in=definitions).for_listing()}
    return [Alert(apis[ref], each, using[ref]) for ref, each in definitions.items() if ref in apis]


def for_owner(owner_refs: Collection[str], *, actor: Actor) -> list[Alert]:
    """Return the APIs that broke lately and that something of these owners consumes."""
    consuming = Relation.objects.filter(type=CONSUMES).values("origin")
    mine = Entity.objects.visible_to(actor).owned_by(owner_refs).filter(pk__in=consuming)
    return for_consumers(list(mine.for_listing()), actor=actor)
