"""The organizations of the forge: who is in them, and their teams."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass
class Person:
    """Somebody with an account."""

    login: str
    name: str = ""
    email: str = ""
    bio: str = ""
    # When an administrator of the server locked them out, as GitHub writes times; empty for everybody else.
    suspended_at: str = ""


@dataclass
class Team:
    """A team; `parent` is the slug of the team above it, `members` are logins."""

    slug: str
    name: str = ""
    description: str = ""
    parent: str = ""
    members: list[str] = field(default_factory=list)


@dataclass
class Organization:
    """An organization's people by login, and its teams by slug."""

    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

    def below(self, slug: str) -> list[Team]:
        """Return the teams that lie below a team, at any depth."""
        found, level = [], [slug]
        while level:
            children = [team for team in self.teams.values() if team.parent in level]
            found += children
            level = [team.slug for team in children]
        return found

    def members_of(self, slug: str) -> dict[str, bool]:
        """Return the logins of a team's members, each with whether they are in it through a team below."""
        own = self.teams[slug].members
        through = [login for team in self.below(slug) for login in team.members]
        return {**dict.fromkeys(through, True), **dict.fromkeys(own, False)}


class Organizations:
    """All organizations under `root`, a JSON file each."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.RLock()

    def get(self, name: str) -> Organization:
        """Return an organization; one that nobody has filled is empty."""
        path = self._path(name)
        if not path.is_file():
            return Organization()
        kept = json.loads(path.read_text(encoding="utf-8"))
        people = {login: Person(**one) for login, one in kept["people"].items()}
        return Organization(people, {slug: Team(**one) for slug, one in kept["teams"].items()})

    def save(self, name: str, organization: Organization) -> None:
        """Write down an organization, all or nothing."""
        with self._lock:
            path = self._path(name)
            part = path.with_suffix(".part")
            part.write_text(json.dumps(asdict(organization), indent=1), encoding="utf-8")
            part.replace(path)

    def _path(self, name: str) -> Path:
        return self._root / f"{name.lower()}.organization.json"
