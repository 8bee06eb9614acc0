"""The cards of an entity's relations: one for each relation and kind, in the words that people use (U05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.pages.neighbours import Group, Neighbour

# Members that a card lists; the tab Dependencies has all of them.
SHOWN = 6
# What each card is called, in the order in which they stand. A kind that is not named shares one card.
TITLES: dict[str, dict[str, str | Promise]] = {
    "hasPart": {
        "domain": _("Has subdomains"),
        "system": _("Has systems"),
        "component": _("Has components"),
        "api": _("Has APIs"),
        "resource": _("Has resources"),
        "": _("Consists of"),
    },
    "providesApi": {"": _("Provided APIs")},
    "consumesApi": {"": _("Consumed APIs")},
    "apiProvidedBy": {"": _("Providers")},
    "apiConsumedBy": {"": _("Consumers")},
    "dependsOn": {
        "component": _("Depends on components"),
        "resource": _("Depends on resources"),
        "": _("Depends on"),
    },
    "dependencyOf": {
        "component": _("Components that need it"),
        "resource": _("Resources that need it"),
        "": _("Needed by"),
    },
    "parentOf": {"": _("Child groups")},
    "hasMember": {"": _("Members")},
    "ownerOf": {"": _("Owns")},
}
# Told by the About card alone.
TOLD = ("ownedBy", "partOf", "childOf", "memberOf")


@dataclass(frozen=True)
class RelationCard:
    """One card: the first of its members, and how many there are."""

    id: str
    title: str | Promise
    members: list[Neighbour]
    total: int

    @property
    def has_more(self) -> bool:
        return self.total > len(self.members)


def of(kind: str, groups: Iterable[Group]) -> list[RelationCard]:
    """Return the cards of an entity of `kind`; a relation of a company's own has a card under its own name."""
    by_type = {group.type: group for group in groups if group.type not in TOLD}
    order = [*TITLES, *(type_ for type_ in by_type if type_ not in TITLES)]
    return [card for type_ in order if type_ in by_type for card in _cards(kind, by_type[type_])]


def _cards(kind: str, group: Group) -> list[RelationCard]:
    titles = TITLES.get(group.type, {"": group.word})
    by_kind: dict[str, list[Neighbour]] = {}
    for member in group.members:
        by_kind.setdefault(member.kind if member.kind in titles else "", []).append(member)
    unlisted = group.total - len(group.members)
    return [
        RelationCard(
            id=f"{group.type}-{member_kind or 'any'}",
            title=_title(kind, group.type, member_kind, titles),
            members=by_kind[member_kind][:SHOWN],
            total=len(by_kind[member_kind]) + (unlisted if len(by_kind) == 1 else 0),
        )
        for member_kind in titles
        if member_kind in by_kind
    ]


def _title(kind: str, type_: str, member_kind: str, titles: dict[str, str | Promise]) -> str | Promise:
    # What a component consists of are its subcomponents; a system just has components.
    if (type_, kind, member_kind) == ("hasPart", "component", "component"):
        return _("Has subcomponents")
    return titles[member_kind]
