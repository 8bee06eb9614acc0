"""What the About card says of an entity: names and values, in the order in which people ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Entity
from catalog.pages.neighbours import Group, Neighbour

# Refs shown under one name; the rest is a click away.
MOST = 6
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


# The relations that are facts, and what the fact is called when all that it points at is of one kind.
RELATIONS: dict[str, dict[str, str | Promise]] = {
    "ownedBy": {"": _("Owner")},
    "partOf": {"system": _("System"), "domain": _("Domain"), "": _("Part of")},
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
