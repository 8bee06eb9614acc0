"""GitHub discovery: the descriptors of an organisation's repositories, found by their path (I15).

For each repository that the filters let through it gives a Location entity that leads to the descriptor, as Backstage
does. Those that it gives no more go, with all that came of them (I17).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from catalog import providers
from catalog.descriptor.annotations import MANAGED_BY, MANAGED_BY_ORIGIN
from catalog.refs import generated_name
from catalog.sources.base import Reading, SourceText, Unreadable, is_too_long
from integrations import github, hosts
from integrations.errors import IntegrationError, NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github import credentials
from integrations.github.client import GitHubClient
from integrations.github.records import Listing, Repository

if TYPE_CHECKING:
    from catalog.models import Location

DEFAULT_PATH = "/catalog-info.yaml"
# As Backstage has it.
DEFAULT_PAGE_SIZE = 25


@dataclass(frozen=True)
class Filters:
    """Which repositories are looked at; an empty filter lets all through."""

    branch: str = ""
    repository: re.Pattern[str] | None = None
    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()
    visibility: frozenset[str] = frozenset()
    allow_forks: bool = True
    allow_archived: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Filters:
        """Return the filters of a configuration.

        Raises:
            Unreadable: the pattern of names is none.
        """
        pattern = kept.get("repository")
        try:
            repository = re.compile(pattern) if pattern else None
        except re.error as error:
            raise Unreadable(
                f"filters.repository is no regular expression: {error}. Mend it in waymark.yaml."
            ) from error
        topic = kept.get("topic", {})
        return cls(
            branch=kept.get("branch", ""),
            repository=repository,
            include=frozenset(topic.get("include", ())),
            exclude=frozenset(topic.get("exclude", ())),
            visibility=frozenset(kept.get("visibility", ())),
            allow_forks=kept.get("allowForks", True),
            allow_archived=kept.get("allowArchived", False),
        )

    def let_through(self, repository: Repository) -> bool:
        """Whether a repository is looked at."""
        topics = set(repository.topics)
        return (
            (self.repository is None or self.repository.fullmatch(repository.name) is not None)
            and (not self.include or bool(topics & self.include))
            and not topics & self.exclude
            and (not self.visibility or repository.visibility in self.visibility)
            and (self.allow_forks or not repository.fork)
            and (self.allow_archived or not repository.archived)
        )


@dataclass
class Discovery:
    """One run of a provider; `before` is what it remembered, `memory` what it will."""

    options: Mapping[str, Any]
    before: Mapping[str, Any]
    memory: dict[str, Any] = field(default_factory=dict)
    has_news: bool = False

    def read(self) -> Reading:
        """Return a Location entity for each descriptor.

        Raises:
            Unreadable: what it finds would be none at all.
            IntegrationError: the host did not tell.
        """
        filters = Filters.of(self.options.get("filters", {}))
        found: list[Repository] | None = []
        for organization in self._organizations():
            listing = self._listing(organization)
            if listing is None or found is None:
                found = None
                continue
            found += listing.items
        if found is None:
            return self._again() if self.has_news else Reading(etag="known", unchanged=True, memory=dict(self.before))
        if not found:
            raise Unreadable(
                f"{self._where()} shows no repository at all. Look at the name and at what the credential may see; "
                "what was found before stays."
            )
        places = [target for one in found if filters.let_through(one) for target in self._places(one, filters)]
        is_optional = not self.options.get("validateLocationsExist", False)
        return Reading([_location(target, is_optional) for target in places], etag="known", memory=self.memory)

    def _again(self) -> Reading:
        """Read all lists anew: one has changed, and of the others only that they have not was told."""
        return Discovery(self.options, {**self.before, "etags": {}}).read()

    def _where(self) -> str:
        return f"{self.options.get('organization') or 'The GitHub App'} on {providers.host_of(self.options)}"

    def _organizations(self) -> list[str]:
        """Return the organisation that is named, or all that installed the app."""
        if "organization" in self.options:
            return [str(self.options["organization"])]
        return sorted(credentials.installations(hosts.github_host(providers.host_of(self.options))))

    def _client(self, organization: str) -> GitHubClient:
        return github.client(providers.host_of(self.options), owner=organization)

    def _listing(self, organization: str) -> Listing[Repository] | None:
        etags: Sequence[str] = self.before.get("etags", {}).get(organization, ())
        size = self.options.get("pageSizes", {}).get("repositories", DEFAULT_PAGE_SIZE)
        client = self._client(organization)
        if "organization" in self.options:
            listing = client.organization_repositories(organization, page_size=size, etags=etags)
        else:
            listing = client.installed_repositories(page_size=size, etags=etags)
        self.has_news |= listing is not None
        self.memory.setdefault("etags", {})[organization] = listing.etags if listing else list(etags)
        return listing

    def _places(self, repository: Repository, filters: Filters) -> Iterable[str]:
        """Yield the address of the descriptors in a repository: of one, or a glob of many."""
        path = str(self.options.get("catalogPath", DEFAULT_PATH)).strip("/")
        branch = filters.branch or repository.default_branch
        if self.options.get("validateLocationsExist") and not self._has(repository, branch, path):
            return
        place = f"{repository.html_url}/blob/{quote(branch, safe='')}/{quote(path, safe='/*?')}"
        if not is_too_long(place):
            yield place

    def _has(self, repository: Repository, branch: str, path: str) -> bool:
        """Whether a file is there; a repository that nobody has pushed to since it was asked is not asked again."""
        key = f"{repository.owner}/{repository.name}"
        known = self.before.get("exist", {}).get(key)
        if known and repository.pushed_at and known[0] == repository.pushed_at:
            is_there = bool(known[1])
        else:
            repo = RepoUrl(providers.host_of(self.options), repository.owner, repository.name)
            try:
                is_there = self._client(repository.owner).contents(repo, path, branch) is not None
            except NotFound:
                is_there = False
        self.memory.setdefault("exist", {})[key] = [repository.pushed_at, is_there]
        return is_there


class GitHubDiscovery:
    """The source of locations of type `github`, whose target is the provider's name."""

    def read(self, location: Location) -> Reading:
        before = location.memory if location.etag and location.memory else {}
        try:
            return Discovery(location.options or {}, before).read()
        except IntegrationError as error:
            # An organisation that the credential sees no more is no reason to lose what was found.
            raise Unreadable.of(error, may_be_gone=False) from error

    def child(self, base: str, target: str) -> tuple[str, str]:
        return "url", target


def _location(target: str, is_optional: bool) -> SourceText:
    """Return the Location entity that leads to a place, as a file of its own."""
    place = f"url:{target}"
    entity = {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": {
            "name": generated_name("url", target),
            "annotations": {MANAGED_BY: place, MANAGED_BY_ORIGIN: place},
        },
        "spec": {"type": "url", "target": target, "presence": "optional" if is_optional else "required"},
    }
    return SourceText(target, json.dumps(entity, indent=2, ensure_ascii=False))
