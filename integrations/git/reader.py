"""Reads files and folders by their address: through a configured host's API, else as a plain HTTPS address."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings

from integrations import github, hosts, http
from integrations.errors import EgressDenied, IntegrationError, Invalid, NotFound
from integrations.git import forges, shapes
from integrations.git.looks import REGULAR
from integrations.git.source_url import SourceUrl, SourceUrlError
from integrations.github.client import GitHubClient
from integrations.github.records import Contents, TreeEntry

COMMIT = re.compile(r"[0-9a-f]{40}", re.ASCII)
# Of the folders read last: what a commit holds never changes, and reading it costs a call for each file.
KEPT_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class FileText:
    """A file as it was read; `commit` is empty where the host told none."""

    text: str
    etag: str
    commit: str
    url: str


@dataclass(frozen=True)
class FileBytes:
    """What is at an address."""

    content: bytes
    etag: str


@dataclass(frozen=True)
class TreeFile:
    """A file of a folder: `path` from there, `mode` 100644, 100755 or 120000 (a link: its content is the target)."""

    path: str
    mode: str
    content: bytes


@dataclass(frozen=True)
class Tree:
    """The files under a folder, by path."""

    commit: str
    files: list[TreeFile]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(len(file.content) for file in self.files)


class _Kept:
    """Folders that were read, up to a number of bytes; the one unused for longest goes first."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._trees: OrderedDict[tuple[str, ...], Tree] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...]) -> Tree | None:
        with self._lock:
            if key in self._trees:
                self._trees.move_to_end(key)
            return self._trees.get(key)

    def keep(self, key: tuple[str, ...], tree: Tree) -> Tree:
        with self._lock:
            self._trees[key] = tree
            while sum(kept.size for kept in self._trees.values()) > self._at_most:
                self._trees.popitem(last=False)
        return tree


_kept_trees = _Kept(KEPT_BYTES)


def read_file(url: str, *, etag: str = "") -> FileText | None:
    """Return the text at `url`, or None when it is what `etag` was given for.

    Raises:
        IntegrationError: the host did not give it, may not be asked, or it is not UTF-8 text.
    """
    source = github_source(url)
    if source is None:
        found = read_address(url, etag=etag)
        return FileText(_text(found.content, url), found.etag, "", url) if found else None
    client = github.client(source.host, owner=source.owner)
    contents = _contents(client, source, url, etag=etag)
    if contents is None:
        return None
    commit = client.commit_sha(source.repo_url, source.ref or "HEAD")
    return FileText(_text(contents.content, url), contents.etag, commit, url)


def read_bytes(url: str, *, token: str | None = None) -> bytes:
    """Return the file at `url`, whatever is in it.

    Args:
        token: what to show to the host in place of the configuration's credential.

    Raises:
        IntegrationError: the host did not give it, or may not be asked.
    """
    source = github_source(url)
    if source is None:
        found = read_address(url)
        return found.content if found else b""
    contents = _contents(github.client(source.host, token=token, owner=source.owner), source, url)
    return contents.content if contents else b""


def _contents(client: GitHubClient, source: SourceUrl, url: str, *, etag: str = "") -> Contents | None:
    try:
        return client.contents(source.repo_url, source.path, source.ref, etag=etag)
    except NotFound as error:
        raise NotFound(
            f"There is no file at {url}, or the portal may not see it. Look at the spelling, the branch and the "
            "repository's name.",
            host=source.host,
        ) from error


def read_address(url: str, *, etag: str = "") -> FileBytes | None:
    """Return what is at an address outside the GitHub hosts of the configuration; None when it is as it was for `etag`.

    The page that shows a file at GitLab, Bitbucket, Gitea or Azure DevOps stands for the file itself.

    Raises:
        IntegrationError: the host did not give it, or may not be asked.
    """
    file = shapes.parse(url)
    fetched = forges.read(file, etag=etag) if file else http.fetch(url, etag=etag)
    return None if fetched.status == 304 else FileBytes(fetched.body, fetched.etag)


def read_tree(url: str, *, token: str | None = None) -> Tree:
    """Return all files under the folder `url`, as they were at one commit.

    Args:
        token: what to show to the host in place of the configuration's credential.

    Raises:
        NotFound: there is no such folder, or it is empty.
        Invalid: it holds more than a skeleton may (`scaffolder.limits`).
        IntegrationError: the host did not give it.
    """
    source = _source(url)
    client = github.client(source.host, token=token, owner=source.owner)
    commit = source.ref if COMMIT.fullmatch(source.ref) else client.commit_sha(source.repo_url, source.ref or "HEAD")
    key = (source.host, source.repo_url.slug.lower(), commit, source.folder, token or "")
    found = _kept_trees.get(key)
    return found or _kept_trees.keep(key, _read_at(client, source, commit, url))


def _read_at(client: GitHubClient, source: SourceUrl, commit: str, url: str) -> Tree:
    folder = f"{source.folder}/" if source.folder else ""
    entries = [entry for entry in _blobs(client, source, commit) if entry.path.startswith(folder)]
    if not entries:
        raise NotFound(f"{url} is not a folder with files. Look at its spelling and at the branch.", host=source.host)
    _check_size(url, entries)
    files = [
        TreeFile(entry.path.removeprefix(folder), entry.mode, client.blob(source.repo_url, entry.sha))
        for entry in entries
    ]
    return Tree(commit=commit, files=files)


def github_source(url: str) -> SourceUrl | None:
    """Return the place that `url` names at a host of the configuration; None when it is an address like any other."""
    try:
        source = SourceUrl.parse(url)
        hosts.github_host(source.host)
    except (SourceUrlError, EgressDenied):
        return None
    return source


def _source(url: str) -> SourceUrl:
    try:
        source = SourceUrl.parse(url)
    except SourceUrlError as error:
        raise Invalid(str(error)) from error
    hosts.github_host(source.host)
    return source


def _blobs(client: GitHubClient, source: SourceUrl, ref: str) -> list[TreeEntry]:
    tree = client.tree(source.repo_url, ref, recursive=True)
    if tree.truncated:
        raise IntegrationError(
            f"{source.repo_url.slug} has more files than {source.host} lists at once. Use a smaller repository.",
            host=source.host,
        )
    # Submodules lie in another repository, which nobody named.
    return [entry for entry in tree.entries if entry.type == "blob" and entry.mode in REGULAR]


def _check_size(url: str, entries: list[TreeEntry]) -> None:
    limits = settings.WAYMARK["scaffolder"]["limits"]
    size = sum(entry.size for entry in entries)
    if len(entries) > limits["skeleton_files"] or size > limits["skeleton_bytes"]:
        raise Invalid(f"{url} holds {len(entries)} files of {size} bytes, more than scaffolder.limits allows.")


def _text(body: bytes, url: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{url} is not a text in UTF-8 (byte {error.start}). Save it as UTF-8.") from error
