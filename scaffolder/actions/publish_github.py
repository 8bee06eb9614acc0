"""`publish:github`: the workspace becomes a repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from integrations.errors import NotFound, Refused
from integrations.git.repo_url import RepoUrl
from integrations.github.client import GitHubClient
from integrations.github.records import Author, Branch, Repository
from scaffolder import protection, publishing
from scaffolder.publishing import Change, NewRepository
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}
TEXTS = {"type": "array", "items": TEXT}

# Fields of GitHub's own call, by our name.
SETTINGS = {
    "homepage": "homepage",
    "deleteBranchOnMerge": "delete_branch_on_merge",
    "allowMergeCommit": "allow_merge_commit",
    "allowSquashMerge": "allow_squash_merge",
    "squashMergeCommitTitle": "squash_merge_commit_title",
    "squashMergeCommitMessage": "squash_merge_commit_message",
    "allowRebaseMerge": "allow_rebase_merge",
    "allowAutoMerge": "allow_auto_merge",
    "allowUpdateBranch": "allow_update_branch",
    "hasProjects": "has_projects",
    "hasWiki": "has_wiki",
    "hasIssues": "has_issues",
}
# Templates that name them run; the log says that they had no effect.
IGNORED = (
    "repoVariables",
    "secrets",
    "oidcCustomization",
    "bypassPullRequestAllowances",
    "restrictions",
    "requiredCommitSigning",
    "customProperties",
    "subscribe",
)

PUBLISH_GITHUB: dict[str, Any] = {
    "type": "object",
    "required": ["repoUrl"],
    "additionalProperties": False,
    "properties": {
        "repoUrl": {**TEXT, "description": "`github.com?owner=acme&repo=checkout`"},
        "description": {**TEXT, "description": "What the repository is for"},
        "homepage": {**TEXT, "description": "An address to show beside the description"},
        "access": {**TEXT, "description": "A user, or a team as `owner/team`, that gets the right to administer"},
        "repoVisibility": {"enum": ["private", "public", "internal"], "description": "private if left out"},
        "defaultBranch": {**TEXT, "minLength": 1, "description": "What the host makes it if left out, mostly `main`"},
        "protectDefaultBranch": {**FLAG, "description": "Changes come by pull request from then on; true if left out"},
        "protectEnforceAdmins": {**FLAG, "description": "For administrators too; true if left out"},
        "deleteBranchOnMerge": FLAG,
        "gitCommitMessage": {**TEXT, "description": "`initial commit` if left out"},
        "gitAuthorName": TEXT,
        "gitAuthorEmail": TEXT,
        "allowMergeCommit": FLAG,
        "allowSquashMerge": FLAG,
        "squashMergeCommitTitle": {"enum": ["PR_TITLE", "COMMIT_OR_PR_TITLE"]},
        "squashMergeCommitMessage": {"enum": ["PR_BODY", "COMMIT_MESSAGES", "BLANK"]},
        "allowRebaseMerge": FLAG,
        "allowAutoMerge": FLAG,
        "allowUpdateBranch": FLAG,
        "sourcePath": {**TEXT, "description": "A folder of the workspace; all of it if left out"},
        "collaborators": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["access"],
                "properties": {"access": TEXT, "user": TEXT, "team": TEXT},
            },
        },
        "hasProjects": FLAG,
        "hasWiki": FLAG,
        "hasIssues": FLAG,
        "token": {**TEXT, "description": "In place of the portal's own credential; there is no falling back"},
        "topics": TEXTS,
        **protection.SETTINGS,
        **{name: {"description": "Accepted, without effect"} for name in IGNORED},
    },
}
PUBLISHED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "remoteUrl": {**TEXT, "description": "For `git clone`"},
        "repoContentsUrl": {**TEXT, "description": "The root of its files, for `catalog:register`"},
        "commitHash": {**TEXT, "description": "The commit with the files"},
    },
}


@action(
    "publish:github",
    description="Makes a repository on GitHub with the files of the workspace.",
    input_schema=PUBLISH_GITHUB,
    output_schema=PUBLISHED,
    examples=[
        {"repoUrl": "github.com?owner=acme&repo=checkout", "description": "Takes the money"},
        {"repoUrl": "github.com?owner=acme&repo=checkout", "topics": ["python"], "protectDefaultBranch": False},
    ],
    can_run_dry=True,
)
def publish(step: Step) -> Outputs:
    repo = RepoUrl.parse(step.input["repoUrl"])
    change = _change(step)
    for name in IGNORED:
        if name in step.input:
            step.log.warning("%s has no effect here.", name)
    if step.dry_run:
        return _dry(step, repo, change)
    client = step.github(repo.host)
    found = publishing.find_or_create(step, client, repo, _wanted(step.input))
    # The spelling that the host has.
    repo = RepoUrl(repo.host, found.owner, found.name)
    branch = _branch(step, client, repo, found)
    sha = publishing.push(step, client, repo, branch, change)
    _leave_first_branch(step, client, repo, branch.name)
    _let_in(step, client, repo)
    _protect(step, client, repo, branch.name)
    # Without the mark: from here on it is a repository like any other.
    client.update_repository(repo, description=step.input.get("description", ""))
    step.log.info("Published %s", found.html_url)
    return _outputs(found.clone_url, found.html_url, branch.name, sha)


def _wanted(given: Mapping[str, Any]) -> NewRepository:
    chosen = {theirs: given[ours] for ours, theirs in SETTINGS.items() if ours in given}
    visibility = given.get("repoVisibility", "private")
    if visibility == "internal":
        chosen["visibility"] = visibility
    return NewRepository(given.get("description", ""), private=visibility != "public", settings=chosen)


def _change(step: Step) -> Change:
    given = step.input
    domain = settings.WAYMARK["organization"]["base_domain"]
    author = Author(given.get("gitAuthorName") or "Waymark", given.get("gitAuthorEmail") or f"noreply@{domain}")
    files = publishing.files_of(step, given.get("sourcePath", ""))
    return Change(files, given.get("gitCommitMessage") or "initial commit", author, is_whole=True)


def _branch(step: Step, client: GitHubClient, repo: RepoUrl, found: Repository) -> Branch:
    """Return the branch to publish to; the one that the template names is made beside the host's first."""
    first = step.checkpoint("first_branch", lambda: found.default_branch)
    wanted = step.input.get("defaultBranch") or first
    if wanted == first:
        return publishing.patiently(lambda: client.branch(repo, first))
    try:
        return client.branch(repo, wanted)
    except NotFound:
        start = publishing.patiently(lambda: client.branch(repo, first))
        client.create_ref(repo, wanted, start.sha)
        return Branch(wanted, start.sha)


