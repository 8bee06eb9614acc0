"""Relations as a page tells them: grouped, in words, with titles, and with those that lead nowhere marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog import refs
from catalog.models import Entity

# Relations of one kind that a page looks up; a group that owns thousands has a list of its own.
MOST = 300
WORDS: dict[str, str | Promise] = {
    "ownedBy": _("Owned by"),
    "partOf": _("Part of"),
    "dependsOn": _("Depends on"),
    "providesApi": _("Provides"),
    "consumesApi": _("Consumes"),
    "childOf": _("Child of"),
    "memberOf": _("Member of"),
    "dependencyOf": _("Needed by"),
    "apiProvidedBy": _("Provided by"),
    "apiConsumedBy": _("Consumed by"),
    "hasPart": _("Consists of"),
    "parentOf": _("Parent of"),
    "hasMember": _("Members"),
    "ownerOf": _("Owns"),
}
# What an entity is called in a line of text. The type says it for most; for these it would mislead.
KIND_WORDS: dict[str, str | Promise] = {"api": _("API"), "template": _("golden path")}
# Those that the entity itself declares in the usual case; the others are told by what points at it.
FORWARD = ("ownedBy", "partOf", "dependsOn", "providesApi", "consumesApi", "childOf", "memberOf")


@dataclass(frozen=True)
class Neighbour:
    """What a relation points at; `is_missing` when the reader finds nothing there (R14)."""

    ref: str
    title: str
    kind: str
    type: str = ""
    description: str = ""
    is_missing: bool = False

    @property
    def word(self) -> str:
        return word(self.kind, self.type)

    @property
    def url(self) -> str:
        parts = refs.parse(self.ref)
        return reverse("catalog:entity-detail", args=[parts.kind, parts.namespace, parts.name])


@dataclass
class Group:
    """All relations of one type; `total` counts also those that are not listed."""

    type: str
    word: str | Promise
    members: list[Neighbour] = field(default_factory=list)
    total: int = 0

    @property
    def is_forward(self) -> bool:
        return self.type in FORWARD


def word(kind: str, type_: str) -> str:
    """Return what an entity is, in a word that people use: "service", "database", "API", "golden path"."""
    return str(KIND_WORDS.get(kind) or type_ or kind)


def groups(document: Mapping[str, Any], *, actor: Actor) -> list[Group]:
    """Return the relations of a stitched entity, in one statement; the types in the order of `WORDS`, others last."""
    targets: dict[str, list[str]] = defaultdict(list)
    for relation in document.get("relations") or ():
        targets[relation["type"]].append(relation["targetRef"])
    listed = {type_: found[:MOST] for type_, found in targets.items()}
    known = look_up({ref for found in listed.values() for ref in found}, actor=actor)
    order = list(WORDS)
    types = sorted(targets, key=lambda type_: (order.index(type_) if type_ in WORDS else len(order), type_))
    return [
        Group(
            type=type_,
            word=WORDS.get(type_, type_),
            members=sorted(
                (known[ref] for ref in listed[type_]), key=lambda found: (found.is_missing, found.title.lower())
            ),
            total=len(targets[type_]),
        )
        for type_ in types
    ]


def look_up(wanted: Iterable[str], *, actor: Actor) -> dict[str, Neighbour]:
    """Return {ref: what is there} for each of `wanted`."""
    lower = {ref: ref.lower() for ref in wanted}
    rows = Entity.objects.visible_to(actor).filter(ref__in=set(lower.values()))
    found = {
        ref: Neighbour(ref, title, kind, type_, description)
        for ref, title, kind, type_, description in rows.values_list("ref", "title", "kind", "type", "description")
    }
    return {ref: found.get(key) or _missing(key) for ref, key in lower.items()}


def titles(wanted: Iterable[str], *, actor: Actor) -> dict[str, str]:
    """Return {ref: title} of those of `wanted` that are there."""
    rows = Entity.objects.visible_to(actor).filter(ref__in={ref.lower() for ref in wanted if ref})
    return dict(rows.values_list("ref", "title"))


def _missing(ref: str) -> Neighbour:
    return Neighbour(ref, refs.short(ref), refs.parse(ref).kind, is_missing=True)
