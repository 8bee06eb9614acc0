"""Addresses of files at hosts that aren't GitHub, told by their shape: GitLab, Bitbucket, Gitea, Forgejo, Azure DevOps.

Nothing is asked of the host. A branch name with slashes cannot be told from a path, and isn't, but where the host has
a parameter for it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from integrations.git.repo_url import HOST, NAME

Style = Literal["gitlab", "bitbucket-cloud", "bitbucket-server", "gitea", "azure"]
RefKind = Literal["branch", "tag", "commit"]
GITHUB = ("github.com", "raw.githubusercontent.com")
BITBUCKET_CLOUD = "bitbucket.org"
# As Azure DevOps writes what a version is.
AZURE_REFS: Mapping[str, RefKind] = {"GB": "branch", "GT": "tag", "GC": "commit"}
WORDS = {"blob", "tree", "raw", "edit"}


class ShapeError(ValueError):
    """A relative path leads out of the repository."""


@dataclass(frozen=True)
class HostedFile:
    """A file or folder in a repository.

    Attributes:
        root: address of the repository's page, without a slash at the end.
        ref: empty for the default branch, where the host lets it be left out.
        path: from the root of the repository.
    """

    style: Style
    root: str
    ref: str
    ref_kind: RefKind
    path: str
    is_folder: bool = False

    @property
    def host(self) -> str:
        """The host, with a port where the address has one."""
        return urlsplit(self.root).netloc

    @property
    def repository(self) -> str:
        """What stands after the host: `group/subgroup/project`."""
        return urlsplit(self.root).path.strip("/")

    @property
    def view(self) -> str:
        """The page that shows it."""
        return _ADDRESSES[self.style](self, "tree" if self.is_folder else "view")

    @property
    def edit(self) -> str:
        """The page that edits it; where the host has none for a file, the one that shows it."""
        return _ADDRESSES[self.style](self, "edit")

    @property
    def raw(self) -> str:
        """The address of its bytes."""
        return _ADDRESSES[self.style](self, "raw")

    @property
    def folder(self) -> HostedFile:
        """The folder that it lies in, or that it is."""
        return self if self.is_folder else replace(self, path=posixpath.dirname(self.path), is_folder=True)

    @property
    def base(self) -> str:
        """The address that relative ones are relative to: the folder's, with a slash at the end of its path."""
        path, mark, query = self.folder.view.partition("?")
        return f"{path.rstrip('/')}/{mark}{query}" if self.style != "azure" else self.folder.view

    def join(self, relative: str) -> HostedFile:
        """Return what `relative` means in a file here; a leading slash means the repository's root.

        Raises:
            ShapeError: it leads out of the repository.
        """
        start = "" if relative.startswith("/") else self.folder.path
        path = posixpath.normpath(posixpath.join(start, relative.lstrip("/")))
        if path == ".." or path.startswith("../"):
            raise ShapeError(f"{relative!r} leads out of the repository {self.root}.")
        return replace(self, path="" if path == "." else path, is_folder=relative.endswith("/") or path == ".")


