"""What follows from each event: a handler reads the payload into a value of ours, and acts on a burst of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.git.repo_url import RepoUrl

Payload = Mapping[str, Any]
# Called now and then during long work, with a line on what is being done.
Keep = Callable[[str], None]


class Unusable(Exception):
    """A delivery that cannot be used as it is; the message says why, for whoever looks at the parked ones."""


@dataclass(frozen=True)
class Origin:
    """Where events come from: a host of the configuration, and the repository if they are about one."""

    host: str
    repository: RepoUrl | None = None

    @property
    def repo(self) -> RepoUrl:
        """The repository.

        Raises:
            Unusable: the events name none.
        """
        if self.repository is None:
            raise Unusable("The event names no repository, or one that no repository can be called.")
        return self.repository


@dataclass(frozen=True)
class Handler:
    """How an event is read, and what is done about several of one thing; `act` says what came of it."""

    read: Callable[[Payload], Any]
    act: Callable[[Origin, Sequence[Any], Keep], str]


def of_event(event: str) -> Handler:
    """Return the handler of an event of GitHub; of one that the portal makes nothing of, one that does nothing."""
    from delivery import organizations, pulls, pushes, repositories

    known = {
        "push": pushes.HANDLER,
        "pull_request": pulls.HANDLER,
        "check_run": pulls.AGAIN,
        "repository": repositories.HANDLER,
        **dict.fromkeys(organizations.EVENTS, organizations.HANDLER),
    }
    return known.get(event, NOTHING)


def text(payload: Any, *path: str) -> str:
    """Return the text at `path`.

    Raises:
        Unusable: there is none.
    """
    value = payload
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str) or "\0" in value:
        raise Unusable(f"`{'.'.join(path)}` is missing, or no text.")
    return value


NOTHING = Handler(read=lambda payload: None, act=lambda origin, events, keep: "Nothing follows from this event.")
