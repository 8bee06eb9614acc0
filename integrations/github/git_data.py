"""Trees, commits and refs: how a whole set of files becomes one commit."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import Author, RepositoryFile, Tree


class GitData(GitHubPart):
    """GitHub's Git Data API. An empty repository answers 409 to all of it: create it with `auto_init`."""

    def tree(self, repo: RepoUrl, ref: str, *, recursive: bool = False) -> Tree:
        """Return the names at `ref`: a branch, a commit or a tree."""
        path = f"{self._path(repo, 'git', 'trees')}/{quote(ref, safe='')}"
        return Tree.from_json(self._http.get(path, {"recursive": "1"} if recursive else None).json())

    def create_tree(self, repo: RepoUrl, files: Iterable[RepositoryFile], base_tree: str | None = None) -> str:
        """Store `files` as a tree and return its name.

        Args:
            base_tree: the tree that they are laid upon; without one they are all there is.
        """
        body: dict[str, Any] = {"tree": [self._entry(repo, file) for file in files]}
        if base_tree:
            body["base_tree"] = base_tree
        return str(self._http.post(self._path(repo, "git", "trees"), body).json()["sha"])

    def create_commit(
        self,
        repo: RepoUrl,
        message: str,
        tree: str,
        parents: Sequence[str],
        author: Author | None = None,
        at: datetime | None = None,
    ) -> str:
        """Store a commit, on no branch yet, and return its name."""
        body: dict[str, Any] = {"message": message, "tree": tree, "parents": list(parents)}
        if author:
            signed = {"name": author.name, "email": author.email, **({"date": at.isoformat()} if at else {})}
            body["author"] = body["committer"] = signed
        return str(self._http.post(self._path(repo, "git", "commits"), body).json()["sha"])

    def create_ref(self, repo: RepoUrl, branch: str, sha: str) -> None:
        """Make a branch.

        Raises:
            Invalid: it is there already.
        """
        self._http.post(self._path(repo, "git", "refs"), {"ref": f"refs/heads/{branch}", "sha": sha})

    def update_ref(self, repo: RepoUrl, branch: str, sha: str, *, force: bool = False) -> None:
        """Move a branch to `sha`.

        Raises:
            Invalid: that would lose commits and `force` is off, or the branch is protected.
        """
        self._http.patch(self._path(repo, "git", "refs", "heads", branch), {"sha": sha, "force": force})

    def delete_ref(self, repo: RepoUrl, branch: str) -> None:
        """Take a branch away."""
        self._http.delete(self._path(repo, "git", "refs", "heads", branch))

    def _entry(self, repo: RepoUrl, file: RepositoryFile) -> dict[str, Any]:
        """Return a tree's line: text goes inline, which saves a call for each file; only other bytes become blobs."""
        line: dict[str, Any] = {"path": file.path, "mode": file.mode, "type": "blob"}
        if file.content is None:
            return {**line, "sha": None}
        try:
            text = file.content.decode("utf-8")
        except UnicodeDecodeError:
            return {**line, "sha": self._create_blob(repo, file.content)}
        return {**line, "sha": self._create_blob(repo, file.content)} if "\0" in text else {**line, "content": text}

    def _create_blob(self, repo: RepoUrl, content: bytes) -> str:
        body = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
        return str(self._http.post(self._path(repo, "git", "blobs"), body).json()["sha"])
