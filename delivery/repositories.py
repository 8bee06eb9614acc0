"""A repository as a whole: renamed, handed over, archived, deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog import scm_events
from delivery.handlers import Handler, Keep, Origin, Payload, Unusable, text
from delivery.pushes import told
from integrations.git.repo_url import NAME, RepoUrl

READ_AGAIN = frozenset({"created", "archived", "unarchived", "privatized", "publicized", "edited"})


@dataclass(frozen=True)
class Change:
    """What happened; `before` is the owner and name that a renamed repository had."""

    action: str
    before: tuple[str, str] = ("", "")


def read(payload: Payload) -> Change:
    """Return what happened to the repository.

    Raises:
        Unusable: the payload does not say it.
    """
    action = text(payload, "action")
    owner, name = text(payload, "repository", "owner", "login"), text(payload, "repository", "name")
    if action == "renamed":
        name = text(payload, "changes", "repository", "name", "from")
    elif action == "transferred":
        owner = _owner_before(payload)
    if not (NAME.fullmatch(owner) and NAME.fullmatch(name)):
        raise Unusable("The repository's name is one that no repository can have.")
    return Change(action, (owner, name))


def act(origin: Origin, events: Sequence[Change], keep: Keep) -> str:
    """Follow what happened, in its order."""
    now = origin.repo
    said = []
    for event in events:
        if event.action in ("renamed", "transferred"):
            report = scm_events.renamed(RepoUrl(now.host, *event.before), now, progress=keep)
        elif event.action == "deleted":
            report = scm_events.deleted(now, progress=keep)
        elif event.action in READ_AGAIN:
            report = scm_events.changed(now, progress=keep)
        else:
            report = None
        said.append(f"{event.action}: {told(report)}")
    return " ".join(said)


def _owner_before(payload: Payload) -> str:
    for kind in ("organization", "user"):
        try:
            return text(payload, "changes", "owner", "from", kind, "login")
        except Unusable:
            continue
    raise Unusable("`changes.owner.from` names neither an organization nor a user.")


HANDLER = Handler(read=read, act=act)
