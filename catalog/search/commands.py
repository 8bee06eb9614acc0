"""What can be done from anywhere: commands of the palette. Rooms above add theirs in `search_entries.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog.search import tokens
from catalog.search.questions import Question

PAGE, ACTION = _("page"), _("action")


@dataclass(frozen=True)
class Command:
    """Something that can be done from anywhere.

    Attributes:
        act: that somebody must be allowed for anything at all; None for everybody.
        more: words that it is found by beside its title.
    """

    title: str | Promise
    route: str
    icon: str
    act: Act | None = None
    word: str | Promise = PAGE
    more: str | Promise = ""
    order: int = 100


@dataclass(frozen=True)
class Offered:
    """A command that the reader may give, with its address."""

    title: str
    url: str
    icon: str
    word: str | Promise


# What a room offers for a question, such as golden paths to create from.
Source = Callable[[Question, Actor], Iterable[Offered]]
_commands: dict[str, Command] = {}
_sources: list[Source] = []


def register(*commands: Command) -> None:
    """Add commands; a second one with the same route takes its place."""
    _commands.update({command.route: command for command in commands})


def register_source(source: Source) -> None:
    """Have `source` asked for what it offers when somebody types."""
    if source not in _sources:
        _sources.append(source)


def offered(question: Question, *, actor: Actor) -> list[Offered]:
    """Return the commands that `actor` may give and that have all words of `question`; all of them without any."""
    found = []
    for command in sorted(_commands.values(), key=lambda each: each.order):
        if (command.act and rule(actor, command.act) is Rule.DENY) or not _matches(question, command):
            continue
        try:
            found.append(Offered(str(command.title), reverse(command.route), command.icon, command.word))
        except NoReverseMatch:  # a room that this installation does not have
            continue
    return found


def from_rooms(question: Question, *, actor: Actor) -> list[Offered]:
    """Return what the rooms offer for the words of `question`."""
    return [each for source in _sources for each in source(question, actor)] if question.words else []


def _matches(question: Question, command: Command) -> bool:
    words, together = tokens.of(f"{command.title} {command.more}")
    known = [*words, *together]
    return not question.is_narrow and all(
        any(word.startswith(part) for word in known) for part in question.text.split()
    )


register(
    Command(_("Go to my day"), "home", "home", more=_("home start"), order=0),
    Command(_("Go to the catalog"), "catalog:entity-list", "layout-grid", Act.READ_CATALOG, order=1),
    Command(_("Register a repository"), "catalog:location-create", "git-branch", Act.REGISTER_ENTITY, order=30),
    Command(
        _("Show what could not be read"),
        "catalog:problem-list",
        "alert-triangle",
        Act.READ_CATALOG,
        more=_("problems errors"),
        order=40,
    ),
    Command(
        _("Show where the catalog is read from"),
        "catalog:location-list",
        "map-pin",
        Act.READ_CATALOG,
        more=_("locations sources"),
        order=41,
    ),
    Command(_("Draw the graph"), "catalog:graph", "hierarchy-2", Act.READ_CATALOG, order=42),
    Command(_("Read the docs"), "catalog:docs-list", "book", Act.READ_CATALOG, order=2),
    Command(_("Look up an API"), "catalog:api-list", "api", Act.READ_CATALOG, order=3),
    Command(_("Look up a team"), "catalog:team-list", "users", Act.READ_CATALOG, order=4),
    Command(_("Sign out"), "account_logout", "logout", Act.READ_RUN, word=ACTION, order=1000),
)
