"""Repositories: find, make, change, list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from integrations.errors import NotFound, Unavailable
from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import Branch, Commit, Head, Listing, ProtectionRules, Repository, listing

COMMIT_NAME = "application/vnd.github.sha"
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)


class Repositories(GitHubPart):
    """What concerns a repository as a whole, and its branches."""

    def repository(self, repo: RepoUrl) -> Repository | None:
        """Return the repository, or None when there is none or this credential may not see it."""
        try:
            return Repository.from_json(self._http.get(self._path(repo)).json())
        except NotFound:
            return None

    def repositories(self, organization: str) -> Iterator[Repository]:
        """Yield all repositories of an organisation, by name."""
        for page in self._http.pages(f"/orgs/{quote(organization, safe='')}/repos", {"sort": "full_name"}):
            yield from map(Repository.from_json, page)

    def organization_repositories(
        self, organization: str, *, page_size: int = 100, etags: Sequence[str] = ()
    ) -> Listing[Repository] | None:
        """Return all repositories of an organisation, by name; None when the list is as it was for `etags`."""
        path = f"/orgs/{quote(organization, safe='')}/repos"
        asked = {"sort": "full_name", "per_page": str(page_size)}
        return listing(self._http.pages_since(path, asked, etags=etags), Repository.from_json)

    def installed_repositories(self, *, page_size: int = 100, etags: Sequence[str] = ()) -> Listing[Repository] | None:
        """Return all repositories that the app's installation may see; None when the list is as it was for `etags`."""
        found = self._http.pages_since("/installation/repositories", {"per_page": str(page_size)}, etags=etags)
        return listing(found, Repository.from_json, key="repositories")

    def create_repository(
        self, repo: RepoUrl, *, description: str = "", private: bool = True, auto_init: bool = True, **settings: object
    ) -> Repository:
        """Make a repository in an organisation, or, where the owner is no organisation, for the credential's user.

        Args:
            auto_init: give it a first commit; without one GitHub refuses every call on git data.
            settings: further fields of GitHub's call, such as `homepage` or `has_wiki`.

        Raises:
            Invalid: the name is taken; look at the description's mark to see by whom.
        """
        body = {"name": repo.repo, "description": description, "private": private, "auto_init": auto_init, **settings}
        try:
            made = self._http.post(f"/orgs/{quote(repo.owner)}/repos", body)
        except NotFound:
            body.pop("visibility", None)
            made = self._http.post("/user/repos", body)
        return Repository.from_json(made.json())

    def update_repository(self, repo: RepoUrl, **settings: object) -> Repository:
        """Change fields of a repository, such as `description` or `default_branch`."""
        return Repository.from_json(self._http.patch(self._path(repo), settings).json())

    def delete_repository(self, repo: RepoUrl) -> None:
        """Remove a repository with all that is in it; nothing brings it back.

        Raises:
            Refused: the credential may not.
        """
        try:
            self._http.delete(self._path(repo))
        except NotFound:
            # Removed before, by a call whose answer was lost.
            if self.repository(repo) is not None:
                raise

    def replace_topics(self, repo: RepoUrl, topics: Sequence[str]) -> None:
        """Give the repository these topics and no others."""
        self._http.put(self._path(repo, "topics"), {"names": list(topics)})

    def add_collaborator(self, repo: RepoUrl, username: str, permission: str) -> None:
        """Let a person work on the repository; `permission` is pull, triage, push, maintain or admin."""
        self._http.put(self._path(repo, "collaborators", username), {"permission": permission})

    def add_team(self, repo: RepoUrl, team: str, permission: str) -> None:
        """Let a team of the owning organisation work on the repository."""
        path = f"/orgs/{quote(repo.owner)}/teams/{quote(team, safe='')}/repos/{quote(repo.owner)}/{quote(repo.repo)}"
        self._http.put(path, {"permission": permission})

    def branches(self, repo: RepoUrl) -> Iterator[Branch]:
        """Yield all branches with their newest commits, by name."""
        for page in self._http.pages(self._path(repo, "branches")):
            for found in page:
                yield Branch(name=found["name"], sha=found["commit"]["sha"], protected=found["protected"])

    def branch(self, repo: RepoUrl, name: str) -> Branch:
        """Return a branch with its newest commit."""
        found = self._http.get(self._path(repo, "branches", name)).json()
        return Branch(name=found["name"], sha=found["commit"]["sha"], protected=found["protected"])

    def protect_branch(self, repo: RepoUrl, branch: str, rules: ProtectionRules | None = None) -> None:
        """Put rules on a branch; those that it had are replaced."""
        body = (rules or ProtectionRules()).to_json()
        self._http.put(f"{self._path(repo, 'branches')}/{quote(branch, safe='')}/protection", body)

    def commit_sha(self, repo: RepoUrl, ref: str) -> str:
        """Return the full name of the commit that `ref` (a branch, tag or commit) is now."""
        return self.head(repo, ref).sha

    def head(self, repo: RepoUrl, ref: str, *, known: Head | None = None) -> Head:
        """Return the commit that `ref` is now; one that is as `known` has it costs nothing of the host's limit."""
        # The commit alone: its files and their differences would be megabytes.
        headers = {"Accept": COMMIT_NAME, **({"If-None-Match": known.etag} if known and known.etag else {})}
        answer = self._http.get(self._path(repo, "commits", ref), headers=headers)
        if answer.status == 304 and known:
            return known
        sha = answer.body.decode("ascii", "replace").strip()
        if not COMMIT.fullmatch(sha):
            raise Unavailable(f"{repo.host} named no commit for {ref} of {repo.slug}. Try again.", host=repo.host)
        return Head(sha, answer.headers.get("etag", ""))

    def commits(
        self, repo: RepoUrl, *, branch: str = "", path: str = "", since: datetime | None = None
    ) -> Iterator[Commit]:
        """Yield commits, newest first: of `branch` or the default one, only those that touch `path`, after `since`."""
        asked = {"sha": branch, "path": path, "since": since.isoformat() if since else ""}
        for page in self._http.pages(
            self._path(repo, "commits"), {key: value for key, value in asked.items() if value}
        ):
            yield from map(Commit.from_json, page)
