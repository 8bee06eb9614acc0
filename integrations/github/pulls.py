"""Pull requests."""

from __future__ import annotations

from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import PullRequest


class PullRequests(GitHubPart):
    """Changes that the portal proposes."""

    def create_pull_request(self, repo: RepoUrl, *, head: str, base: str, title: str, body: str = "") -> PullRequest:
        """Propose to bring `head` into `base`.

        Raises:
            Invalid: there is one for this branch already; `find_pull_request` gives it.
        """
        asked = {"head": head, "base": base, "title": title, "body": body}
        return PullRequest.from_json(self._http.post(self._path(repo, "pulls"), asked).json())

    def find_pull_request(self, repo: RepoUrl, head: str) -> PullRequest | None:
        """Return the newest pull request of a branch of the repository itself, open or not."""
        asked = {"head": f"{repo.owner}:{head}", "state": "all"}
        for page in self._http.pages(self._path(repo, "pulls"), asked):
            if page:
                return PullRequest.from_json(page[0])
        return None
