"""`publish:github:pull-request`: the workspace becomes a change that a repository's owners look at."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from integrations.errors import Invalid, NotFound, Refused
from integrations.git.repo_url import RepoUrl
from integrations.github.client import GitHubClient
from integrations.github.records import Author, Branch, PullRequest, RepositoryFile
from scaffolder import publishing
from scaffolder.files import paths
from scaffolder.publishing import PULL_REQUEST, Change, Proposal
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}
NAME = {**TEXT, "minLength": 1}
NAMES = {"type": "array", "items": NAME}

PULL_REQUEST_INPUT: dict[str, Any] = {
    "type": "object",
    "required": ["repoUrl", "branchName", "title", "description"],
    "additionalProperties": False,
    "properties": {
        "repoUrl": {**TEXT, "description": "`github.com?owner=acme&repo=checkout`, which is there"},
        "branchName": {**NAME, "description": "The branch that the change lies on"},
        "title": {**NAME, "description": "Of the pull request"},
        "description": {**TEXT, "description": "What the pull request says; Markdown"},
        "targetBranchName": {**NAME, "description": "What it is to go to; the repository's default branch if left out"},
        "draft": FLAG,
        "sourcePath": {**TEXT, "description": "A folder of the workspace; all of it if left out"},
        "targetPath": {
            **TEXT,
            "description": "The folder of the repository to put them in; its root if left out",
        },
        "token": {**TEXT, "description": "In place of the portal's own credential; there is no falling back"},
        "reviewers": {**NAMES, "description": "Logins of people who are asked to look at it"},
        "teamReviewers": {**NAMES, "description": "Slugs of teams who are asked to look at it"},
        "assignees": {**NAMES, "description": "Logins of people who are to see it through"},
        "commitMessage": {**NAME, "description": "The title if left out"},
        "update": {**FLAG, "description": "Add to the branch and its pull request when they are there already"},
        "forceFork": {**FLAG, "description": "Accepted, without effect: the branch is the repository's own"},
        "filesToDelete": {**NAMES, "description": "Files of the repository that the change takes away"},
        "gitAuthorName": TEXT,
        "gitAuthorEmail": TEXT,
        "forceEmptyGitAuthor": {
            **FLAG,
            "description": "The author is whom GitHub takes the credential's owner for",
        },
        "createWhenEmpty": {**FLAG, "description": "If false, nothing is proposed when nothing differs"},
    },
}
PROPOSED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "remoteUrl": {**TEXT, "description": "The page of the pull request; empty when nothing was proposed"},
        "pullRequestNumber": {"type": "integer"},
        "targetBranchName": {**TEXT, "description": "What it is to go to"},
    },
}


@action(
    "publish:github:pull-request",
    description="Proposes the files of the workspace to a repository on GitHub, as a pull request.",
    input_schema=PULL_REQUEST_INPUT,
    output_schema=PROPOSED,
    examples=[
        {
            "repoUrl": "github.com?owner=acme&repo=gitops",
            "branchName": "add-checkout",
            "title": "Add checkout",
            "description": "Asked for in the portal.",
        },
        {
            "repoUrl": "github.com?owner=acme&repo=gitops",
            "branchName": "move-checkout",
            "title": "Move checkout to its own folder",
            "description": "",
            "targetPath": "services/checkout",
            "filesToDelete": ["checkout.yaml"],
            "teamReviewers": ["platform"],
        },
    ],
    can_run_dry=True,
)
def propose(step: Step) -> Outputs:
    repo = RepoUrl.parse(step.input["repoUrl"])
    files = _files(step)
    if step.input.get("forceFork"):
        step.log.warning("forceFork has no effect here: the change lies on a branch of the repository itself.")
    if step.dry_run:
        return _dry(step, repo, files)
    client = step.github(repo.host)
    base = _base(step, client, repo)
    change = Change([*files, *_removals(step, client, repo, base)], _message(step), _author(step))
    if not step.input.get("createWhenEmpty", True) and not publishing.differs(client, repo, base, change):
        step.log.info("Nothing differs from %s of %s, so nothing is proposed.", base.name, repo.slug)
        return {"remoteUrl": "", "pullRequestNumber": 0, "targetBranchName": base.name}
    found = publishing.propose(step, client, repo, change, _proposal(step, base))
    _involve(step, client, repo, found)
    step.log.info("Proposed %d files in %s", len(change.files), found.url)
    return {"remoteUrl": found.url, "pullRequestNumber": found.number, "targetBranchName": base.name}


def _files(step: Step) -> list[RepositoryFile]:
    """Return the files of the workspace at their paths in the repository."""
    source = step.input.get("sourcePath", "")
    if step.input.get("filesToDelete") and not step.workspace.walk(source):
        return []
    target = step.input.get("targetPath") or "."
    return [
        RepositoryFile(paths.clean(f"{target}/{file.path}"), file.content, file.mode)
        for file in publishing.files_of(step, source)
    ]


def _base(step: Step, client: GitHubClient, repo: RepoUrl) -> Branch:
    found = client.repository(repo)
    if found is None:
        raise StepFailed(
            f"There is no repository {repo.host}/{repo.slug}, or the portal may not see it. Look at its spelling."
        )
    target = step.input.get("targetBranchName") or found.default_branch
    if step.input["branchName"] in (target, found.default_branch):
        # With `update` it would be a push past everybody who is to look at it.
        raise StepFailed(
            f"branchName is {step.input['branchName']}, which the change is to go to. Name another branch."
        )
    return client.branch(repo, target)


def _removals(step: Step, client: GitHubClient, repo: RepoUrl, base: Branch) -> list[RepositoryFile]:
    """Return what takes the files away that are there; GitHub refuses to take away what is not."""
    wanted = [paths.clean(path) for path in step.input.get("filesToDelete", ())]
    if not wanted:
        return []
    there = {entry.path for entry in client.tree(repo, base.sha, recursive=True).entries}
    for path in wanted:
        if path not in there:
            step.log.warning("%s is not in %s, so it is not deleted.", path, repo.slug)
    return [RepositoryFile(path, None) for path in wanted if path in there]


def _message(step: Step) -> str:
    return str(step.input.get("commitMessage") or step.input["title"])


def _author(step: Step) -> Author | None:
    given = step.input
    if given.get("forceEmptyGitAuthor"):
        return None
    domain = settings.WAYMARK["organization"]["base_domain"]
    return Author(given.get("gitAuthorName") or "Waymark", given.get("gitAuthorEmail") or f"noreply@{domain}")


def _proposal(step: Step, base: Branch) -> Proposal:
    given = step.input
    return Proposal(
        head=given["branchName"],
        base=base,
        title=given["title"],
        body=given["description"],
        is_draft=given.get("draft", False),
        may_update=given.get("update", False),
    )


def _involve(step: Step, client: GitHubClient, repo: RepoUrl, found: PullRequest) -> None:
    """Ask those who are to look at the pull request; that somebody cannot be asked spoils nothing else."""
    given = step.input
    reviewers, teams = given.get("reviewers", []), given.get("teamReviewers", [])
    try:
        if reviewers or teams:
            client.request_reviews(repo, found.number, reviewers=reviewers, teams=teams)
        if given.get("assignees"):
            client.assign(repo, found.number, given["assignees"])
    except (Invalid, NotFound, Refused) as error:
        step.log.warning("Not everybody was asked to look at %s: %s", found.url, error)


def _dry(step: Step, repo: RepoUrl, files: list[RepositoryFile]) -> Outputs:
    web = publishing.web_of(step, repo)
    title = step.input["title"]
    step.made(PULL_REQUEST, url=web, key=f"{publishing.key_of(repo)}#{title}", title=title)
    removed = len(step.input.get("filesToDelete", ()))
    step.log.info("Would propose %d files to %s, and delete %d", len(files), web, removed)
    target = step.input.get("targetBranchName") or "main"
    return {"remoteUrl": f"{web}/pull/0", "pullRequestNumber": 0, "targetBranchName": target}
