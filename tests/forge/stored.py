"""What lies in the storage of a forge that does not run."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.forge.git import Git
from demo.forge.store import Repository, Store


def repository(root: Path, name: str) -> Repository:
    """Return `acme/<name>`, which is there."""
    found = Store(root).get("acme", name)
    assert found is not None
    return found


@contextmanager
def git_of(root: Path, name: str) -> Iterator[Git]:
    with Store(root).git(repository(root, name)) as git:
        yield git


def head(root: Path, name: str) -> str:
    """Return the commit of the default branch."""
    with git_of(root, name) as git:
        found = git.head()
    assert found is not None
    return found


def files(root: Path, name: str) -> dict[str, tuple[str, bytes]]:
    """Return the files of the default branch: path to (mode, bytes)."""
    tree = head(root, name)
    with git_of(root, name) as git:
        listed = git.files(git.tree_of(tree))
        return {path: (mode, git.blob(sha) or b"") for path, (mode, sha) in listed.items()}
