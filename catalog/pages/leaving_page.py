"""What it means to take an entity out of the catalog: what goes with it, who misses it, what would bring it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.actors import Actor
from accounts.permissions import Act, may
from catalog import leaving, links
from catalog.models import Descriptor, Entity, EntityQuerySet, Location, Relation, Tombstone
from catalog.pages import neighbours

# Entities and relations that are listed; the others are counted.
MOST = 100
REGISTERED = (Location.Origin.REGISTERED, Location.Origin.COMMAND)


@dataclass(frozen=True)
class Dependent:
    """An entity that stays and points at one that goes."""

    entity: Entity
    type: str
    target_ref: str

    @property
    def word(self) -> str:
        """The relation in words: "Depends on"."""
        return str(neighbours.WORDS.get(self.type, self.type))


@dataclass(frozen=True)
class File:
    """A file that describes an entity: reading it brings the entity back."""

    path: str
    line: int

    @property
    def url(self) -> str:
        address = links.safe(self.path)
        return f"{address}#L{self.line}" if address and self.line and "/blob/" in address else address


@dataclass(frozen=True)
class Going:
    """What goes with a place: the first of them, how many in all, and those who point at them."""

    entities: Sequence[Entity]
    count: int
    dependents: Sequence[Dependent]
    dependent_count: int

    @property
    def more(self) -> int:
        return self.count - len(self.entities)

    @property
    def more_dependents(self) -> int:
        return self.dependent_count - len(self.dependents)


@dataclass(frozen=True)
class LeavingPage:
    """The question that is asked once before an entity, or all of its place, goes.

    Attributes:
        root: the place that somebody named and all of this came from.
        is_registered: whether the place may be unregistered here; one that waymark.yaml names may not.
        going: with the place; `alone`: with the entity by itself.
        file: that brings the entity back; None where it stands in none.
    """

    entity: Entity
    root: Location
    is_registered: bool
    may_unregister: bool
    may_delete: bool
    going: Going
    alone: Going
    file: File | None

    @property
    def offers_unregister(self) -> bool:
        return self.is_registered and self.may_unregister


def read(entity: Entity, *, actor: Actor) -> LeavingPage:
    """Return what it means that `entity`, or the place that it came from, goes."""
    root = entity.location.root
    is_registered = root.origin in REGISTERED
    here = _of_place(root, actor)
    alone = Entity.objects.visible_to(actor).filter(pk=entity.pk)
    return LeavingPage(
        entity,
        root,
        is_registered,
        may_unregister=may_unregister(root, actor=actor),
        may_delete=may_delete(entity, actor),
        going=_going(here),
        alone=_going(alone),
        file=File(entity.descriptor.file.path, entity.descriptor.line) if entity.descriptor else None,
    )


def going_with(place: Location, *, actor: Actor) -> Going:
    """Return what goes when `place` is unregistered."""
    return _going(_of_place(place, actor))


def may_unregister(place: Location, *, actor: Actor) -> bool:
    """Whether all that came of `place` is the actor's to take out."""
    entities = _of_place(place, actor).exclude(kind="location")
    owner_refs = set(entities.order_by().values_list("owner_ref", flat=True))
    if not owner_refs:
        return may(actor, Act.REGISTER_ENTITY, own=place.registered_by == actor.ref)
    return all(may(actor, Act.REGISTER_ENTITY, owner_refs=[ref] if ref else []) for ref in owner_refs)


def _of_place(place: Location, actor: Actor) -> EntityQuerySet:
    return Entity.objects.visible_to(actor).filter(location__in=Location.objects.below(place))


def may_delete(entity: Entity, actor: Actor) -> bool:
    return may(actor, Act.REGISTER_ENTITY, owner_refs=[entity.owner_ref] if entity.owner_ref else [])


def _going(entities: EntityQuerySet) -> Going:
    """Return `entities`, and which others point at them."""
    listed = entities.exclude(kind="location", name__startswith="generated-")
    pointing = (
        Relation.objects.filter(target_ref__in=entities.values("ref"))
        .exclude(origin__in=entities.values("pk"))
        .select_related("origin")
        .defer("origin__document", "origin__source", "origin__search_text")
        .order_by("origin__sort_key", "source_ref", "type")
    )
    dependents = [Dependent(each.origin, each.type, each.target_ref) for each in pointing[:MOST]]
    count = len(dependents) if len(dependents) < MOST else pointing.count()
    first = list(listed.for_listing()[:MOST])
    return Going(first, len(first) if len(first) < MOST else listed.count(), dependents, count)


@dataclass(frozen=True)
class WaysBack:
    """How an entity that is gone may come back: the files that describe it, unless it is kept away."""

    files: list[File]
    is_kept_away: bool = False
    kept_away_by: str = ""
    since: datetime | None = None
    may_let_back: bool = False


def ways_back(ref: str, *, actor: Actor) -> WaysBack:
    """Return how the entity `ref` may come back."""
    rows = Descriptor.objects.filter(ref=ref).order_by("pk").values_list("file__path", "line")[:MOST]
    files = [File(path, line) for path, line in rows]
    tomb = Tombstone.objects.filter(ref=ref, is_kept_away=True).first()
    if tomb is None:
        return WaysBack(files)
    owner_ref = leaving.last_owner(ref)
    allowed = may(actor, Act.REGISTER_ENTITY, owner_refs=[owner_ref] if owner_ref else [])
    return WaysBack(files, True, tomb.kept_away_by, tomb.removed_at, allowed)
