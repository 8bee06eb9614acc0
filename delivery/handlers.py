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
class Handler:
    """How an event is read, and what is done about several of one thing; `act` says what came of it."""

    read: Callable[[Payload], Any]
    act: Callable[[RepoUrl | None, Sequence[Any], Keep], str]


def of_event(event: str) -> Handler:
    """Return the handler of an event of GitHub; of one that the portal makes nothing of, one that does nothing."""
    from delivery import pulls, pushes, repositories

    known = {
        "push": pushes.HANDLER,
        "pull_request": pulls.HANDLER,
        "repository": repositories.HANDLER,
    }
    return known.get(event, NOTHING)


def required(repository: RepoUrl | None) -> RepoUrl:
    """Return the repository that an event is about.

    Raises:
        Unusable: it names none.
    """
    if repository is None:
        raise Unusable("The event names no repository, or one that no repository can be called.")
    return repository


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


NOTHING = Handler(read=lambda payload: None, act=lambda repository, events, keep: "Nothing follows from this event.")
