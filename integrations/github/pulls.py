"""Pull requests."""

from __future__ import annotations

from collections.abc import Sequence

from integrations.errors import NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import PullRequest


class PullRequests(GitHubPart):
    """Changes that the portal proposes."""

    def create_pull_request(
        self, repo: RepoUrl, *, head: str, base: str, title: str, body: str = "", draft: bool = False
    ) -> PullRequest:
        """Propose to bring `head` into `base`.

        Raises:
            Invalid: there is one for this branch already; `find_pull_request` gives it.
        """
        asked: dict[str, str | bool] = {"head": head, "base": base, "title": title, "body": body}
        if draft:
            asked["draft"] = True
        return PullRequest.from_json(self._http.post(self._path(repo, "pulls"), asked).json())

    def find_pull_request(self, repo: RepoUrl, head: str) -> PullRequest | None:
        """Return the newest pull request of a branch of the repository itself, open or not."""
        asked = {"head": f"{repo.owner}:{head}", "state": "all"}
        for page in self._http.pages(self._path(repo, "pulls"), asked):
            if page:
                return PullRequest.from_json(page[0])
        return None

    def pull_request(self, repo: RepoUrl, number: int) -> PullRequest | None:
        """Return a pull request, or None when there is none or this credential may not see it."""
        try:
            return PullRequest.from_json(self._http.get(self._path(repo, "pulls", str(number))).json())
        except NotFound:
            return None

    def close_pull_request(self, repo: RepoUrl, number: int) -> None:
        """Close a pull request without taking it over; its branch stays."""
        self._http.patch(self._path(repo, "pulls", str(number)), {"state": "closed"})

    def request_reviews(
        self, repo: RepoUrl, number: int, *, reviewers: Sequence[str] = (), teams: Sequence[str] = ()
    ) -> None:
        """Ask people, by login, and teams of the organization, by slug, to look at a pull request.

        Raises:
            Invalid: one of them may not read the repository, or proposes it.
        """
        asked = {"reviewers": list(reviewers), "team_reviewers": list(teams)}
        self._http.post(self._path(repo, "pulls", str(number), "requested_reviewers"), asked)
