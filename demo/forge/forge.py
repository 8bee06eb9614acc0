"""One forge as it runs, and the table of what it answers to."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from demo.forge.git import Git
from demo.forge.store import Repository, Store
from demo.forge.switches import Switches
from demo.forge.webhooks import Webhooks
from demo.forge.wire import Answer, ApiError, Request, not_found

ACTOR = "waymark"


@dataclass
class Forge:
    """The repositories, who may change them, the faults that are on and the way out for webhooks."""

    store: Store
    token: str
    switches: Switches = field(default_factory=Switches)
    webhooks: Webhooks = field(default_factory=Webhooks)
    # Tokens that GitHub Apps were given, each with the organization that it is for; turned off by the control page, as
    # when a token ends.
    issued: dict[str, str] = field(default_factory=dict)

    def signed_in(self, request: Request) -> bool:
        """Whether the caller has a token; false for a caller without a word.

        Raises:
            ApiError: 401, the token is wrong.
        """
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if not given:
            return False
        known = {self.token, *self.issued}
        if kind.lower() in ("bearer", "token") and any(
            secrets.compare_digest(given.encode(), one.encode()) for one in known
        ):
            return True
        raise ApiError(401, "Bad credentials")

    def repository(self, request: Request, owner: str, repo: str) -> Repository:
        """Return the repository, or answer 404; a private one does not exist for a caller without a token."""
        found = self.store.get(owner, repo)
        if found is None or (found.private and not self.signed_in(request)):
            raise not_found()
        return found

    @contextmanager
    def git(self, repository: Repository) -> Iterator[Git]:
        """Open the git of a repository that has commits, or answer 409."""
        with self.store.git(repository) as git:
            if not git.refs():
                raise ApiError(409, "Git Repository is empty.")
            yield git


Handler = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """A method and a pattern of paths, `{name}` one part of it and `{name+}` any number."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler


ROUTES: list[Route] = []


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    """Put a function into the table of the REST API. The first that matches answers."""
    pattern = re.sub(r"\{(\w+)(\+?)\}", lambda m: f"(?P<{m[1]}>{'.+' if m[2] else '[^/]+'})", path)

    def put(handler: Handler) -> Handler:
        ROUTES.append(Route(method, re.compile(pattern), handler))
        return handler

    return put


def answer(forge: Forge, request: Request) -> Answer:
    """Answer a call to the REST API.

    Raises:
        ApiError: GitHub would answer with an error.
    """
    # What a GitHub App signs itself is looked at by the few calls that take it.
    signed_in = request.path.startswith("/app/") or forge.signed_in(request)
    if request.method != "GET" and not signed_in:
        raise ApiError(401, "Requires authentication")
    for one in ROUTES:
        match = one.pattern.fullmatch(request.path) if one.method == request.method else None
        if match:
            found: dict[str, Any] = match.groupdict()
            return one.handler(forge, request, **found)
    raise not_found()
