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

from integrations import hosts
from integrations.errors import Conflict, EgressDenied, Invalid, NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github.client import GitHubClient
from integrations.github.records import Author, Branch, PullRequest, Repository, RepositoryFile
from scaffolder.files import paths
from scaffolder.step import Step, StepFailed

KIND = "repository"
PULL_REQUEST = "pull-request"
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


def web_of(step: Step, repo: RepoUrl) -> str:
    """Return the address of a repository's page.

    A dry run may stand where the host is not configured, as in the CI of whoever keeps the template: it says so, and
    goes on.

    Raises:
        EgressDenied: the configuration does not know the host.
    """
    try:
        return f"{hosts.github_host(repo.host).web}/{repo.slug}"
    except EgressDenied as error:
        if not step.dry_run:
            raise
        step.log.warning("%s", error)
        return f"https://{repo.host}/{repo.slug}"


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
    # None: GitHub names the owner of the credential, and the time of the call.
    author: Author | None
    is_whole: bool = False


def make_commit(step: Step, client: GitHubClient, repo: RepoUrl, head: str, change: Change) -> tuple[str, str]:
    """Store a commit upon `head`, on no branch yet; return its parent and its name, the same ones on each try."""
    parent = step.checkpoint("parent", lambda: head)
    at = datetime.fromisoformat(
        step.checkpoint("committed_at", lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    )

    def make() -> str:
        base = None if change.is_whole else client.tree(repo, parent).sha
        tree = client.create_tree(repo, change.files, base)
        message = f"{change.message}\n\n{TRAILER}: {step.task_id}"
        return client.create_commit(repo, message, tree, [parent], change.author, at)

    return parent, step.checkpoint("commit", make)


def differs(client: GitHubClient, repo: RepoUrl, base: Branch, change: Change) -> bool:
    """Tell whether a change would leave anything else than what `base` holds."""
    before = client.tree(repo, base.sha).sha
    return client.create_tree(repo, change.files, None if change.is_whole else before) != before


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


@dataclass(frozen=True)
class Proposal:
    """A pull request as it is to be: the change lies on the branch `head`, and goes to `base`."""

    head: str
    base: Branch
    title: str
    body: str = ""
    is_draft: bool = False
    # A branch that is there takes a further commit; else the run stops, for it may be somebody's.
    may_update: bool = False


def propose(step: Step, client: GitHubClient, repo: RepoUrl, change: Change, proposal: Proposal) -> PullRequest:
    """Bring a change to the branch of a proposal, and open its pull request.

    Raises:
        StepFailed: the branch is there already and is not to be changed, or somebody changed it meanwhile.
    """
    known = step.checkpoint("known_head", lambda: _head_of(client, repo, proposal))
    _, sha = make_commit(step, client, repo, known or proposal.base.sha, change)
    step.point("propose:committed")
    if known:
        _move(client, repo, proposal.head, known, sha)
    else:
        _make_branch(client, repo, proposal.head, sha)
    found = client.find_pull_request(repo, proposal.head)
    if found is None or (known and found.state != "open"):
        found = _open(step, client, repo, proposal)
    step.made(PULL_REQUEST, url=found.url, key=f"{key_of(repo)}#{found.number}", title=found.title)
    return found


def _head_of(client: GitHubClient, repo: RepoUrl, proposal: Proposal) -> str:
    """Return the commit that the branch of a proposal has before this run; empty when there is no such branch."""
    if not proposal.may_update:
        return ""
    try:
        return client.branch(repo, proposal.head).sha
    except NotFound:
        return ""


def _make_branch(client: GitHubClient, repo: RepoUrl, head: str, sha: str) -> None:
    try:
        client.create_ref(repo, head, sha)
    except Invalid:
        if client.branch(repo, head).sha != sha:
            raise StepFailed(
                f"The branch {head} is in {repo.slug} already. Name another, or say `update: true` to add to it."
            ) from None


def _move(client: GitHubClient, repo: RepoUrl, head: str, parent: str, sha: str) -> None:
    now = client.branch(repo, head).sha
    if now == sha:
        return
    if now != parent:
        raise StepFailed(f"Somebody changed {head} of {repo.slug} meanwhile. Look at the branch, then retry the run.")
    client.update_ref(repo, head, sha)


def _open(step: Step, client: GitHubClient, repo: RepoUrl, proposal: Proposal) -> PullRequest:
    body = f"{proposal.body.strip()}\n\n{step.mark}".strip()
    try:
        return client.create_pull_request(
            repo,
            head=proposal.head,
            base=proposal.base.name,
            title=proposal.title,
            body=body,
            draft=proposal.is_draft,
        )
    except Invalid:
        # The call before this one made it, and its answer was lost.
        found = client.find_pull_request(repo, proposal.head)
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
