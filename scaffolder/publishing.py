"""Brings files to a GitHub as commits, so that doing it again after a crash finds what is there and goes on.

A repository carries the mark of its run in its description until publishing ends. A commit is made of nothing but what
the step remembers (parent, time, files), so the second try gives the same commit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from integrations.errors import Conflict, Invalid, NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github.client import GitHubClient
from integrations.github.records import Author, Branch, PullRequest, Repository, RepositoryFile
from scaffolder.files import paths
from scaffolder.step import Step, StepFailed

KIND = "repository"
TRAILER = "Waymark-Run"
# GitHub takes no longer description.
LONGEST_DESCRIPTION = 350
# Right after it made a repository, GitHub may not find it yet.
PATIENCE_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)

T = TypeVar("T")


@dataclass(frozen=True)
class NewRepository:
    """What a repository is to be."""

    description: str = ""
    private: bool = True
    settings: dict[str, Any] = field(default_factory=dict)


def key_of(repo: RepoUrl) -> str:
    """Return what makes a repository one among all that runs have made."""
    return f"{repo.host}/{repo.slug}".lower()


def has_made(step: Step, repo: RepoUrl) -> bool:
    """Tell whether this run has made the repository."""
    return step.ledger.has_made(KIND, key_of(repo))


def find_or_create(step: Step, client: GitHubClient, repo: RepoUrl, wanted: NewRepository) -> Repository:
    """Return the run's repository, made now or before a crash.

    Raises:
        StepFailed: somebody else's has the name.
    """
    found = client.repository(repo)
    if found is None:
        step.intend(KIND, url=f"{client.host.web}/{repo.slug}", key=key_of(repo), title=repo.slug)
        found = _create(step, client, repo, wanted)
        step.point("publish:created")
    if step.mark not in found.description and not has_made(step, repo):
        step.ledger.give_up(KIND, key_of(repo))
        raise StepFailed(
            f"{repo.host}/{repo.slug} is there already, and this run did not make it. "
            "Choose another name, or remove that repository."
        )
    step.made(KIND, url=found.html_url, key=key_of(repo), title=repo.slug)
    return found


def _create(step: Step, client: GitHubClient, repo: RepoUrl, wanted: NewRepository) -> Repository:
    room = LONGEST_DESCRIPTION - len(step.mark) - 1
    description = f"{wanted.description[:room]} {step.mark}".strip()
    step.log.info("Creating %s/%s", repo.host, repo.slug)
    try:
        return client.create_repository(repo, description=description, private=wanted.private, **wanted.settings)
    except Invalid:
        # The name is taken: by the call before this one, whose answer was lost, or by somebody else.
        found = client.repository(repo)
        if found is None:
            raise
        return found


def patiently(find: Callable[[], T]) -> T:
    """Return what a host has made a moment ago; it may need a while to find it itself."""
    for pause in PATIENCE_SECONDS:
        try:
            return find()
        except (NotFound, Conflict):
            time.sleep(pause)
    return find()


@dataclass(frozen=True)
class Change:
    """Files and what to say of them; `is_whole` when they are all that the branch shall hold."""

    files: Sequence[RepositoryFile]
    message: str
    author: Author
    is_whole: bool = False


def make_commit(step: Step, client: GitHubClient, repo: RepoUrl, head: str, change: Change) -> tuple[str, str]:
    """Store a commit upon `head`, on no branch yet; return its parent and its name, the same ones on each try."""
    parent = step.checkpoint("parent", lambda: head)
    at = datetime.fromisoformat(
        step.checkpoint("committed_at", lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    )
    base = None if change.is_whole else client.tree(repo, parent).sha
    tree = client.create_tree(repo, change.files, base)
    message = f"{change.message}\n\n{TRAILER}: {step.task_id}"
    return parent, client.create_commit(repo, message, tree, [parent], change.author, at)


def push(step: Step, client: GitHubClient, repo: RepoUrl, branch: Branch, change: Change) -> str:
    """Bring a change to `branch` in one commit, and return its name.

    Raises:
        StepFailed: somebody else changed the branch meanwhile.
    """
    parent, sha = make_commit(step, client, repo, branch.sha, change)
    step.point("publish:committed")
    if branch.sha == sha:
        return sha
    if branch.sha != parent:
        raise StepFailed(
            f"Somebody changed {branch.name} of {repo.slug} meanwhile. Look at the branch, then retry the run."
        )
    client.update_ref(repo, branch.name, sha)
    step.log.info("Committed %d files to %s of %s (%s)", len(change.files), branch.name, repo.slug, sha[:10])
    return sha


def propose(step: Step, client: GitHubClient, repo: RepoUrl, base: Branch, change: Change, *, head: str) -> PullRequest:
    """Bring a change to a branch of its own, and open a pull request against `base`."""
    _, sha = make_commit(step, client, repo, base.sha, change)
    step.point("propose:committed")
    try:
        client.create_ref(repo, head, sha)
    except Invalid:
        if client.branch(repo, head).sha != sha:
            raise
    found = client.find_pull_request(repo, head) or _open(step, client, repo, base, change, head=head)
    step.made("pull-request", url=found.url, key=f"{key_of(repo)}#{found.number}", title=found.title)
    return found


def _open(step: Step, client: GitHubClient, repo: RepoUrl, base: Branch, change: Change, *, head: str) -> PullRequest:
    title, _, body = change.message.partition("\n")
    body = f"{body.strip()}\n\n{step.mark}".strip()
    try:
        return client.create_pull_request(repo, head=head, base=base.name, title=title, body=body)
    except Invalid:
        # The call before this one made it, and its answer was lost.
        found = client.find_pull_request(repo, head)
        if found is None:
            raise
        return found


def files_of(step: Step, source_path: str = "") -> list[RepositoryFile]:
    """Return the files of the workspace, or of a folder in it, as a repository takes them.

    Raises:
        StepFailed: there are none.
    """
    folder = "/".join(paths.parts(source_path))
    prefix = f"{folder}/" if folder else ""
    found = [
        RepositoryFile(file.path.removeprefix(prefix), file.content, file.mode) for file in step.workspace.files(folder)
    ]
    if not found:
        raise StepFailed("There is nothing to publish: the workspace is empty. Fetch a skeleton first.")
    return found
