"""The tabs of an API's page: its definition, and its versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.http import PortalRequest
from catalog import cards, tabs
from catalog.apis import alerts, comparing, languages, reading
from catalog.apis.forms import VersionForm
from catalog.apis.outlines import Outline
from catalog.cards import Card
from catalog.docs.markup import code
from catalog.models import ApiDefinition, Entity
from catalog.pages import neighbours
from catalog.problems import Problem
from catalog.tabs import Tab
from integrations import markdown

# Signs of the source on the page; the rest is behind the link to the whole.
LONGEST = 60_000
# Drawn by a script that is written for it; every other language has its outline and its source.
DRAWN = "openapi"
LEXERS = {"graphql": "graphql", "grpc": "protobuf"}
CONSUMES = '"consumesApi"'


@dataclass
class Definition:
    """What the tab shows.

    Attributes:
        remotes: of an MCP server, where it answers.
        problems: why the definition could not be read.
    """

    type: str
    title: str
    text: str
    is_cut: bool
    outline: Outline | None
    problems: list[Problem]
    url: str
    remotes: list[Mapping[str, Any]]
    is_drawn: bool
    is_waiting: bool

    @property
    def is_coloured(self) -> bool:
        """Whether the text is YAML or JSON, whose keys are told apart."""
        return self.type in ("openapi", "asyncapi")

    @property
    def highlighted(self) -> str:
        """The source in colours, where its language has a lexer and nothing in it must be marked; else nothing."""
        lexer = LEXERS.get(self.type, "")
        if not lexer or self.problems:
            return ""
        shown = code.render(self.text, code.Info(lexer, first_line=1), number=1, budget=code.Budget())
        return markdown.document(shown)


def is_api(entity: Entity) -> bool:
    return entity.kind == "api"


def has_versions(entity: Entity) -> bool:
    """An MCP server is where it answers; it has no text of which there could be versions."""
    return is_api(entity) and entity.type != "mcp-server"


def definition(entity: Entity, request: PortalRequest) -> Mapping[str, Any]:
    """What the tab API shows."""
    spec = json.loads(entity.source).get("spec") or {}
    text = reading.definition_of(entity)
    language = languages.of_type(entity.type)
    kept = ApiDefinition.objects.filter(ref=entity.ref).first()
    read = kept if kept and kept.source_hash == entity.source_hash else None
    problems = [Problem(**read.problem)] if read and read.problem else []
    found = Definition(
        type=entity.type.lower(),
        title=str(language.title) if language else entity.type,
        text=text[:LONGEST],
        is_cut=len(text) > LONGEST,
        outline=kept.as_outline() if kept and not problems else None,
        problems=problems,
        url=reverse("catalog:api-definition", args=[entity.namespace, entity.name]),
        remotes=[each for each in spec.get("remotes") or () if isinstance(each, dict)],
        is_drawn=entity.type.lower() == DRAWN and bool(text) and not problems,
        is_waiting=language is not None and bool(text) and read is None,
    )
    return {"api": found}


def versions(entity: Entity, request: PortalRequest) -> Mapping[str, Any]:
    """What the tab Versions shows."""
    asked = VersionForm(request.GET).asked()
    found = comparing.read(entity, actor=request.actor, **asked)
    owners = {consumer.owner_ref for consumer in found.consumers if consumer.owner_ref}
    return {"api": found, "titles": neighbours.titles({*owners, entity.owner_ref}, actor=request.actor)}


def may_be_hit(entity: Entity) -> bool:
    """Whether it consumes an API at all; most entities consume none, and cost no statement."""
    return CONSUMES in entity.document


def hits(entity: Entity, request: PortalRequest) -> Mapping[str, Any] | None:
    """What the card of APIs that broke shows; nothing where none did lately."""
    found = alerts.for_consumer(entity, actor=request.actor)
    return {"alerts": found} if found else None


cards.register(Card("broken-apis", 5, "catalog/apis/alert_card.html", "side", may_be_hit, hits))
tabs.register(Tab("api", _("API"), 15, "catalog/apis/definition.html", is_api, definition))
tabs.register(Tab("versions", _("Versions"), 16, "catalog/apis/versions.html", has_versions, versions))
