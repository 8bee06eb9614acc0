"""What the command palette offers: places to go, things to do, and entities that match."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog import refs, search
from catalog.models import Entity
from catalog.pages import neighbours

MOST = 8
PAGE = _("page")


@dataclass(frozen=True)
class Option:
    """One line: where it leads and what it is."""

    title: str
    url: str
    end: str | Promise
    icon: str = ""
    kind: str = ""  # of an entity, whose icon it has


@dataclass(frozen=True)
class OptionGroup:
    """Options of one sort."""

    name: str | Promise
    options: list[Option]


@dataclass(frozen=True)
class Command:
    """Something that can be done from anywhere, for those who may."""

    title: str | Promise
    route: str
    icon: str
    act: Act | None = None
    end: str | Promise = PAGE


COMMANDS = (
    Command(_("Go to my day"), "home", "home"),
    Command(_("Go to the catalog"), "catalog:entity-list", "layout-grid", Act.READ_CATALOG),
    Command(_("Create from a golden path"), "scaffolder:template-list", "circle-plus", Act.RUN_TEMPLATE),
    Command(_("Show my runs"), "scaffolder:task-list", "player-play", Act.READ_RUN),
    Command(_("Register a repository"), "catalog:location-create", "git-branch", Act.REGISTER_ENTITY),
    Command(_("Show what could not be read"), "catalog:problem-list", "alert-triangle", Act.READ_CATALOG),
    Command(_("Show where the catalog is read from"), "catalog:location-list", "map-pin", Act.READ_CATALOG),
    Command(_("Look up the actions of golden paths"), "scaffolder:action-list", "tool", Act.READ_CATALOG),
    Command(_("Sign out"), "account_logout", "logout", Act.READ_RUN, end=_("action")),
)


def read(term: str, *, actor: Actor) -> list[OptionGroup]:
    """Return the options for `term`, entities first; without a term only what can be done."""
    groups = [OptionGroup(_("Entities"), _entities(term, actor)), OptionGroup(_("Do"), _commands(term, actor))]
    return [group for group in groups if group.options]


def _entities(term: str, actor: Actor) -> list[Option]:
    if not term:
        return []
    hits = search.entities(term, actor=actor).defer("document", "source")[:MOST]
    titles = neighbours.titles({hit.owner_ref for hit in hits}, actor=actor)
    return [Option(hit.title, hit.get_absolute_url(), _end(hit, titles), kind=hit.kind) for hit in hits]


def _end(hit: Entity, titles: dict[str, str]) -> str:
    owner = titles.get(hit.owner_ref) or refs.short(hit.owner_ref) if hit.owner_ref else ""
    return " · ".join(filter(None, [neighbours.word(hit.kind, hit.type), owner]))


def _commands(term: str, actor: Actor) -> list[Option]:
    words = term.lower().split()
    found = []
    for command in COMMANDS:
        if command.act and rule(actor, command.act) is Rule.DENY:
            continue
        title = str(command.title)
        if all(word in title.lower() for word in words):
            try:
                found.append(Option(title, reverse(command.route), command.end, icon=command.icon))
            except NoReverseMatch:  # a room that this installation does not have
                continue
    return found
