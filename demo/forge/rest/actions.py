"""Workflows and their runs."""

from __future__ import annotations

from typing import Any

from demo.forge import shapes
from demo.forge.events import run_shape, start_runs, tell_run, workflow_id, workflows
from demo.forge.forge import Forge, route
from demo.forge.store import Repository
from demo.forge.wire import Answer, ApiError, Request, invalid, not_found, one_page

ACTIONS = "/repos/{owner}/{repo}/actions"


@route("GET", f"{ACTIONS}/workflows")
def list_workflows(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    shown, headers = one_page(request, [_workflow(request, found, *one) for one in _known(forge, found).items()])
    return Answer({"total_count": len(shown), "workflows": shown}, headers=headers)


def _known(forge: Forge, found: Repository) -> dict[str, dict[str, Any]]:
    with forge.store.git(found) as git:
        head = git.commit_of(found.default_branch)
        return workflows(git, head) if head else {}


def _workflow(request: Request, found: Repository, path: str, workflow: dict[str, Any]) -> dict[str, Any]:
    number = workflow_id(path)
    return {
        "id": number,
        "node_id": shapes.node("Workflow", number),
        "name": workflow["name"],
        "path": path,
        "state": "active",
        "created_at": found.created_at,
        "updated_at": found.pushed_at,
        "url": f"{request.api}/repos/{found.slug}/actions/workflows/{number}",
        "html_url": f"{request.base_url}/{found.slug}/blob/{found.default_branch}/{path}",
        "badge_url": f"{request.base_url}/{found.slug}/actions/workflows/{path.rsplit('/', 1)[-1]}/badge.svg",
    }


@route("POST", f"{ACTIONS}/workflows/{{workflow}}/dispatches")
def dispatch(forge: Forge, request: Request, owner: str, repo: str, workflow: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    ref = str(body.get("ref", ""))
    with forge.git(found) as git:
        sha = git.commit_of(ref)
        if sha is None:
            raise ApiError(422, f"No ref found for: {ref}")
        path = _path(workflows(git, sha), workflow)
        runs = start_runs(found, git, ref, sha, event="workflow_dispatch", only=path)
    if not runs:
        raise invalid("Workflow does not have 'workflow_dispatch' trigger")
    forge.store.save(found)
    tell_run(forge, request, found, runs[0])
    run = run_shape(request, found, runs[0])
    return Answer({"workflow_run_id": run["id"], "run_url": run["url"], "html_url": run["html_url"]})


def _path(known: dict[str, Any], workflow: str) -> str:
    for path in known:
        if workflow in (str(workflow_id(path)), path, path.rsplit("/", 1)[-1]):
            return path
    raise not_found()


@route("GET", f"{ACTIONS}/runs")
def list_runs(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, query = forge.repository(request, owner, repo), request.query
    asked = {name: query[name] for name in ("branch", "event") if name in query}
    if "head_sha" in query:
        asked["sha"] = query["head_sha"]
    return _runs(request, found, [run for run in found.runs if all(run[key] == value for key, value in asked.items())])


@route("GET", f"{ACTIONS}/workflows/{{workflow}}/runs")
def list_runs_of(forge: Forge, request: Request, owner: str, repo: str, workflow: str) -> Answer:
    found = forge.repository(request, owner, repo)
    path = _path({run["path"]: run for run in found.runs}, workflow)
    return _runs(request, found, [run for run in found.runs if run["path"] == path])


def _runs(request: Request, found: Repository, wanted: list[dict[str, Any]]) -> Answer:
    runs, headers = one_page(request, reversed(wanted))
    return Answer(
        {"total_count": len(wanted), "workflow_runs": [run_shape(request, found, run) for run in runs]}, headers=headers
    )


@route("GET", f"{ACTIONS}/runs/{{run_id}}")
def show_run(forge: Forge, request: Request, owner: str, repo: str, run_id: str) -> Answer:
    found = forge.repository(request, owner, repo)
    return Answer(run_shape(request, found, _run(found, run_id)))


@route("GET", f"{ACTIONS}/runs/{{run_id}}/jobs")
def list_jobs(forge: Forge, request: Request, owner: str, repo: str, run_id: str) -> Answer:
    found = forge.repository(request, owner, repo)
    return Answer({"total_count": 1, "jobs": [_job(request, found, _run(found, run_id))]})


def _run(found: Repository, run_id: str) -> dict[str, Any]:
    for run in found.runs:
        if str(run["id"]) == run_id:
            return run
    raise not_found()


def _job(request: Request, found: Repository, run: dict[str, Any]) -> dict[str, Any]:
    url = f"{request.api}/repos/{found.slug}"
    return {
        "id": run["id"] * 10,
        "node_id": shapes.node("CheckRun", run["id"] * 10),
        "run_id": run["id"],
        "run_url": f"{url}/actions/runs/{run['id']}",
        "run_attempt": 1,
        "head_sha": run["sha"],
        "head_branch": run["branch"],
        "workflow_name": run["name"],
        "name": run["name"],
        "url": f"{url}/actions/jobs/{run['id'] * 10}",
        "html_url": f"{request.base_url}/{found.slug}/actions",
        "check_run_url": f"{url}/check-runs/{run['id'] * 10}",
        "status": "completed",
        "conclusion": "success",
        "created_at": run["created_at"],
        "started_at": run["created_at"],
        "completed_at": run["updated_at"],
        "steps": [],
        "labels": ["forge"],
        **{f"runner_{name}": None for name in ("id", "name", "group_id", "group_name")},
    }
