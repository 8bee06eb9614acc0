"""What differs between two commits, and in a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import Json


@dataclass(frozen=True)
class FileChange:
    """A file that differs; `status` is added, removed, modified, renamed, copied, changed or unchanged."""

    path: str
    status: str
    previous_path: str = ""

    @classmethod
    def from_json(cls, found: Json) -> FileChange:
        before = found.get("previous_filename") if found["status"] == "renamed" else None
        return cls(path=found["filename"], status=found["status"], previous_path=before or "")


@dataclass(frozen=True)
class LastChange:
    """The commit that changed a file last: who wrote it, `login` empty where GitHub knows no account for the e-mail."""

    sha: str
    login: str
    email: str

    @classmethod
    def from_json(cls, found: Json) -> LastChange:
        author = found["commit"].get("author") or {}
        return cls(found["sha"], (found.get("author") or {}).get("login") or "", author.get("email") or "")


class Changes(GitHubPart):
    """Comparing what a repository holds at two moments."""

    def compare(self, repo: RepoUrl, base: str, head: str) -> list[FileChange]:
        """Return the files that differ between two commits; GitHub lists 300 of them."""
        path = f"{self._path(repo, 'compare')}/{quote(base, safe='')}...{quote(head, safe='')}"
        return [FileChange.from_json(found) for found in self._http.get(path).json().get("files", ())]

    def pull_request_files(self, repo: RepoUrl, number: int) -> Iterator[FileChange]:
        """Yield the files that a pull request changes; GitHub lists 3,000 of them."""
        for page in self._http.pages(self._path(repo, "pulls", str(number), "files")):
            yield from map(FileChange.from_json, page)

    def last_change(self, repo: RepoUrl, path: str, ref: str = "") -> LastChange | None:
        """Return the newest commit of `ref`, or of the default branch, that touches `path`; None when none does."""
        asked = {"path": path, "per_page": "1", **({"sha": ref} if ref else {})}
        found = self._http.get(self._path(repo, "commits"), asked).json()
        return LastChange.from_json(found[0]) if found else None
