"""The versions of an API, and what differs between two of them: whom does it hit?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.cache import cache

from accounts.actors import Actor
from catalog.apis import reading
from catalog.apis.changes import Change, Level
from catalog.models import ApiDefinition, ApiVersion, Entity, Relation
from catalog.pages import neighbours
from catalog.pages.neighbours import Neighbour

# Signs of two definitions that are compared while somebody waits; the worker compares neighbours of any length.
LONGEST = 400_000
KEPT_SECONDS = 3600
MOST_CONSUMERS = 300
MOST_OTHERS = 50


@dataclass(frozen=True)
class Place:
    """The changes of one operation, message or type."""

    where: str
    changes: list[Change]

    @property
    def level(self) -> Level:
        return self.changes[0].level


@dataclass(frozen=True)
class Consumer:
    """Somebody who uses the API, and whose that is."""

    entity: Neighbour
    owner_ref: str


@dataclass
class Comparison:
    """What differs between two versions; `changes` is None where they cannot be compared."""

    old: ApiVersion
    new: ApiVersion
    changes: list[Change] | None

    def count(self, level: Level) -> int:
        return sum(change.level is level for change in self.changes or ())

    @property
    def breaking_count(self) -> int:
        return self.count(Level.BREAKING)

    @property
    def risky_count(self) -> int:
        return self.count(Level.RISKY)

    @property
    def safe_count(self) -> int:
        return self.count(Level.SAFE)

    @property
    def places(self) -> list[Place]:
        """The changes by where they are, the places with breaking ones first."""
        groups: dict[str, list[Change]] = {}
        for change in self.changes or ():
            groups.setdefault(change.where, []).append(change)
        return [Place(where, found) for where, found in groups.items()]


@dataclass
class Versions:
    """The page: all versions, the two that are compared, and who uses the API."""

    definition: ApiDefinition | None
    versions: list[ApiVersion]
    comparison: Comparison | None
    consumers: list[Consumer]
    others: list[Entity]
    other_ref: str = ""


def read(entity: Entity, *, old: int | None, new: int | None, other_ref: str, actor: Actor) -> Versions:
    """Return the versions of an API and the difference between two.

    Args:
        old, new: numbers of versions; by default the newest and the one before.
        other_ref: another API, whose newest version is compared in place of `old`.
    """
    definition = ApiDefinition.objects.of([entity.ref]).first()
    versions = list(definition.versions.defer("packed", "changes")) if definition else []
    others = _others(entity, actor)
    other = next((each for each in others if each.ref == other_ref), None)
    comparison = _comparison(definition, versions, old, new, other)
    using = consumers(entity, actor)
    return Versions(definition, versions, comparison, using, others, other.ref if other else "")


def _comparison(
    definition: ApiDefinition | None,
    versions: list[ApiVersion],
    old: int | None,
    new: int | None,
    other: Entity | None,
) -> Comparison | None:
    """Return the comparison of the chosen versions; None where there are no two."""
    if definition is None or not versions:
        return None
    numbers = {version.number: version for version in versions}
    newer = numbers.get(new or 0, versions[0])
    if other is not None:
        older = ApiVersion.objects.filter(definition__ref=other.ref).first()
    else:
        before = (version for version in versions if version.number < newer.number)
        older = numbers.get(old or 0) or next(before, None)
    if older is None or older.pk == newer.pk:
        return None
    return Comparison(older, newer, _changes(definition.type, older, newer))


def _changes(type_: str, old: ApiVersion, new: ApiVersion) -> list[Change] | None:
    """Return what differs: kept with the version for neighbours, else computed, and remembered for an hour."""
    if old.definition_id == new.definition_id and old.number == new.number - 1:
        return new.as_changes()
    key = f"api-changes:{type_}:{old.digest}:{new.digest}"
    kept = cache.get(key)
    if kept is None:
        before, after = old.text, new.text
        is_short = max(len(before), len(after)) <= LONGEST
        found = reading.between(type_, before, after) if is_short else None
        kept = {"changes": None if found is None else [change.to_json() for change in found]}
        cache.set(key, kept, KEPT_SECONDS)
    return None if kept["changes"] is None else [Change.from_json(each) for each in kept["changes"]]


def _others(entity: Entity, actor: Actor) -> list[Entity]:
    """Return other APIs that may be versions of the same: of one type, and of its system or owner."""
    found = Entity.objects.visible_to(actor).of_kind("api").filter(type=entity.type).exclude(pk=entity.pk)
    if entity.system_ref:
        found = found.filter(system_ref=entity.system_ref)
    else:
        found = found.filter(owner_ref=entity.owner_ref)
    return list(found.for_listing()[:MOST_OTHERS])


def consumers(entity: Entity, actor: Actor) -> list[Consumer]:
    """Return who says that they consume the API, by title."""
    refs = _refs_of_consumers(entity)
    rows = Entity.objects.visible_to(actor).filter(ref__in=refs).for_listing()
    return [Consumer(_neighbour(row), row.owner_ref) for row in rows]


def _refs_of_consumers(entity: Entity) -> Iterable[str]:
    found = Relation.objects.filter(type="consumesApi", target_ref=entity.ref).order_by("source_ref")
    return list(found.values_list("source_ref", flat=True)[:MOST_CONSUMERS])


def _neighbour(row: Entity) -> Neighbour:
    return neighbours.Neighbour(row.ref, row.title, row.kind, row.type, row.description)
