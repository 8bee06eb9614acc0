"""What one run knows of the repositories that it looks at.

However many files of a repository a run reads, the host is asked once for the newest commit of its branch, and once
for its tree if more than a few of them may have changed.
"""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from integrations import github
from integrations.errors import IntegrationError
from integrations.git.source_url import SourceUrl
from integrations.github.records import Head, TreeEntry

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
REGULAR = {"100644", "100755", "120000"}
# From so many changed files on a tree is asked for: one call that tells which of the others have changed at all.
CROWD = 3
# A tree may have a hundred thousand names; those of the repository at hand are enough.
KEPT_TREES = 2
Key = tuple[str, str, str]


@dataclass
class Look:
    """The newest commit of each branch, and the files of the trees asked for last."""

    heads: dict[Key, Head] = field(default_factory=dict)
    trees: OrderedDict[Key, Mapping[str, TreeEntry]] = field(default_factory=OrderedDict)
    reads: Counter[Key] = field(default_factory=Counter)


_current: ContextVar[Look | None] = ContextVar("current_look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Let everything in the block see each repository as it was when it was first asked for."""
    if _current.get() is not None:
        yield
        return
    before = _current.set(Look())
    try:
        yield
    finally:
        _current.reset(before)


def head(source: SourceUrl, *, known: Head | None) -> Head:
    """Return the newest commit of the branch that `source` names; `known` is what it was before.

    Raises:
        IntegrationError: the host did not tell it.
    """
    if COMMIT.fullmatch(source.ref):
        return Head(source.ref, "")
    look = _current.get() or Look()
    key = _key(source, source.ref)
    if key not in look.heads:
        client = github.client(source.host, owner=source.owner)
        look.heads[key] = client.head(source.repo_url, source.ref or "HEAD", known=known)
    return look.heads[key]


def is_crowded(source: SourceUrl, commit: str) -> bool:
    """Count a file that may have changed; tell whether there are so many of them that a tree is cheaper."""
    look = _current.get()
    if look is None:
        return False
    key = _key(source, commit)
    look.reads[key] += 1
    return key in look.trees or look.reads[key] >= CROWD


def files(source: SourceUrl, commit: str) -> Mapping[str, TreeEntry]:
    """Return the files of the repository at `commit`, by path. Submodules lie in another one, which nobody named.

    Raises:
        IntegrationError: the host did not tell them, or not all of them.
    """
    look = _current.get() or Look()
    key = _key(source, commit)
    if key not in look.trees:
        look.trees[key] = _files(source, commit)
        while len(look.trees) > KEPT_TREES:
            look.trees.popitem(last=False)
    return look.trees[key]


def _files(source: SourceUrl, commit: str) -> Mapping[str, TreeEntry]:
    tree = github.client(source.host, owner=source.owner).tree(source.repo_url, commit, recursive=True)
    if tree.truncated:
        raise IntegrationError(
            f"{source.repo_url.slug} has more files than {source.host} lists at once. Use a smaller repository.",
            host=source.host,
        )
    return {entry.path: entry for entry in tree.entries if entry.type == "blob" and entry.mode in REGULAR}


def _key(source: SourceUrl, name: str) -> Key:
    return source.host, source.repo_url.slug.lower(), name
