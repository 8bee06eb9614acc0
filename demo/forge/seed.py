"""Puts folders into the forge's storage as repositories, without a server and without a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from demo.forge.git import HEADS, Signature, clean_path
from demo.forge.store import Repository, Store

SEEDED_AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
# Of files that were there long before the others.
EARLIER_AT = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)
AUTHOR = Signature("Acme Platform", "platform@acme.example", SEEDED_AT)
Substitute = Callable[[str, bytes], bytes]


def repository(
    root: Path | Store,
    owner: str,
    name: str,
    folder: Path,
    *,
    description: str = "",
    topics: Sequence[str] = (),
    branch: str = "main",
    message: str = "",
    substitute: Substitute | None = None,
    earlier: Sequence[str] = (),
) -> str:
    """Let `owner/name` hold what is in `folder`, and return the commit; the same folder changes nothing.

    The same folder gives the same commit on every machine. A folder that changed becomes one more commit.

    Args:
        root: the forge's folder, or its open store when it runs.
        substitute: called with each path and its bytes, and returns what is committed in their place.
        earlier: paths of files that a new repository has since long before the others.
    """
    store = root if isinstance(root, Store) else Store(root, organizations=(owner,))
    found = store.get(owner, name) or store.create(owner, name, at=SEEDED_AT, default_branch=branch)
    files = _files(folder, substitute)
    if earlier:
        _commit_earlier(store, found, {path: files[path] for path in earlier}, f"Begin {name}")
    sha = _commit(store, found, files, message or f"Add {name}")
    wanted = (description or found.description, list(topics) or found.topics)
    if (found.description, found.topics) != wanted:
        found.description, found.topics = wanted
        store.save(found, at=SEEDED_AT)
    return sha


def _files(folder: Path, substitute: Substitute | None) -> dict[str, tuple[str, bytes]]:
    """Return all files below `folder`: path to (mode, bytes)."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or path.is_symlink() or not clean_path(name) or "__pycache__" in path.parts:
            continue
        content = path.read_bytes()
        mode = "100755" if path.stat().st_mode & 0o100 else "100644"
        found[name] = (mode, substitute(name, content) if substitute else content)
    return found


def _commit_earlier(store: Store, found: Repository, files: dict[str, tuple[str, bytes]], message: str) -> None:
    """Let the history of a repository without commits begin with these files."""
    with store.git(found) as git:
        if git.refs():
            return
        tree = git.add_tree({path: (mode, git.add_blob(content)) for path, (mode, content) in files.items()})
        author = Signature(AUTHOR.name, AUTHOR.email, EARLIER_AT)
        sha = git.add_commit(tree=tree, parents=[], message=message, author=author, committer=author)
        git.set_ref(HEADS + found.default_branch, sha)


def _commit(store: Store, found: Repository, files: dict[str, tuple[str, bytes]], message: str) -> str:
    name = HEADS + found.default_branch
    with store.git(found) as git:
        tree = git.add_tree({path: (mode, git.add_blob(content)) for path, (mode, content) in files.items()})
        head = git.refs().get(name)
        if head and git.tree_of(head) == tree:
            return head
        sha = git.add_commit(
            tree=tree, parents=[head] if head else [], message=message, author=AUTHOR, committer=AUTHOR
        )
        git.set_ref(name, sha)
        return sha