def _leave_first_branch(step: Step, client: GitHubClient, repo: RepoUrl, branch: str) -> None:
    first = step.checkpoint("first_branch", lambda: branch)
    if branch == first or step.recalls("left_first_branch"):
        return
    client.update_repository(repo, default_branch=branch)
    try:
        client.branch(repo, first)
    except NotFound:
        pass
    else:
        client.delete_ref(repo, first)
    step.checkpoint("left_first_branch", lambda: True)


def _let_in(step: Step, client: GitHubClient, repo: RepoUrl) -> None:
    given = step.input
    if given.get("topics"):
        client.replace_topics(repo, [topic.lower() for topic in given["topics"]])
    wanted = [*given.get("collaborators", [])]
    if access := given.get("access"):
        kind = "team" if access.startswith(f"{repo.owner}/") else "user"
        wanted.append({"access": "admin", kind: access.removeprefix(f"{repo.owner}/")})
    for one in wanted:
        if one.get("team"):
            client.add_team(repo, one["team"], one["access"])
        elif one.get("user"):
            client.add_collaborator(repo, one["user"], one["access"])


def _protect(step: Step, client: GitHubClient, repo: RepoUrl, branch: str) -> None:
    given = step.input
    if not given.get("protectDefaultBranch", True):
        return
    rules = protection.rules(given, enforce_admins=given.get("protectEnforceAdmins", True))
    try:
        client.protect_branch(repo, branch, rules)
    except (Refused, NotFound) as error:
        # Private repositories of GitHub's free plan have no protection.
        step.log.warning("%s was not protected: %s", branch, error)


def _outputs(clone_url: str, html_url: str, branch: str, sha: str) -> Outputs:
    return {"remoteUrl": clone_url, "repoContentsUrl": f"{html_url}/blob/{branch}", "commitHash": sha}


def _dry(step: Step, repo: RepoUrl, change: Change) -> Outputs:
    web = publishing.web_of(step, repo)
    step.made(publishing.KIND, url=web, key=publishing.key_of(repo), title=repo.slug)
    step.log.info("Would publish %d files as %s", len(change.files), web)
    return _outputs(f"{web}.git", web, step.input.get("defaultBranch") or "main", "0" * 40)
