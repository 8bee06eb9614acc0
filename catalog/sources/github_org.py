"""GitHub organisations: their people as User entities and their teams as Group entities (I15).

Entities have the names, annotations and namespaces that Backstage gives them: groups of one organisation are in the
namespace `default`, those of several in one that is called as the organisation.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils import timezone

from catalog import providers
from catalog.descriptor.annotations import EDIT_URL, MANAGED_BY, MANAGED_BY_ORIGIN, VIEW_URL
from catalog.sources.base import Reading, SourceText, Unreadable
from integrations import github, hosts
from integrations.errors import IntegrationError
from integrations.github import credentials
from integrations.github.client import GitHubClient
from integrations.github.records import Account, Team

if TYPE_CHECKING:
    from catalog.models import Location

TEAM_SLUG, USER_LOGIN = "github.com/team-slug", "github.com/user-login"
# As Backstage has them.
PAGE_SIZES: Mapping[str, int] = {"teams": 25, "teamMembers": 50, "members": 50}
# How long a person's own words are taken for current: each is a call, and an organisation may have thousands.
PROFILE_DAYS = 1
T = TypeVar("T")


@dataclass
class People:
    """What is known of an organisation: its people by login, its teams by slug, and who is in which."""

    name: str
    accounts: dict[str, Account] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)


class Unchanged(Exception):
    """A list is as it was; what it holds was not told."""


@dataclass
class Import:
    """One run of a provider; `before` is what it remembered, `memory` what it will.

    Attributes:
        today: decides which profiles are asked for again.
    """

    options: Mapping[str, Any]
    before: Mapping[str, Any]
    today: date
    memory: dict[str, Any] = field(default_factory=lambda: {"etags": {}, "profiles": {}})
    # Whether anything is another than it was; what has not changed is then asked for all the same.
    has_news: bool = False

    def read(self) -> Reading:
        """Return an entity for each person and team.

        Raises:
            Unreadable: there is nobody in it.
            IntegrationError: the host did not tell.
        """
        found = []
        for organization in self._organizations():
            try:
                found.append(self._people(organization))
            except Unchanged:
                continue
        if not self.has_news and not self._has_stale_profiles():
            return Reading(etag="known", unchanged=True, memory=dict(self.before))
        if len(found) < len(self.memory["etags"]):
            return Import(self.options, {**self.before, "etags": {}}, self.today).read()
        entities = list(self._entities(found))
        if not entities:
            raise Unreadable(
                f"{self.host} shows nobody in {', '.join(self._organizations())}. Look at the names and at what the "
                "credential may see; who was here before stays."
            )
        return Reading([_text(entity) for entity in entities], etag="known", memory=self.memory)

    @property
    def host(self) -> str:
        return providers.host_of(self.options)

    @property
    def web(self) -> str:
        return hosts.github_host(self.host).web

    def _organizations(self) -> list[str]:
        """Return the organisations that are named, or all that installed the app."""
        return list(self.options.get("orgs") or sorted(credentials.installations(hosts.github_host(self.host))))

    def _client(self, organization: str) -> GitHubClient:
        return github.client(self.host, owner=organization)

    # -- Lists -------------------------------------------------------------------------------------------------------

    def _people(self, organization: str) -> People:
        """Return what is known of an organisation.

        Raises:
            Unchanged: all of its lists are as they were.
        """
        client, known = self._client(organization), self.before.get("etags", {}).get(organization, {})
        lists = self.memory["etags"].setdefault(organization, {})
        accounts = client.members(organization, page_size=self._size("members"), etags=known.get("members", ()))
        teams = client.teams(organization, page_size=self._size("teams"), etags=known.get("teams", ()))
        slugs = [team.slug for team in teams.items] if teams else sorted(known.get("in", {}))
        size = self._size("teamMembers")
        members = {
            slug: client.team_members(organization, slug, page_size=size, etags=known.get("in", {}).get(slug, ()))
            for slug in slugs
        }
        told = [accounts, teams, *members.values()]
        self.has_news |= any(listing is not None for listing in told)
        if accounts is None or teams is None or None in members.values():
            if any(listing is not None for listing in told):
                # Something is new: what else there is must be told as well.
                self.before = {**self.before, "etags": {**self.before["etags"], organization: {}}}
                return self._people(organization)
            lists.update(known)
            raise Unchanged
        lists |= {"members": accounts.etags, "teams": teams.etags}
        lists["in"] = {slug: listing.etags for slug, listing in members.items() if listing}
        inside = {slug: listing.items for slug, listing in members.items() if listing}
        by_slug = {team.slug: team for team in teams.items}
        return People(
            organization,
            accounts={account.login: account for account in accounts.items},
            teams=by_slug,
            members={slug: _immediate(slug, by_slug, inside) for slug in by_slug},
        )

    def _size(self, name: str) -> int:
        sizes = self.options.get("pageSizes", {})
        if name == "members":
            return int(sizes.get("members", sizes.get("organizationMembers", PAGE_SIZES[name])))
        return int(sizes.get(name, PAGE_SIZES[name]))

    # -- Profiles ----------------------------------------------------------------------------------------------------

    def _has_stale_profiles(self) -> bool:
        return any(self._is_stale(kept) for kept in self.before.get("profiles", {}).values())

    def _is_stale(self, kept: Mapping[str, Any]) -> bool:
        return (self.today - date.fromisoformat(kept["asked_on"])).days >= PROFILE_DAYS

    def _profile(self, login: str, organization: str) -> Mapping[str, Any]:
        """Return what a person tells of themselves, asked for at most once a day."""
        kept = self.before.get("profiles", {}).get(login)
        if kept is None or self._is_stale(kept):
            found = self._client(organization).profile(login, etag=kept["etag"] if kept else "")
            if found is not None:
                told = {"name": _plain(found.name), "email": _plain(found.email), "bio": _plain(found.bio)}
                kept = {**told, "is_suspended": found.is_suspended, "etag": found.etag}
            kept = {**(kept or {}), "asked_on": self.today.isoformat()}
        self.memory["profiles"][login] = kept
        return dict(kept)

    # -- Entities ----------------------------------------------------------------------------------------------------

    def _entities(self, found: Sequence[People]) -> Iterable[dict[str, Any]]:
        """Yield groups, then users; who is in several organisations is one user."""
        accounts: dict[str, tuple[Account, str]] = {}
        for people in found:
            for login, account in people.accounts.items():
                accounts.setdefault(login, (account, people.name))
        users = {}
        for login, (account, organization) in accounts.items():
            profile = self._profile(login, organization)
            if not (self.options.get("excludeSuspendedUsers") and profile["is_suspended"]):
                users[login] = (account, profile)
        teams_of: dict[str, list[str]] = {}
        for people in found:
            namespace = "default" if len(found) == 1 else people.name.lower()
            for slug in people.teams:
                members = [login for login in people.members[slug] if login in users]
                for login in members:
                    teams_of.setdefault(login, []).append(f"group:{namespace}/{slug}")
                yield self._group(people, slug, namespace, members)
        for login, (account, profile) in users.items():
            yield self._user(account, profile, teams_of.get(login, []))

    def _group(self, people: People, slug: str, namespace: str, members: list[str]) -> dict[str, Any]:
        team = people.teams[slug]
        page = f"{self.web}/orgs/{people.name}/teams/{slug}"
        spec: dict[str, Any] = {
            "type": "team",
            "profile": {"displayName": _plain(team.name)} if _plain(team.name) else {},
            "children": sorted(one.slug for one in people.teams.values() if one.parent == slug),
            "members": [f"user:default/{login}" for login in members],
        }
        if team.parent:
            spec["parent"] = team.parent
        annotations = {TEAM_SLUG: f"{people.name}/{slug}", VIEW_URL: page, EDIT_URL: f"{page}/edit"}
        return _entity("Group", slug, namespace, page, annotations, team.description, spec)

    def _user(self, account: Account, profile: Mapping[str, Any], teams: list[str]) -> dict[str, Any]:
        told = {"displayName": profile["name"], "email": profile["email"], "picture": account.avatar_url}
        spec = {"profile": {key: _plain(text) for key, text in told.items() if _plain(text)}, "memberOf": teams}
        page = f"{self.web}/{account.login}"
        annotations = {USER_LOGIN: account.login, VIEW_URL: page}
        return _entity("User", account.login, "default", page, annotations, profile["bio"], spec)


class GitHubOrganizations:
    """The source of locations of type `github-org`, whose target is the provider's id."""

    def read(self, location: Location) -> Reading:
        before = location.memory if location.etag and location.memory else {}
        try:
            return Import(location.options or {}, before, timezone.now().date()).read()
        except IntegrationError as error:
            # An organisation that the credential sees no more is no reason to lose who was found.
            raise Unreadable.of(error, may_be_gone=False) from error

    def child(self, base: str, target: str) -> tuple[str, str]:
        raise ValueError("People and teams lead to no other place.")


