"""Git itself: blobs, trees, commits and refs of one bare repository, by dulwich."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dulwich.graph import can_fast_forward, find_merge_base
from dulwich.index import commit_tree
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit
from dulwich.repo import Repo

HEADS = "refs/heads/"
SHA_LENGTH = 40


@dataclass(frozen=True)
class Signature:
    """Who did it, and when (aware)."""

    name: str
    email: str
    at: datetime

    def line(self) -> bytes:
        return f"{_plain(self.name)} <{_plain(self.email)}>".encode()


@dataclass(frozen=True)
class Entry:
    """One file or folder: `mode` in git's six figures, `kind` blob, tree or commit."""

    path: str
    mode: str
    kind: str
    sha: str
    size: int


def create(path: Path, *, default_branch: str) -> None:
    Repo.init_bare(str(path), mkdir=True, default_branch=default_branch.encode()).close()


class Git:
    """One open repository; `opened` closes it. Its methods take and give text, never dulwich's types."""

    def __init__(self, repo: Repo) -> None:
        self._repo = repo
        self._store: Any = repo.object_store

    # -- refs ---------------------------------------------------------------------------------------------------------

    def refs(self, prefix: str = "refs/") -> dict[str, str]:
        """Return the commits that refs point at, by full name."""
        found = {name.decode(): sha.decode() for name, sha in self._repo.refs.as_dict().items() if name != b"HEAD"}
        return {name: found[name] for name in sorted(found) if name.startswith(prefix)}

    def set_ref(self, name: str, sha: str) -> None:
        self._repo.refs[name.encode()] = sha.encode()  # type: ignore[index,assignment]

    def delete_ref(self, name: str) -> None:
        del self._repo.refs[name.encode()]  # type: ignore[arg-type]

    def set_head(self, branch: str) -> None:
        self._repo.refs.set_symbolic_ref(b"HEAD", f"{HEADS}{branch}".encode())  # type: ignore[arg-type]

    def commit_of(self, ref: str) -> str | None:
        """Return the commit that a branch, a tag, a full ref or the (short) name of a commit means."""
        refs = self.refs()
        for name in (f"{HEADS}{ref}", f"refs/tags/{ref}", ref):
            if name in refs:
                return refs[name]
        if ref == "HEAD":
            return self.head()
        return ref if len(ref) == SHA_LENGTH and self.has(ref, Commit) else None

    def head(self) -> str | None:
        """Return the commit of the default branch; None in a repository without one."""
        try:
            return self._repo.head().decode()
        except KeyError:
            return None

    # -- objects ------------------------------------------------------------------------------------------------------

    def has(self, sha: str, kind: type[Any]) -> bool:
        try:
            return isinstance(self._store[sha.encode()], kind)
        except (KeyError, ValueError):
            return False

    def blob(self, sha: str) -> bytes | None:
        return bytes(self._store[sha.encode()].data) if self.has(sha, Blob) else None

    def add_blob(self, content: bytes) -> str:
        blob = Blob.from_string(content)
        self._store.add_object(blob)
        return str(blob.id.decode())

    def entries(self, tree: str, *, recursive: bool = False) -> list[Entry]:
        """Return what is in a tree: its own names, or with `recursive` all below, folders too."""
        if recursive:
            walked = iter_tree_contents(self._store, tree.encode(), include_trees=True)  # type: ignore[arg-type]
            return [self._entry(one.path, one.mode, one.sha) for one in walked if one.path]
        return [self._entry(one.path, one.mode, one.sha) for one in self._store[tree.encode()].items()]

    def files(self, tree: str) -> dict[str, tuple[str, str]]:
        """Return all files below a tree: path to (mode, sha)."""
        return {one.path: (one.mode, one.sha) for one in self.entries(tree, recursive=True) if one.kind != "tree"}

    def add_tree(self, files: Mapping[str, tuple[str, str]]) -> str:
        """Store a tree that holds exactly `files`: path to (mode, sha)."""
        lines = [(path.encode(), sha.encode(), int(mode, 8)) for path, (mode, sha) in files.items()]
        return commit_tree(self._store, lines).decode()  # type: ignore[arg-type]

    def at(self, tree: str, path: str) -> Entry | None:
        """Return the file or folder `path`, the tree itself for an empty one."""
        entry = Entry("", "040000", "tree", tree, 0)
        for name in filter(None, path.split("/")):
            if entry.kind != "tree":
                return None
            inside = {one.path: one for one in self.entries(entry.sha)}
            if name not in inside:
                return None
            found = inside[name]
            entry = Entry(f"{entry.path}/{name}".lstrip("/"), found.mode, found.kind, found.sha, found.size)
        return entry

    def _entry(self, path: bytes, mode: int, sha: bytes) -> Entry:
        kind = {0o040000: "tree", 0o160000: "commit"}.get(mode, "blob")
        size = self._store[sha].raw_length() if kind == "blob" else 0
        return Entry(path.decode("utf-8", "replace"), f"{mode:06o}", kind, sha.decode(), size)

    # -- commits ------------------------------------------------------------------------------------------------------

    def is_commit(self, sha: str) -> bool:
        return self.has(sha, Commit)

    def commit(self, sha: str) -> Commit:
        """Return a commit that is there.

        Raises:
            KeyError: it is not.
        """
        found: Commit = self._store[sha.encode()]
        return found

    def tree_of(self, commit: str) -> str:
        found: str = self._store[commit.encode()].tree.decode()
        return found

    def add_commit(
        self, *, tree: str, parents: Sequence[str], message: str, author: Signature, committer: Signature
    ) -> str:
        made = Commit()
        made.tree = tree.encode()
        made.parents = [parent.encode() for parent in parents]  # type: ignore[misc]
        made.author, made.committer = author.line(), committer.line()
        made.author_time, made.commit_time = int(author.at.timestamp()), int(committer.at.timestamp())
        made.author_timezone = made.commit_timezone = 0
        made.message = message.encode()
        self._store.add_object(made)
        return made.id.decode()

    def log(self, commit: str, *, path: str = "") -> Iterator[Commit]:
        """Yield commits from `commit` back, only those that touch `path` when given."""
        paths = [path.encode()] if path else None
        for step in self._repo.get_walker(include=[commit.encode()], paths=paths):  # type: ignore[list-item]
            yield step.commit

    def is_ahead(self, old: str, new: str) -> bool:
        """Whether `new` holds all that `old` holds."""
        return bool(can_fast_forward(self._repo, old.encode(), new.encode()))  # type: ignore[arg-type]

    def merged_files(self, ours: str, theirs: str) -> dict[str, tuple[str, str]] | None:
        """Return the files of two commits brought together, file by file; None when both changed one."""
        bases = find_merge_base(self._repo, [ours.encode(), theirs.encode()])  # type: ignore[list-item]
        base = self.files(self.tree_of(bases[0].decode())) if bases else {}
        mine, other = self.files(self.tree_of(ours)), self.files(self.tree_of(theirs))
        merged = dict(mine)
        for path in base.keys() | other.keys():
            if other.get(path) == base.get(path):
                continue
            if mine.get(path) not in (base.get(path), other.get(path)):
                return None
            merged.pop(path, None)
            if path in other:
                merged[path] = other[path]
        return merged


@contextmanager
def opened(path: Path) -> Iterator[Git]:
    repo = Repo(str(path))
    try:
        yield Git(repo)
    finally:
        repo.close()


def changes(git: Git, old: str | None, new: str) -> dict[str, list[str]]:
    """Return the paths that differ between two commits: added, modified, removed."""
    before = git.files(git.tree_of(old)) if old else {}
    after = git.files(git.tree_of(new))
    return {
        "added": sorted(after.keys() - before.keys()),
        "modified": sorted(path for path in after.keys() & before.keys() if after[path] != before[path]),
        "removed": sorted(before.keys() - after.keys()),
    }


def when(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def stamp(at: datetime) -> str:
    """Return a time as GitHub writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clean_path(path: str) -> bool:
    """Whether git and GitHub take `path` for a file."""
    return all(part not in ("", ".", "..") and part.lower() != ".git" for part in path.split("/"))


def _plain(text: str) -> str:
    return "".join(sign for sign in text if sign not in "<>\n\r\0").strip()
