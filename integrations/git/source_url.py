"""The address of a file or folder in a repository: `https://github.com/shop/checkout/blob/main/catalog-info.yaml`."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import Literal, cast
from urllib.parse import quote, unquote, urlsplit

from integrations.git.repo_url import HOST, NAME, RepoUrl

Kind = Literal["blob", "tree", "raw"]
KINDS = {"blob": "blob", "edit": "blob", "tree": "tree", "raw": "raw"}
RAW_HOST = "raw.githubusercontent.com"


class SourceUrlError(ValueError):
    """The text is not the address of a file or folder in a repository."""


@dataclass(frozen=True)
class SourceUrl:
    """A file or folder at `ref` of a repository; `path` is from its root, an empty `ref` is the default branch."""

    host: str
    owner: str
    repo: str
    ref: str
    path: str
    kind: Kind
    scheme: str = "https"

    @classmethod
    def parse(cls, url: str) -> SourceUrl:
        """Return what `url` names. A branch name with slashes cannot be told from a path, and isn't.

        Raises:
            SourceUrlError: it has not the shape of GitHub's addresses.
        """
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise SourceUrlError(f"{url!r} is not an address.") from error
        host = parts.netloc.lower()
        if parts.scheme not in ("http", "https") or not HOST.fullmatch(host) or "\\" in url:
            raise SourceUrlError(
                f"{url!r} is not an address of a repository. Use https://host/owner/repo/blob/main/path."
            )
        segments = [unquote(segment) for segment in parts.path.lstrip("/").split("/")]
        if host == RAW_HOST:
            host, segments = "github.com", [*segments[:2], "raw", *segments[2:]]
        if len(segments) >= 2 and segments[1].endswith(".git"):
            segments[1] = segments[1].removesuffix(".git")
        return cls._of(url, parts.scheme, host, segments)

    @classmethod
    def _of(cls, url: str, scheme: str, host: str, segments: list[str]) -> SourceUrl:
        owner, repo, kind, ref, *path = [*segments, "", "", "", ""][: max(4, len(segments))]
        named = all(NAME.fullmatch(name) for name in (owner, repo))
        if not named or (kind and kind not in KINDS) or (kind and not ref):
            raise SourceUrlError(f"{url!r} is not a file or folder. Use https://{host}/owner/repo/blob/main/path.")
        if any(part in (".", "..") or "\0" in part or "/" in part for part in [ref, *path]):
            raise SourceUrlError(f"{url!r} has a path that leaves its folder.")
        found = cast("Kind", KINDS.get(kind, "tree"))
        return cls(host, owner, repo, ref, "/".join(path).lstrip("/"), found, scheme)

    def __str__(self) -> str:
        end = f"/{self.kind}/{quote(self.ref)}/{quote(self.path)}" if self.ref else ""
        return f"{self.scheme}://{self.host}/{self.owner}/{self.repo}{end}"

    @property
    def repo_url(self) -> RepoUrl:
        """The repository that holds it."""
        return RepoUrl(self.host, self.owner, self.repo)

    @property
    def folder(self) -> str:
        """The path of the folder: of a file, the one that it lies in."""
        if self.kind == "tree" or self.path.endswith("/"):
            return self.path.strip("/")
        return posixpath.dirname(self.path)

    def join(self, relative: str) -> SourceUrl:
        """Return what `relative` means in a file here; a leading slash means the repository's root.

        Raises:
            SourceUrlError: it leads out of the repository.
        """
        if urlsplit(relative).scheme:
            return SourceUrl.parse(relative)
        start = "" if relative.startswith("/") else self.folder
        path = posixpath.normpath(posixpath.join(start, relative.lstrip("/")))
        if path == ".." or path.startswith("../"):
            raise SourceUrlError(f"{relative!r} leads out of the repository {self.owner}/{self.repo}.")
        return replace(self, path="" if path == "." else path)

    def blob(self, path: str) -> SourceUrl:
        """Return the file `path` of the same repository and ref."""
        return replace(self, path=path.strip("/"), kind="blob")

    def tree(self, path: str) -> SourceUrl:
        """Return the folder `path` of the same repository and ref."""
        return replace(self, path=path.strip("/"), kind="tree")
