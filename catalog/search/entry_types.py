"""The types of what can be found. Rooms above register theirs from `search_entries.py`, with who may see which of them.

Types that everybody finds who reads the catalog need no rule of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog.search import entity_entries
from catalog.search.rows import ENTITY, Entry

DOCS = "docs"


@dataclass(frozen=True)
class EntryType:
    """A type of entries.

    Attributes:
        title: what several of them are called, `word` what one is.
        backstage: what Backstage's search API calls the type; empty when it is not answered there.
        visible: which of them an actor finds; without it all, for who may read the catalog.
        is_of_entity: whether its keys are `<entity ref>#…`, and its entries go with the entity.
        everything: gives all entries that there should be, to build the index anew; without it they stay as they are.
    """

    id: str
    title: str | Promise
    word: str | Promise
    icon: str
    backstage: str = ""
    visible: Callable[[Actor], Q] | None = None
    is_of_entity: bool = False
    everything: Callable[[], Iterable[Entry]] | None = None
    order: int = 100


NOTHING = Q(pk__in=[])
_types: dict[str, EntryType] = {}


def register(entry_type: EntryType) -> None:
    """Add a type; a second one with the same id takes its place."""
    _types[entry_type.id] = entry_type


def all_types() -> list[EntryType]:
    """The types in the order in which they are offered."""
    return sorted(_types.values(), key=lambda each: (each.order, each.id))


def named(type_id: str) -> EntryType | None:
    return _types.get(type_id)


def is_for_all(type_id: str) -> bool:
    """Whether everybody who reads the catalog finds the entries of a type."""
    found = _types.get(type_id)
    return found is not None and found.visible is None


def of_entities() -> list[str]:
    """The types whose entries belong to an entity and go with it."""
    return [each.id for each in all_types() if each.is_of_entity]


def of_all() -> tuple[str, ...]:
    """The types that everybody finds who reads the catalog."""
    return tuple(_ids(each for each in _types.values() if each.visible is None))


def of_some() -> tuple[str, ...]:
    """The types of which each finds their own."""
    return tuple(_ids(each for each in _types.values() if each.visible is not None))


def common(actor: Actor) -> Q:
    """The entries that `actor` finds as everybody does who reads the catalog."""
    if rule(actor, Act.READ_CATALOG) is not Rule.ALLOW:
        return NOTHING
    return Q(type__in=of_all())


def own(actor: Actor) -> Q:
    """The entries that `actor` finds and others may not."""
    found = [Q(type=each.id) & each.visible(actor) for each in _types.values() if each.visible is not None]
    return Q(*found, _connector=Q.OR) if found else NOTHING


def visible(actor: Actor) -> Q:
    """All entries that `actor` finds."""
    return common(actor) | own(actor)


def _ids(types: Iterable[EntryType]) -> list[str]:
    return sorted(each.id for each in types)


register(
    EntryType(
        ENTITY,
        _("Entities"),
        _("entity"),
        "layout-grid",
        backstage="software-catalog",
        everything=entity_entries.everything,
        order=0,
    )
)
register(EntryType(DOCS, _("Docs"), _("docs"), "book", backstage="techdocs", is_of_entity=True, order=10))
