"""The repositories of a folder: git beside a JSON file for what git doesn't hold."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo.forge import git
from demo.forge.git import Git, stamp
from demo.forge.organizations import Organizations

NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}", re.ASCII)
SETTINGS: dict[str, Any] = {
    "has_issues": True,
    "has_projects": True,
    "has_wiki": True,
    "allow_merge_commit": True,
    "allow_squash_merge": True,
    "allow_rebase_merge": True,
    "allow_auto_merge": False,
    "allow_update_branch": False,
    "delete_branch_on_merge": False,
    "archived": False,
    "is_template": False,
}


@dataclass
class Repository:
    """What the forge knows of a repository besides git."""

    id: int
    owner: str
    name: str
    created_at: str
    updated_at: str
    pushed_at: str
    description: str | None = None
    homepage: str | None = None
    private: bool = False
    # Seen by the whole enterprise; a private one otherwise.
    internal: bool = False
    fork: bool = False
    default_branch: str = "main"
    topics: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=lambda: dict(SETTINGS))
    protection: dict[str, dict[str, Any]] = field(default_factory=dict)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    labels: list[dict[str, Any]] = field(default_factory=list)
    hooks: list[dict[str, Any]] = field(default_factory=list)
    runs: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    collaborators: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)

    @property
    def next_number(self) -> int:
        """The number of the next issue or pull request."""
        return len(self.issues) + len(self.pulls) + 1

    @property
    def slug(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def visibility(self) -> str:
        return "internal" if self.internal else "private" if self.private else "public"


class Store:
    """All repositories under `root`. Every change happens under one lock and is on the disk before it is answered."""

    def __init__(self, root: Path, *, organizations: tuple[str, ...] = ("acme",)) -> None:
        self.root = Path(root)
        self.root.mkdir(parents=True, exist_ok=True)
        self.organizations = set(organizations)
        self.people = Organizations(self.root)
        self.lock = threading.RLock()
        self._known: dict[str, Repository] = {}
        for path in sorted(self.root.glob("*/*.json")):
            repository = Repository(**json.loads(path.read_text(encoding="utf-8")))
            self._known[repository.slug.lower()] = repository

    def all(self, owner: str = "") -> list[Repository]:
        """Return the repositories, of one owner when given, by name."""
        with self.lock:
            found = [one for one in self._known.values() if not owner or one.owner.lower() == owner.lower()]
        return sorted(found, key=lambda one: one.slug.lower())

    def get(self, owner: str, name: str) -> Repository | None:
        with self.lock:
            return self._known.get(f"{owner}/{name}".lower())

    def create(self, owner: str, name: str, *, at: datetime | None = None, **fields: Any) -> Repository:
        """Make an empty repository.

        Raises:
            FileExistsError: the name is taken.
            ValueError: it has signs that no repository has.
        """
        if not (NAME.fullmatch(owner) and NAME.fullmatch(name)):
            raise ValueError(f"{owner}/{name} cannot be a repository's name")
        now = stamp(at or datetime.now(UTC))
        with self.lock:
            if self.get(owner, name):
                raise FileExistsError(f"{owner}/{name}")
            number = 1 + max((one.id for one in self._known.values()), default=1000)
            made = Repository(number, owner, name, created_at=now, updated_at=now, pushed_at=now, **fields)
            self.folder(made).parent.mkdir(exist_ok=True)
            git.create(self.folder(made), default_branch=made.default_branch)
            self._known[made.slug.lower()] = made
            self.save(made)
        return made

    def delete(self, repository: Repository) -> None:
        with self.lock:
            self._known.pop(repository.slug.lower(), None)
            self._state(repository).unlink(missing_ok=True)
            shutil.rmtree(self.folder(repository), ignore_errors=True)

    def save(self, repository: Repository, *, at: datetime | None = None) -> None:
        """Write down what changed in `repository`, all or nothing."""
        with self.lock:
            repository.updated_at = stamp(at or datetime.now(UTC))
            path = self._state(repository)
            part = path.with_suffix(".part")
            part.write_text(json.dumps(asdict(repository), indent=1), encoding="utf-8")
            part.replace(path)

    @contextmanager
    def git(self, repository: Repository) -> Iterator[Git]:
        """Open the repository's git, for reading and writing, while nobody else writes."""
        with self.lock, git.opened(self.folder(repository)) as found:
            yield found

    def folder(self, repository: Repository) -> Path:
        return self.root / repository.owner / f"{repository.name}.git"

    def _state(self, repository: Repository) -> Path:
        return self.root / repository.owner / f"{repository.name}.json"
