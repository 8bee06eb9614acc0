"""What the parts of the client share."""

from __future__ import annotations

from urllib.parse import quote

from integrations.git.repo_url import RepoUrl
from integrations.hosts import GitHubHost
from integrations.http import HttpClient


class GitHubPart:
    """One subject of the API, for one host and one credential."""

    def __init__(self, host: GitHubHost, http: HttpClient) -> None:
        self.host = host
        self._http = http

    def _path(self, repo: RepoUrl, *rest: str) -> str:
        """Return the path of something in `repo`; slashes in `rest` stay, as in the names of branches and files."""
        return "/".join(["/repos", quote(repo.owner), quote(repo.repo), *map(quote, rest)])
