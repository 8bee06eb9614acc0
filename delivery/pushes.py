"""A push: what it changed is read again, of the places that the catalog reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog import docs, scm_events
from catalog.ingest import Report
from catalog.scm_events import Push
from delivery.handlers import Handler, Keep, Origin, Payload, Unusable, text

HEADS = "refs/heads/"
# GitHub lists no more commits than this; what more there are, nobody knows.
MOST_COMMITS = 2_048
LONGEST_PATH = 2_048


def read(payload: Payload) -> Push | None:
    """Return what was pushed to a branch; None for a tag.

    Raises:
        Unusable: the payload is not that of a push.
    """
    ref = text(payload, "ref")
    commits = payload.get("commits")
    if not isinstance(commits, list):
        raise Unusable("`commits` is missing, or no list.")
    if not ref.startswith(HEADS):
        return None
    branch, repository = ref.removeprefix(HEADS), payload.get("repository")
    default = repository.get("default_branch") if isinstance(repository, dict) else ""
    return Push(
        branch=branch,
        added=_paths(commits, "added"),
        modified=_paths(commits, "modified"),
        removed=_paths(commits, "removed"),
        is_default=branch == default,
        is_whole=any(payload.get(name) is True for name in ("forced", "deleted")) or len(commits) >= MOST_COMMITS,
        between=(text(payload, "before"), text(payload, "after")),
    )


def act(origin: Origin, events: Sequence[Push | None], keep: Keep) -> str:
    """Read again what a burst of pushes to one branch touched, once."""
    pushes = [event for event in events if event is not None]
    if not pushes:
        return "A tag was pushed; the catalog reads branches."
    push = scm_events.together(pushes)
    report = scm_events.pushed(origin.repo, push, progress=keep)
    count = docs.pushed(f"{origin.repo.host}/{origin.repo.slug}", push.branch, is_default=push.is_default)
    return f"{told(report)} Docs of {count} entities are read again." if count else told(report)


def told(report: Report | None) -> str:
    """Return in a sentence what a reading did."""
    if report is None:
        return "Nothing of it is read by the catalog."
    counts = [f"{getattr(report, word)} {word}" for word in ("added", "changed", "unchanged", "removed")]
    return f"Read again: {', '.join(counts)}, {len(report.problems)} problems."


def _paths(commits: list[Any], name: str) -> frozenset[str]:
    listed = [commit.get(name) for commit in commits if isinstance(commit, dict)]
    found = {path for paths in listed if isinstance(paths, list) for path in paths if isinstance(path, str)}
    return frozenset(path for path in found if len(path) <= LONGEST_PATH and "\0" not in path)


HANDLER = Handler(read=read, act=act)
