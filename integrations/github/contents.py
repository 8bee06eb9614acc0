"""Files, one at a time."""

from __future__ import annotations

import base64
from typing import Any

from integrations.errors import Invalid, NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import Author, Contents


class FileContents(GitHubPart):
    """Reading and writing single files, through GitHub's contents API."""

    def contents(self, repo: RepoUrl, path: str, ref: str = "", *, etag: str = "") -> Contents | None:
        """Return a file at `ref`, or at the default branch; None when it is what `etag` was given for.

        Raises:
            NotFound: there is no such file.
            Invalid: it is a folder.
        """
        conditional = {"If-None-Match": etag} if etag else None
        answer = self._http.get(
            self._path(repo, "contents", path.strip("/")), {"ref": ref} if ref else None, headers=conditional
        )
        if answer.status == 304:
            return None
        found = answer.json()
        if not isinstance(found, dict) or found.get("type") != "file":
            raise Invalid(f"{path} in {repo.slug} is not a file. Name a file.", host=repo.host)
        # Between 1 MB and 100 MB GitHub gives the content as a blob only.
        content = self.blob(repo, found["sha"]) if found["encoding"] == "none" else base64.b64decode(found["content"])
        return Contents(path=found["path"], sha=found["sha"], content=content, etag=answer.headers.get("etag", ""))

    def put_file(
        self,
        repo: RepoUrl,
        path: str,
        content: bytes,
        *,
        message: str,
        branch: str = "",
        author: Author | None = None,
    ) -> str:
        """Write a file in a commit of its own, and return the commit's name.

        Raises:
            Conflict: somebody wrote the file at the same moment; read again.
        """
        body: dict[str, Any] = {"message": message, "content": base64.b64encode(content).decode()}
        if branch:
            body["branch"] = branch
        if author:
            body["author"] = body["committer"] = {"name": author.name, "email": author.email}
        try:
            before = self.contents(repo, path, branch)
        except NotFound:
            before = None
        if before:
            body["sha"] = before.sha
        answer = self._http.put(self._path(repo, "contents", path.strip("/")), body)
        return str(answer.json()["commit"]["sha"])

    def blob(self, repo: RepoUrl, sha: str) -> bytes:
        """Return the bytes of a blob."""
        return base64.b64decode(self._http.get(self._path(repo, "git", "blobs", sha)).json()["content"])