def parse(url: str) -> HostedFile | None:
    """Return what `url` names; None when it has none of these shapes."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.netloc.lower()
    if parts.scheme not in ("http", "https") or not HOST.fullmatch(host) or "\\" in url or host in GITHUB:
        return None
    segments = [unquote(segment) for segment in parts.path.strip("/").split("/")]
    if any(segment in (".", "..") or "/" in segment or "\0" in segment for segment in segments):
        return None
    place = f"{parts.scheme}://{host}"
    for read in (_gitlab, _azure, _bitbucket_server, _bitbucket_cloud, _gitea):
        found = read(place, segments, parts)
        if found is not None:
            return found
    return None


# -- GitLab: <group>/…/<project>/-/blob/<ref>/<path> -----------------------------------------------------------------


def _gitlab(place: str, segments: list[str], _: SplitResult) -> HostedFile | None:
    if "-" not in segments:
        return None
    at = segments.index("-")
    project, rest = segments[:at], segments[at + 1 :]
    # The third name of a GitHub address is such a word, and no project's address has one there.
    if len(project) < 2 or len(rest) < 2 or rest[0] not in WORDS or not all(map(NAME.fullmatch, project)):
        return None
    if len(project) > 2 and project[2] in WORDS:
        return None
    root = f"{place}/{'/'.join(project)}"
    return HostedFile("gitlab", root, rest[1], _kind_of(rest[1]), "/".join(rest[2:]), rest[0] == "tree")


def _gitlab_address(file: HostedFile, what: str) -> str:
    word = {"view": "blob", "tree": "tree", "edit": "edit", "raw": "raw"}[what]
    return f"{file.root}/-/{word}/{quote(file.ref)}/{quote(file.path)}".rstrip("/")


# -- Azure DevOps: <organisation>/<project>/_git/<repository>?path=/<path>&version=GB<ref> ---------------------------


def _azure(place: str, segments: list[str], parts: SplitResult) -> HostedFile | None:
    if "_git" not in segments:
        return None
    at = segments.index("_git")
    if at == 0 or len(segments) != at + 2:
        return None
    query = dict(parse_qsl(parts.query))
    version = query.get("version", "")
    kind = AZURE_REFS.get(version[:2], "branch")
    path = query.get("path", "").strip("/")
    if ".." in path.split("/"):
        return None
    root = f"{place}/{'/'.join(quote(segment) for segment in segments)}"
    return HostedFile("azure", root, version[2:], kind, path, is_folder=not path)


def _azure_address(file: HostedFile, what: str) -> str:
    if what == "raw":
        return _azure_items(file)
    version = {kind: prefix for prefix, kind in AZURE_REFS.items()}[file.ref_kind]
    query = {"path": f"/{file.path}", **({"version": f"{version}{file.ref}"} if file.ref else {})}
    return f"{file.root}?{urlencode(query, quote_via=quote, safe='/')}"


def _azure_items(file: HostedFile) -> str:
    project, _, repository = file.root.rpartition("/_git/")
    query = {"path": f"/{file.path}", "api-version": "6.0"}
    if file.ref:
        query |= {"versionDescriptor.version": file.ref, "versionDescriptor.versionType": file.ref_kind}
    # In an address without a project the project has the repository's name.
    short = len(urlsplit(project).path.strip("/").split("/")) == 1 and file.host == "dev.azure.com"
    place = f"{project}/{repository}" if short else project
    return f"{place}/_apis/git/repositories/{repository}/items?{urlencode(query, quote_via=quote, safe='/')}"


# -- Bitbucket Server and Data Center: projects/<key>/repos/<repository>/browse/<path>?at=<ref> ----------------------


def _bitbucket_server(place: str, segments: list[str], parts: SplitResult) -> HostedFile | None:
    if "repos" not in segments:
        return None
    at = segments.index("repos")
    if at < 2 or segments[at - 2] not in ("projects", "users") or len(segments) < at + 3:
        return None
    if segments[at + 2] not in ("browse", "raw"):
        return None
    ref = dict(parse_qsl(parts.query)).get("at", "")
    path = "/".join(segments[at + 3 :])
    root = f"{place}/{'/'.join(quote(segment) for segment in segments[: at + 2])}"
    kind: RefKind = "tag" if ref.startswith("refs/tags/") else _kind_of(ref)
    return HostedFile("bitbucket-server", root, ref, kind, path, is_folder=not path)


def _bitbucket_server_address(file: HostedFile, what: str) -> str:
    query = {"mode": "edit", "spa": "0"} if what == "edit" else {}
    if file.ref:
        query["at"] = file.ref
    end = f"?{urlencode(query, quote_via=quote, safe='/')}" if query else ""
    return f"{file.root}/{'raw' if what == 'raw' else 'browse'}/{quote(file.path)}".rstrip("/") + end


# -- Bitbucket Cloud: <workspace>/<repository>/src/<ref>/<path> ------------------------------------------------------


def _bitbucket_cloud(place: str, segments: list[str], _: SplitResult) -> HostedFile | None:
    if not place.endswith(f"//{BITBUCKET_CLOUD}") or len(segments) < 4 or segments[2] not in ("src", "raw"):
        return None
    path = "/".join(segments[4:])
    root = f"{place}/{quote(segments[0])}/{quote(segments[1])}"
    return HostedFile("bitbucket-cloud", root, segments[3], _kind_of(segments[3]), path, is_folder=not path)


def _bitbucket_cloud_address(file: HostedFile, what: str) -> str:
    word = "raw" if what == "raw" else "src"
    end = f"?mode=edit&spa=0&at={quote(file.ref)}" if what == "edit" else ""
    return f"{file.root}/{word}/{quote(file.ref)}/{quote(file.path)}".rstrip("/") + end


# -- Gitea and Forgejo: <owner>/<repository>/src/branch/<ref>/<path> -------------------------------------------------


def _gitea(place: str, segments: list[str], _: SplitResult) -> HostedFile | None:
    kinds: dict[str, RefKind] = {"branch": "branch", "tag": "tag", "commit": "commit"}
    if len(segments) < 5 or segments[2] not in ("src", "raw") or segments[3] not in kinds:
        return None
    if not all(map(NAME.fullmatch, segments[:2])):
        return None
    path = "/".join(segments[5:])
    root = f"{place}/{segments[0]}/{segments[1]}"
    return HostedFile("gitea", root, segments[4], kinds[segments[3]], path, is_folder=not path)


def _gitea_address(file: HostedFile, what: str) -> str:
    if what == "edit" and file.ref_kind == "branch":
        return f"{file.root}/_edit/{quote(file.ref)}/{quote(file.path)}"
    word = "raw" if what == "raw" else "src"
    return f"{file.root}/{word}/{file.ref_kind}/{quote(file.ref)}/{quote(file.path)}".rstrip("/")


def _kind_of(ref: str) -> RefKind:
    return "commit" if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", ref, re.ASCII) else "branch"


_ADDRESSES: Mapping[Style, Callable[[HostedFile, str], str]] = {
    "gitlab": _gitlab_address,
    "azure": _azure_address,
    "bitbucket-server": _bitbucket_server_address,
    "bitbucket-cloud": _bitbucket_cloud_address,
    "gitea": _gitea_address,
}
