"""What the frame of every page shows: where one can go, where one is, and who one is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import actors
from accounts.actors import Actor
from accounts.permissions import Act, may
from accounts.roles import may_open_admin
from catalog import personal, refs
from catalog.models import Descriptor
from catalog.pages import neighbours
from catalog.query.editions import Edition

THEMES = ("light", "dark")
# Teams that the navigation lists; whoever is in more finds them all under Teams.
MOST_TEAMS = 5


@dataclass(frozen=True)
class Entry:
    """A place in the navigation; `count` is shown where it says something."""

    title: str | Promise
    url: str
    icon: str
    count: int | None = None
    is_current: bool = False


class Shell:
    """The frame of one page. Everything is computed when the page asks, so a partial costs nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor:
        # A request that was refused before it reached the middleware has nobody yet.
        return cast("Actor", getattr(self._request, "actor", None) or actors.anonymous())

    @property
    def organization(self) -> str:
        return str(settings.WAYMARK["organization"]["name"])

    @property
    def is_demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def theme(self) -> str:
        """ "light" or "dark" when this browser's person chose; empty: as the system has it."""
        chosen = self._request.COOKIES.get("theme", "")
        return chosen if chosen in THEMES else ""

    @cached_property
    def _team_titles(self) -> dict[str, str]:
        """What the actor's teams are called, by reference."""
        group_refs = sorted(self.actor.group_refs)
        if not group_refs:
            return {}
        found = self.edition.cached(["titles", group_refs], lambda: neighbours.titles(group_refs, actor=self.actor))
        return {ref: found.get(ref) or refs.short(ref) for ref in group_refs}

    @cached_property
    def teams(self) -> list[str]:
        """What the actor's teams are called."""
        return sorted(self._team_titles.values())

    @cached_property
    def my_teams(self) -> list[Entry]:
        """The pages of the actor's teams, the first few of them."""
        titles = sorted(self._team_titles.items(), key=lambda pair: pair[1])[:MOST_TEAMS]
        addresses = {ref: reverse("catalog:team-detail", args=ref.partition(":")[2].split("/")) for ref, _ in titles}
        path = self._request.path
        return [Entry(title, addresses[ref], "users", is_current=path == addresses[ref]) for ref, title in titles]

    @cached_property
    def places(self) -> list[Entry]:
        """The main navigation."""
        found = [self._entry(_("My day"), "home", "home")]
        if may(self.actor, Act.READ_CATALOG):
            found += [
                self._entry(_("Catalog"), "catalog:entity-list", "layout-grid", count=self.entity_count),
                self._entry(_("Create"), "scaffolder:template-list", "circle-plus"),
                self._entry(_("Docs"), "catalog:docs-list", "book"),
                self._entry(_("APIs"), "catalog:api-list", "api"),
                self._entry(_("Teams"), "catalog:team-list", "users"),
            ]
        return self._mark([entry for entry in found if entry])

    @cached_property
    def starred(self) -> list[tuple[str, str]]:
        """Title and address of what the person starred, the first of it."""
        if not may(self.actor, Act.READ_CATALOG):
            return []
        return personal.shortlist(self.edition, stamp=self._request.session.get("stars", 0))

    @cached_property
    def operate(self) -> list[Entry]:
        """Places of those who keep the catalog and the portal going."""
        found: list[Entry | None] = []
        if may(self.actor, Act.READ_CATALOG):
            found += [
                self._entry(_("Problems"), "catalog:problem-list", "alert-triangle", count=self._problem_count),
                self._entry(_("Locations"), "catalog:location-list", "map-pin"),
            ]
        if self.actor.kind == "person" and may_open_admin(self.actor.role):
            found.append(self._entry(_("Admin"), "admin:index", "settings"))
        return self._mark([entry for entry in found if entry])

    @cached_property
    def _current_url(self) -> str:
        """The place that this page is in: the one with the longest address that begins this page's."""
        path = self._request.path
        names = (
            *("catalog:entity-list", "catalog:problem-list", "catalog:location-list"),
            *("scaffolder:template-list", "catalog:api-list", "catalog:team-list", "admin:index"),
        )
        urls = [entry.url for name in names if (entry := self._entry("", name, ""))]
        inside = [url for url in urls if path.startswith(url)]
        return max(inside, key=len, default=path)

    def _mark(self, entries: list[Entry]) -> list[Entry]:
        return [
            Entry(e.title, e.url, e.icon, e.count, is_current=True) if e.url == self._current_url else e
            for e in entries
        ]

    @staticmethod
    def _entry(title: str | Promise, name: str, icon: str, count: int | None = None) -> Entry | None:
        try:
            return Entry(title, reverse(name), icon, count)
        except NoReverseMatch:  # a room that this installation does not have
            return None

    @cached_property
    def edition(self) -> Edition:
        """The catalog as it is for this page."""
        return Edition.now(self.actor)

    @cached_property
    def entity_count(self) -> int:
        return self.edition.cached("number of entities", self.edition.entities.count)

    @cached_property
    def _problem_count(self) -> int | None:
        return self.edition.cached("number of problems", Descriptor.objects.with_problems().count) or None


def of(request: HttpRequest) -> Shell:
    """Return the frame of a page; a request has one, so that what it has read is read once."""
    found: Shell | None = getattr(request, "shell", None)
    if found is None:
        found = request.shell = Shell(request)  # type: ignore[attr-defined]
    return found


def shell(request: HttpRequest) -> dict[str, Shell]:
    return {"shell": of(request)}
