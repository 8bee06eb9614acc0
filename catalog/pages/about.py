"""What the About card says of an entity: names and values, in the order in which people ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog import links
from catalog.models import Entity
from catalog.pages import sourcing
from catalog.pages.neighbours import Group, Neighbour

# Refs shown under one name; the rest is a click away.
MOST = 6
# A longer description does not fit the line under the title, and stands in the card.
LEAD_SIGNS = 160
# Kinds that should have an owner: nobody else can be asked about them.
OWNED = ("component", "api", "resource", "system", "domain")


@dataclass(frozen=True)
class Fact:
    """One name and its value: a text, or entities, or tags, or addresses, or a time."""

    name: str | Promise
    text: str = ""
    entities: Sequence[Neighbour] = ()
    tags: Sequence[str] = ()
    addresses: Sequence[str] = ()
    instant: datetime | None = None
    more: int = 0
    look: str = ""  # "warn", "code" or nothing
    is_wide: bool = False


@dataclass(frozen=True)
class QuickLink:
    """A link with an icon at the top of the card."""

    id: str
    title: str | Promise
    icon: str
    url: str


# The relations that are facts, and what the fact is called when all that it points at is of one kind.
RELATIONS: dict[str, dict[str, str | Promise]] = {
    "ownedBy": {"": _("Owner")},
    "partOf": {
        "system": _("System"),
        "domain": _("Domain"),
        "component": _("Parent component"),
        "": _("Part of"),
    },
    "providesApi": {"": _("Provides")},
    "consumesApi": {"": _("Consumes")},
    "apiProvidedBy": {"": _("Provided by")},
    "childOf": {"": _("Parent")},
    "memberOf": {"": _("Member of")},
}


def facts(entity: Entity, document: Mapping[str, Any], groups: Iterable[Group]) -> list[Fact]:
    """Return what is known of `entity`; what is not known has no fact, but a missing owner has."""
    by_type = {group.type: group for group in groups}
    spec = document.get("spec") or {}
    found: list[Fact] = []
    if not fits_lead(entity.description):
        found.append(Fact(_("Description"), text=entity.description, is_wide=True))
    if "ownedBy" not in by_type and entity.kind in OWNED:
        found.append(Fact(_("Owner"), text=str(_("No owner")), look="warn"))
    for type_ in RELATIONS:
        if type_ in by_type:
            found += _of_relation(by_type[type_])
    found += _of_spec(entity, spec)
    found.append(Fact(_("Reference"), text=entity.ref, look="code"))
    if entity.tags:
        found.append(Fact(_("Tags"), tags=entity.tags))
    found.append(Fact(_("Changed"), instant=entity.changed_at))
    found.append(Fact(_("Read from"), addresses=[_place(entity)], is_wide=True))
    return found


def fits_lead(description: str) -> bool:
    """Whether a description is said in full in the line under the title."""
    return len(description) <= LEAD_SIGNS and "\n" not in description.strip()


def quick_links(
    entity: Entity, document: Mapping[str, Any], groups: Iterable[Group], *, tab_ids: Iterable[str]
) -> list[QuickLink]:
    """Return what people open from the card: the source, the docs, the API (U05)."""
    ids = set(tab_ids)
    # Without docs the tab tells how one gets some.
    has_docs = any(sourcing.annotation(document, f"backstage.io/techdocs-{what}") for what in ("ref", "entity"))
    found = [
        QuickLink("source", _("View source"), "code", links.safe(sourcing.source_url(document))),
        QuickLink("docs", _("View docs"), "book", _tab(entity, "docs") if "docs" in ids and has_docs else ""),
        QuickLink("api", _("View API"), "api", _api_url(entity, groups, ids)),
    ]
    return [link for link in found if link.url]


def _api_url(entity: Entity, groups: Iterable[Group], tab_ids: set[str]) -> str:
    for tab in ("api", "definition"):
        if tab in tab_ids:
            return _tab(entity, tab)
    provided = [each for group in groups if group.type == "providesApi" for each in group.members]
    there = [each for each in provided if not each.is_missing]
    if len(there) == 1:
        return there[0].url
    return _tab(entity, "dependencies") if there else ""


def _tab(entity: Entity, tab: str) -> str:
    return reverse("catalog:entity-tab", args=[entity.kind, entity.namespace, entity.name, tab])


def _place(entity: Entity) -> str:
    return entity.descriptor.file.path if entity.descriptor else entity.location.target


def _of_relation(group: Group) -> list[Fact]:
    words = RELATIONS[group.type]
    by_name: dict[str, list[Neighbour]] = {}
    for member in group.members:
        by_name.setdefault(member.kind if member.kind in words else "", []).append(member)
    return [
        Fact(words[kind], entities=members[:MOST], more=max(0, len(members) - MOST))
        for kind, members in by_name.items()
    ]


def _of_spec(entity: Entity, spec: Mapping[str, Any]) -> list[Fact]:
    profile = spec.get("profile")
    mail = profile.get("email") if isinstance(profile, Mapping) else None
    targets = [spec["target"]] if "target" in spec else spec.get("targets")
    found = []
    if entity.type:
        found.append(Fact(_("Type"), text=entity.type))
    if entity.lifecycle:
        found.append(Fact(_("Lifecycle"), text=entity.lifecycle))
    if isinstance(mail, str) and mail:
        found.append(Fact(_("E-mail"), addresses=[f"mailto:{mail}"]))
    if isinstance(targets, list) and targets:
        texts = [str(target) for target in targets]
        found.append(Fact(_("Targets"), addresses=texts[:MOST], more=max(0, len(texts) - MOST), is_wide=True))
    return found
