"""`github:actions:create`: the workflows that build and deploy a repository."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from integrations.git.repo_url import RepoUrl
from integrations.github.records import Author, RepositoryFile
from scaffolder import publishing, sources
from scaffolder.files.workspace import FileContent
from scaffolder.publishing import Change, Proposal
from scaffolder.registry import action
from scaffolder.sources import SourceMissing
from scaffolder.step import Outputs, Step, StepFailed

FOLDER = ".github/workflows"
# Where the template keeps its own.
BESIDE_TEMPLATE = "./workflows"

CREATE_ACTIONS: dict[str, Any] = {
    "type": "object",
    "required": ["repoUrl", "workflows"],
    "additionalProperties": False,
    "properties": {
        "repoUrl": {"type": "string", "description": "`github.com?owner=acme&repo=checkout`"},
        "workflows": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "string", "pattern": "^[A-Za-z0-9._-]+\\.ya?ml$"},
            "description": "Files of the template's folder `workflows`, else of the golden workflows",
        },
        "token": {"type": "string", "description": "In place of the portal's own credential"},
    },
}
CREATED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "workflows": {"type": "array", "items": {"type": "string"}, "description": "Their paths in the repository"},
        "commitHash": {"type": "string", "description": "The commit with them; empty before publishing"},
        "pullRequestUrl": {"type": "string", "description": "Where they wait when the branch is protected, else empty"},
    },
}


@action(
    "github:actions:create",
    description="Gives a repository its workflows: into the workspace before this run has published it, else by "
    "commit, or by pull request when the branch is protected.",
    input_schema=CREATE_ACTIONS,
    output_schema=CREATED,
    examples=[{"repoUrl": "github.com?owner=acme&repo=checkout", "workflows": ["build-test-deploy.yaml"]}],
    can_run_dry=True,
)
def create(step: Step) -> Outputs:
    repo = RepoUrl.parse(step.input["repoUrl"])
    files = [FileContent(f"{FOLDER}/{name}", "100644", _workflow(step, name)) for name in step.input["workflows"]]
    given = {"workflows": [file.path for file in files], "commitHash": "", "pullRequestUrl": ""}
    if not publishing.has_made(step, repo):
        step.workspace.write(files)
        step.log.info("Put %s into the workspace; publishing takes it along.", ", ".join(given["workflows"]))
        return given
    if step.dry_run:
        step.log.info("Would bring %s to %s", ", ".join(given["workflows"]), repo.slug)
        return given
    return {**given, **_bring(step, repo, files)}


def _workflow(step: Step, name: str) -> bytes:
    """Return a workflow of the template's own, or a golden one.

    Raises:
        StepFailed: neither has it; the message names those that there are.
    """
    known: set[str] = set()
    for found in (_beside(step), _golden()):
        if name in found:
            return found[name]
        known |= found.keys()
    there = f" There is {', '.join(sorted(known))}." if known else " There are none."
    raise StepFailed(
        f"No workflow is called {name}: neither the template's folder `workflows` nor the golden workflows "
        f"(scaffolder.workflows) have it.{there}"
    )


def _beside(step: Step) -> dict[str, bytes]:
    try:
        return {file.path: file.content for file in step.template.tree(BESIDE_TEMPLATE).files}
    except SourceMissing:
        return {}


def _golden() -> dict[str, bytes]:
    address: str = settings.WAYMARK["scaffolder"]["workflows"]
    return {file.path: file.content for file in sources.operators_tree(address).files} if address else {}


def _bring(step: Step, repo: RepoUrl, files: list[FileContent]) -> Outputs:
    client = step.github(repo.host)
    found = client.repository(repo)
    if found is None:
        raise StepFailed(f"{repo.host}/{repo.slug} is no longer there.")
    branch = client.branch(repo, found.default_branch)
    change = Change(
        [RepositoryFile(file.path, file.content, file.mode) for file in files],
        "Add workflows",
        Author("Waymark", f"noreply@{settings.WAYMARK['organization']['base_domain']}"),
    )
    if not branch.protected:
        return {"commitHash": publishing.push(step, client, repo, branch, change)}
    proposal = Proposal(f"waymark/workflows-{step.task_id[:8]}", branch, title=change.message)
    proposed = publishing.propose(step, client, repo, change, proposal)
    step.log.warning("%s is protected, so the workflows wait in pull request %s", branch.name, proposed.url)
    return {"pullRequestUrl": proposed.url}
