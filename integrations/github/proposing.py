"""A change that the portal proposes to a repository: a branch, a commit for each file, a pull request.

What was done before is found again by the branch, so asking twice gives the same pull request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.errors import Invalid, NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github.client import GitHubClient
from integrations.github.records import PullRequest, RepositoryFile


@dataclass(frozen=True)
class Proposal:
    """Files to write on `branch`, which begins at `base`, and what the pull request says of them."""

    branch: str
    base: str
    files: Sequence[RepositoryFile]
    title: str
    body: str = ""


def propose(client: GitHubClient, repo: RepoUrl, proposal: Proposal) -> PullRequest:
    """Return the pull request with these files; a file that is on the branch already is not written again.

    Raises:
        NotFound: there is no such repository or base.
        Refused: the credential may not write there.
        Invalid: GitHub does not take the change.
    """
    base = client.branch(repo, proposal.base)
    try:
        client.create_ref(repo, proposal.branch, base.sha)
    except Invalid:
        # It is there: this was asked before, and got so far at least. If not, the next call says what is wrong.
        client.branch(repo, proposal.branch)
    for file in proposal.files:
        _write(client, repo, file, proposal)
    try:
        return client.create_pull_request(
            repo, head=proposal.branch, base=proposal.base, title=proposal.title, body=proposal.body
        )
    except Invalid:
        known = client.find_pull_request(repo, proposal.branch)
        if known is None:
            raise
        return known


def _write(client: GitHubClient, repo: RepoUrl, file: RepositoryFile, proposal: Proposal) -> None:
    content = file.content or b""
    try:
        there = client.contents(repo, file.path, proposal.branch)
    except NotFound:
        there = None
    if there is None or there.content != content:
        client.put_file(repo, file.path, content, message=proposal.title, branch=proposal.branch)
