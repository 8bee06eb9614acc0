"""All that the page of one entity shows, read in a few statements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings

from accounts.actors import Actor
from accounts.permissions import Act, may
from catalog import actions, leaving, personal
from catalog.actions import Offered
from catalog.models import Entity
from catalog.pages import about, graph, listing, neighbours, relation_cards, sourcing, spec_fields
from catalog.pages.about import Fact, QuickLink
from catalog.pages.graph import Picture
from catalog.pages.neighbours import Group, Neighbour
from catalog.pages.relation_cards import RelationCard
from catalog.pages.spec_fields import SpecField
from catalog.problems import Problem

LABELS_SHOWN = 30


@dataclass
class EntityPage:
    """One entity as its reader sees it."""

    entity: Entity
    document: Mapping[str, Any]
    groups: list[Group]
    actor: Actor
    # Of the tabs that the page has.
    tab_ids: tuple[str, ...] = ()

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self.document.get("metadata") or {}

    @property
    def kind(self) -> str:
        """The kind as its author spells it: `API`, `Component`."""
        return str(self.document.get("kind") or self.entity.kind)

    @cached_property
    def actions(self) -> list[Offered]:
        return actions.of(self.entity, actor=self.actor)

    @property
    def head_actions(self) -> list[Offered]:
        return [action for action in self.actions if action.place == "head"]

    @property
    def path_actions(self) -> list[Offered]:
        """The golden paths that do something with this entity."""
        return [action for action in self.actions if action.place == "paths"]

    @property
    def launch(self) -> Offered | None:
        """How a golden path is used from its own entity."""
        return next((each for each in self.head_actions if each.is_primary and self.entity.kind == "template"), None)

    @property
    def catalog_actions(self) -> list[Offered]:
        return [action for action in self.actions if action.place == "catalog"]

    @cached_property
    def is_starred(self) -> bool:
        return personal.is_starred(self.entity, actor=self.actor)

    @property
    def may_star(self) -> bool:
        """Whether the reader is a person; nobody else has anywhere to keep a star."""
        return self.actor.user_id is not None

    @property
    def starred(self) -> list[str]:
        return [self.entity.ref] if self.is_starred else []

    @property
    def api_url(self) -> str:
        """Where the API answers with the entity as it is stored."""
        entity = self.entity
        return f"/api/catalog/entities/by-name/{entity.kind}/{entity.namespace}/{entity.name}"

    @property
    def address(self) -> str:
        """The address of the page for somebody else."""
        return settings.BASE_URL + self.entity.get_absolute_url()

    @property
    def lead(self) -> str:
        """The description where it is one line; a longer one stands in the About card."""
        return self.entity.description if about.fits_lead(self.entity.description) else ""

    @property
    def line_url(self) -> str:
        return sourcing.line_url(self.entity, self.document)

    @cached_property
    def spec_fields(self) -> list[SpecField]:
        """All that a kind of the company's own says; the other kinds have cards for it."""
        return [] if self.entity.kind in listing.KINDS else spec_fields.read(self.document.get("spec"))

    @cached_property
    def quick_links(self) -> list[QuickLink]:
        return about.quick_links(self.entity, self.document, self.groups, tab_ids=self.tab_ids)

    @cached_property
    def facts(self) -> list[Fact]:
        return about.facts(self.entity, self.document, self.groups)

    @property
    def links(self) -> list[Mapping[str, Any]]:
        return [link for link in self.metadata.get("links") or () if isinstance(link, Mapping)]

    @property
    def labels(self) -> list[tuple[str, str]]:
        return sorted((self.metadata.get("labels") or {}).items())[:LABELS_SHOWN]

    @property
    def annotations(self) -> list[tuple[str, str]]:
        return sorted((self.metadata.get("annotations") or {}).items())

    @property
    def edit_url(self) -> str:
        return sourcing.annotation(self.document, sourcing.EDIT_URL)

    @property
    def source_url(self) -> str:
        return sourcing.source_url(self.document)

    @property
    def definition(self) -> str:
        """The text of an API's definition."""
        text = (self.document.get("spec") or {}).get("definition")
        return text if isinstance(text, str) else ""

    @cached_property
    def picture(self) -> Picture:
        return graph.draw(self.entity.title, neighbours.word(self.entity.kind, self.entity.type), self.groups)

    @cached_property
    def relation_cards(self) -> list[RelationCard]:
        return relation_cards.of(self.entity.kind, self.groups)

    @cached_property
    def missing(self) -> list[Neighbour]:
        """What the entity points at and is not there (R14)."""
        found = {each.ref: each for group in self.groups for each in group.members if each.is_missing}
        return list(found.values())

    @cached_property
    def problems(self) -> list[Problem]:
        """What is wrong with the descriptor as it stands now; the page shows its last good reading."""
        kept = self.entity.descriptor.problems if self.entity.descriptor else []
        return [Problem.from_json(problem) for problem in kept]

    @property
    def is_broken(self) -> bool:
        """Whether the descriptor as it stands now was refused."""
        return any(problem.is_error for problem in self.problems)

    @cached_property
    def titles(self) -> dict[str, str]:
        """{ref: title} of every neighbour, for links."""
        return {each.ref: each.title for group in self.groups for each in group.members if not each.is_missing}

    @cached_property
    def system(self) -> Neighbour | None:
        """The system that it is part of, for the way here."""
        parts = (each for group in self.groups if group.type == "partOf" for each in group.members)
        return next((each for each in parts if not each.is_missing and each.kind in ("system", "domain")), None)

    @cached_property
    def may_refresh(self) -> bool:
        owners = [self.entity.owner_ref] if self.entity.owner_ref else []
        return may(self.actor, Act.REGISTER_ENTITY, owner_refs=owners)

    @property
    def leaves_at(self) -> datetime | None:
        """When it is deleted because its place is gone; None when it stays."""
        return leaving.leaves_at(self.entity)

    @cached_property
    def is_own(self) -> bool:
        return bool(self.entity.owner_ref) and self.actor.speaks_for([self.entity.owner_ref])


def read(entity: Entity, *, actor: Actor, tab_ids: Iterable[str] = ()) -> EntityPage:
    """Return the page of `entity`, with its relations looked up."""
    document = json.loads(entity.document)
    return EntityPage(entity, document, neighbours.groups(document, actor=actor), actor, tuple(tab_ids))
