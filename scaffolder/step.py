"""What an action gets to work with: its input, the workspace, the log, and what must not be done twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from accounts.actors import Actor
from integrations import faults, github
from integrations.github.client import GitHubClient
from scaffolder.files.workspace import Workspace
from scaffolder.sources import TemplateSource

Outputs = dict[str, Any]
T = TypeVar("T")


class StepFailed(Exception):
    """A step cannot go on; the message tells the reader of the run what to do."""


class StepWaits(Exception):
    """A step has nothing to do for `seconds`: the run lets go of its worker, and the step begins anew after them.

    What it found out before it must remember, as after a crash.
    """

    def __init__(self, message: str, *, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotRemembered(LookupError):
    """Nothing was remembered under that key."""


class Ledger(Protocol):
    """Where a running step writes; every write fails once another worker has the run."""

    def say(self, level: str, message: str) -> None: ...

    def recall(self, key: str) -> Any:
        """Return what was remembered, also before a crash.

        Raises:
            NotRemembered: nothing was.
        """

    def remember(self, key: str, value: Any) -> None: ...

    def intend(self, kind: str, url: str, key: str, title: str) -> None:
        """Write down that something is about to be made: after a crash nobody could tell whether it was."""

    def give_up(self, kind: str, key: str) -> None:
        """Take back an intention that came to nothing."""

    def made(self, kind: str, url: str, key: str, title: str) -> None: ...

    def has_made(self, kind: str, key: str) -> bool: ...


class MemoryLedger:
    """A ledger of a dry run: nothing outlives it.

    Args:
        resources: what the run has made so far, shared by its steps.
    """

    def __init__(self, resources: list[tuple[str, str, str, str]] | None = None) -> None:
        self.lines: list[tuple[str, str]] = []
        self.resources = [] if resources is None else resources
        self._values: dict[str, Any] = {}

    def say(self, level: str, message: str) -> None:
        self.lines.append((level, message))

    def recall(self, key: str) -> Any:
        if key not in self._values:
            raise NotRemembered(key)
        return self._values[key]

    def remember(self, key: str, value: Any) -> None:
        self._values[key] = value

    def intend(self, kind: str, url: str, key: str, title: str) -> None:
        """A dry run makes nothing."""

    def give_up(self, kind: str, key: str) -> None:
        """A dry run makes nothing."""

    def made(self, kind: str, url: str, key: str, title: str) -> None:
        self.resources.append((kind, url, key, title))

    def has_made(self, kind: str, key: str) -> bool:
        return any((made[0], made[2]) == (kind, key) for made in self.resources)


class StepLog:
    """The log of a step, with the words of the standard library's."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def info(self, message: str, *args: object) -> None:
        self._ledger.say("info", message % args if args else message)

    def warning(self, message: str, *args: object) -> None:
        self._ledger.say("warn", message % args if args else message)

    def error(self, message: str, *args: object) -> None:
        self._ledger.say("error", message % args if args else message)


@dataclass(frozen=True)
class Step:
    """One execution of an action."""

    id: str
    task_id: str
    # Rendered, and checked by the action's schema.
    input: dict[str, Any]
    workspace: Workspace
    ledger: Ledger
    # Who asked for the run, with the rights that they have now.
    actor: Actor
    template: TemplateSource
    secrets: Mapping[str, str] = field(default_factory=dict)
    # The actor's User entity, if the catalog has one.
    user: dict[str, Any] | None = None
    dry_run: bool = False

    @property
    def log(self) -> StepLog:
        return StepLog(self.ledger)

    @property
    def mark(self) -> str:
        """What shows on a thing outside that this run made it."""
        return f"portal-run:{self.task_id}"

    def github(self, host: str) -> GitHubClient:
        """Return the client of a GitHub host, with the step's own `token` when it was given one."""
        return github.client(host, token=self.input.get("token"))

    def checkpoint(self, key: str, find_out: Callable[[], T]) -> T:
        """Return what `find_out` gave, also when an earlier worker asked it; it must be JSON."""
        try:
            found: T = self.ledger.recall(key)
        except NotRemembered:
            found = find_out()
            self.ledger.remember(key, found)
        return found

    def recalls(self, key: str) -> bool:
        """Whether something was remembered under `key`."""
        try:
            self.ledger.recall(key)
        except NotRemembered:
            return False
        return True

    def intend(self, kind: str, *, url: str, key: str, title: str) -> None:
        """Write down, before the act, that this run is about to make something outside; `made` confirms it."""
        self.ledger.intend(kind, url, key, title)

    def made(self, kind: str, *, url: str, key: str, title: str) -> None:
        """Write down that this run made something outside; once is enough."""
        self.ledger.made(kind, url, key, title)

    def point(self, name: str) -> None:
        """A place where tests stop the worker."""
        faults.point(name)
