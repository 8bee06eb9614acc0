"""Issues; a pull request is one as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from integrations.errors import NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import Issue


class Issues(GitHubPart):
    """What is to be done in a repository, and who sees it through."""

    def issues(self, repo: RepoUrl) -> Iterator[Issue]:
        """Yield issues and pull requests, open or not, the newest first."""
        for page in self._http.pages(self._path(repo, "issues"), {"state": "all"}):
            yield from map(Issue.from_json, page)

    def issue(self, repo: RepoUrl, number: int) -> Issue | None:
        """Return an issue, or None when there is none or this credential may not see it."""
        try:
            return Issue.from_json(self._http.get(self._path(repo, "issues", str(number))).json())
        except NotFound:
            return None

    def create_issue(
        self,
        repo: RepoUrl,
        title: str,
        *,
        body: str = "",
        assignees: Sequence[str] = (),
        labels: Sequence[str] = (),
        milestone: int | None = None,
    ) -> Issue:
        """Open an issue. Nothing keeps GitHub from opening a second one: look for the first one before."""
        asked: dict[str, object] = {"title": title, "body": body, "assignees": list(assignees), "labels": list(labels)}
        if milestone is not None:
            asked["milestone"] = milestone
        return Issue.from_json(self._http.post(self._path(repo, "issues"), asked, once=True).json())

    def close_issue(self, repo: RepoUrl, number: int) -> None:
        """Close an issue, as one that is not planned."""
        self._http.patch(self._path(repo, "issues", str(number)), {"state": "closed", "state_reason": "not_planned"})

    def add_labels(self, repo: RepoUrl, number: int, labels: Sequence[str]) -> None:
        """Add labels to an issue or a pull request; those that the repository lacks are made by GitHub."""
        self._http.post(self._path(repo, "issues", str(number), "labels"), {"labels": list(labels)})

    def assign(self, repo: RepoUrl, number: int, logins: Sequence[str]) -> None:
        """Make people responsible for an issue or a pull request; who cannot be is left out by GitHub."""
        self._http.post(self._path(repo, "issues", str(number), "assignees"), {"assignees": list(logins)})
