"""Repositories and pull requests on GitHub: removed and closed, unless others have worked on them."""

from __future__ import annotations

from itertools import islice

from django.utils.translation import gettext_lazy as _

from integrations.errors import Invalid, NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github.client import GitHubClient
from integrations.github.records import Commit, Repository
from scaffolder.actions.github_issues_create import KIND as ISSUE
from scaffolder.publishing import KIND, PULL_REQUEST, TRAILER
from scaffolder.step import Step
from scaffolder.undoing import Gone, Kept, Made, undoes

# A repository with more branches than these is in use, whoever made them.
MOST_BRANCHES = 30


@undoes(
    KIND,
    warning=_("It is deleted with all that is in it, unless somebody else has pushed to it. Nothing brings it back."),
)
def delete_repository(step: Step, made: Made) -> None:
    repo = _repo(made.key)
    client = step.github(repo.host)
    found = client.repository(repo)
    if found is None:
        raise Gone(f"There is no repository {repo.slug}, or the portal may not see it any more.")
    if f"{found.owner}/{found.name}".lower() != repo.slug:
        raise Kept(f"{repo.slug} is called {found.owner}/{found.name} now. Delete it there, if it is not in use.")
    if made.is_unsure and made.mark not in found.description:
        raise Kept(f"{repo.slug} is there, but it does not carry the mark of this run. Look whose it is.")
    if others := _work_of_others(client, repo, found, made):
        raise Kept(f"{others}. Delete {found.owner}/{found.name} yourself, if it is not in use.")
    client.delete_repository(repo)
    step.log.info("Deleted %s", found.html_url)


def _work_of_others(client: GitHubClient, repo: RepoUrl, found: Repository, made: Made) -> str:
    """Return what tells that a repository is not the run's alone any more; empty when it is."""
    branches = list(islice(client.branches(repo), MOST_BRANCHES + 1))
    if len(branches) > MOST_BRANCHES:
        return f"It has more than {MOST_BRANCHES} branches"
    for branch in branches:
        head = _commit(client, repo, branch.sha)
        # A run that was stopped early leaves the empty commit that the host began with.
        is_first = head is not None and not head.parents and made.mark in found.description
        if head is not None and not is_first and not _is_of(head, made):
            return f"{head.author.name} has pushed {head.sha[:10]} to {branch.name}"
    return ""


@undoes(PULL_REQUEST, warning=_("It is closed and its branch deleted, unless it is merged or somebody else's too."))
def close_pull_request(step: Step, made: Made) -> None:
    place, _sign, number = made.key.rpartition("#")
    repo = _repo(place)
    client = step.github(repo.host)
    found = client.pull_request(repo, int(number))
    if found is None:
        raise Gone(f"There is no pull request {number} in {repo.slug}, or the portal may not see it any more.")
    if found.is_merged:
        raise Kept(f"It has been merged into {found.base}. Revert it there, if it should not be.")
    if made.mark not in found.body:
        raise Kept("Somebody else opened it; the run only added a commit. Take that commit back by hand.")
    if found.state == "open":
        client.close_pull_request(repo, found.number)
        step.log.info("Closed %s", found.url)
    _delete_branch(step, client, repo, found.head, made)


@undoes(ISSUE, warning=_("It is closed as not planned; what was written in it stays."))
def close_issue(step: Step, made: Made) -> None:
    place, _sign, number = made.key.rpartition("#")
    repo = _repo(place)
    client = step.github(repo.host)
    found = client.issue(repo, int(number))
    if found is None:
        raise Gone(f"There is no issue {number} in {repo.slug}, or the portal may not see it any more.")
    if found.state == "open":
        client.close_issue(repo, found.number)
        step.log.info("Closed %s", found.url)


def _delete_branch(step: Step, client: GitHubClient, repo: RepoUrl, name: str, made: Made) -> None:
    try:
        head = _commit(client, repo, client.branch(repo, name).sha)
        if head is None or not _is_of(head, made):
            raise Kept(f"It is closed, but others have pushed to {name}. Delete that branch, if it is not in use.")
        client.delete_ref(repo, name)
    except NotFound:
        return
    except Invalid as error:
        raise Kept(f"It is closed, but its branch {name} stays: {error}") from error
    step.log.info("Deleted the branch %s of %s", name, repo.slug)


def _repo(key: str) -> RepoUrl:
    host, owner, name = key.rsplit("/", 2)
    return RepoUrl(host, owner, name)


def _commit(client: GitHubClient, repo: RepoUrl, sha: str) -> Commit | None:
    return next(client.commits(repo, branch=sha), None)


def _is_of(commit: Commit, made: Made) -> bool:
    return f"{TRAILER}: {made.run}" in commit.message.splitlines()
