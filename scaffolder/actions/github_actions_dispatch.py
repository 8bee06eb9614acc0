"""`github:actions:dispatch`: a workflow of a repository is started, once."""

from __future__ import annotations

import json
from typing import Any

from integrations.errors import IntegrationError
from integrations.git.repo_url import RepoUrl
from scaffolder import publishing
from scaffolder.registry import action
from scaffolder.step import NotRemembered, Outputs, Step

TEXT = {"type": "string"}
KIND = "workflow-run"

DISPATCH: dict[str, Any] = {
    "type": "object",
    "required": ["repoUrl", "workflowId", "branchOrTagName"],
    "additionalProperties": False,
    "properties": {
        "repoUrl": {**TEXT, "description": "`github.com?owner=acme&repo=checkout`, which is there"},
        "workflowId": {"type": ["string", "integer"], "description": "The name of its file, or its number"},
        "branchOrTagName": {**TEXT, "minLength": 1, "description": "What it runs on"},
        "workflowInputs": {"type": "object", "description": "What it takes; GitHub reads each as text"},
        "returnWorkflowRunDetails": {"type": "boolean", "description": "Accepted; the details are always given"},
        "token": {**TEXT, "description": "In place of the portal's own credential; there is no falling back"},
    },
}
DISPATCHED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "workflowRunId": {"type": "integer"},
        "workflowRunUrl": {**TEXT, "description": "Of the API"},
        "workflowRunHtmlUrl": {**TEXT, "description": "The page of the run"},
    },
}


@action(
    "github:actions:dispatch",
    description="Starts a workflow of a repository on GitHub, at most once for each run of the golden path.",
    input_schema=DISPATCH,
    output_schema=DISPATCHED,
    examples=[
        {
            "repoUrl": "github.com?owner=acme&repo=checkout",
            "workflowId": "deploy.yaml",
            "branchOrTagName": "main",
            "workflowInputs": {"environment": "staging"},
        }
    ],
    can_run_dry=True,
)
def dispatch(step: Step) -> Outputs:
    given = step.input
    repo, workflow = RepoUrl.parse(given["repoUrl"]), str(given["workflowId"])
    web = f"{publishing.web_of(step, repo)}/actions/workflows/{workflow}"
    if step.dry_run:
        step.log.info("Would start %s of %s on %s", workflow, repo.slug, given["branchOrTagName"])
        return {"workflowRunId": 0, "workflowRunUrl": "", "workflowRunHtmlUrl": web}
    if _was_sent(step):
        # Nothing on the far side tells one start from another, so the second is left undone.
        step.log.warning("The worker was lost while it started %s; look whether it runs: %s", workflow, web)
        return {"workflowRunId": 0, "workflowRunUrl": "", "workflowRunHtmlUrl": web}
    client = step.github(repo.host)
    key = f"{publishing.key_of(repo)} {workflow} {step.id}"
    step.intend(KIND, url=web, key=key, title=f"{workflow} of {repo.slug}")
    step.ledger.remember("sending", True)
    try:
        inputs = {name: _text(value) for name, value in given.get("workflowInputs", {}).items()}
        run = client.dispatch_workflow(repo, workflow, given["branchOrTagName"], inputs)
    except IntegrationError as error:
        if not error.retryable:
            step.ledger.give_up(KIND, key)
            step.ledger.remember("sending", False)
        raise
    step.point("dispatch:sent")
    page = run.page_url if run else web
    step.made(KIND, url=page, key=key, title=f"{workflow} of {repo.slug}")
    step.log.info("Started %s", page)
    return {
        "workflowRunId": run.id if run else 0,
        "workflowRunUrl": run.url if run else "",
        "workflowRunHtmlUrl": page,
    }


def _was_sent(step: Step) -> bool:
    """Whether a worker before this one was lost after it had begun to send."""
    try:
        return bool(step.ledger.recall("sending"))
    except NotRemembered:
        return False


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