def _immediate(slug: str, teams: Mapping[str, Team], inside: Mapping[str, Sequence[Any]]) -> list[str]:
    """Return who is in a team itself. Where the host does not say it, whoever is in a team below is in that one."""
    below = {member.login for child in teams.values() if child.parent == slug for member in inside.get(child.slug, ())}
    return [
        member.login
        for member in inside.get(slug, ())
        if not (member.inherited if member.inherited is not None else member.login in below)
    ]


def _entity(
    kind: str, name: str, namespace: str, page: str, annotations: dict[str, str], description: str, spec: dict[str, Any]
) -> dict[str, Any]:
    place = f"url:{page}"
    metadata: dict[str, Any] = {"name": name, "namespace": namespace}
    if _plain(description):
        metadata["description"] = _plain(description)
    metadata["annotations"] = {MANAGED_BY: place, MANAGED_BY_ORIGIN: place, **annotations}
    return {"apiVersion": "backstage.io/v1alpha1", "kind": kind, "metadata": metadata, "spec": spec}


def _text(entity: dict[str, Any]) -> SourceText:
    """Return an entity as a file of its own, called as the page that shows it."""
    place = entity["metadata"]["annotations"][MANAGED_BY].removeprefix("url:")
    return SourceText(place, json.dumps(entity, indent=2, ensure_ascii=False))


def _plain(text: str) -> str:
    """Return what people wrote of themselves without control signs, which no descriptor may hold."""
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs") or sign == "\n").strip()
