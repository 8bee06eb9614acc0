"""`github:branch-protection:create`: rules for a branch of a repository that is there."""

from __future__ import annotations

from typing import Any

from integrations.git.repo_url import RepoUrl
from scaffolder import protection
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}
IGNORED = ("bypassPullRequestAllowances", "restrictions", "requiredCommitSigning", "blockCreations")

BRANCH_PROTECTION: dict[str, Any] = {
    "type": "object",
    "required": ["repoUrl"],
    "additionalProperties": False,
    "properties": {
        "repoUrl": {**TEXT, "description": "`github.com?owner=acme&repo=checkout`, which is there"},
        "branch": {**TEXT, "minLength": 1, "description": "The repository's default branch if left out"},
        "enforceAdmins": {**FLAG, "description": "For administrators too; true if left out"},
        "token": {**TEXT, "description": "In place of the portal's own credential; there is no falling back"},
        **protection.SETTINGS,
        **{name: {"description": "Accepted, without effect"} for name in IGNORED},
    },
}


@action(
    "github:branch-protection:create",
    description="Protects a branch of a repository on GitHub; the rules that it had are replaced.",
    input_schema=BRANCH_PROTECTION,
    examples=[
        {"repoUrl": "github.com?owner=acme&repo=checkout", "requiredStatusCheckContexts": ["test"]},
        {"repoUrl": "github.com?owner=acme&repo=checkout", "branch": "release", "enforceAdmins": False},
    ],
    can_run_dry=True,
)
def protect(step: Step) -> Outputs:
    repo = RepoUrl.parse(step.input["repoUrl"])
    for name in IGNORED:
        if name in step.input:
            step.log.warning("%s has no effect here.", name)
    if step.dry_run:
        step.log.info("Would protect %s of %s", step.input.get("branch", "the default branch"), repo.slug)
        return {}
    client = step.github(repo.host)
    found = client.repository(repo)
    if found is None:
        raise StepFailed(f"There is no repository {repo.host}/{repo.slug}, or the portal may not see it.")
    branch = step.input.get("branch") or found.default_branch
    rules = protection.rules(step.input, enforce_admins=step.input.get("enforceAdmins", True))
    client.protect_branch(repo, branch, rules)
    step.log.info("Protected %s of %s", branch, repo.slug)
    return {}
