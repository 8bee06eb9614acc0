"""Check runs of commits: write, go on with, read. GitHub takes them from GitHub Apps alone; the forge from anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from demo.forge import shapes
from demo.forge.forge import Forge, route
from demo.forge.git import stamp
from demo.forge.store import Repository
from demo.forge.wire import Answer, Request, invalid, not_found, one_page

RUNS = "/repos/{owner}/{repo}/check-runs"
MOST_ANNOTATIONS = 50
KEPT = ("name", "head_sha", "external_id", "details_url", "status", "conclusion", "started_at", "completed_at")


@route("POST", RUNS)
def create_check(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    with forge.git(found) as git:
        if not git.is_commit(str(body.get("head_sha", ""))):
            raise invalid(f"No commit found for SHA: {body.get('head_sha')}")
    number = found.id * 10_000 + len(found.checks) + 1
    run: dict[str, Any] = {"id": number, "status": "queued", "annotations": []}
    _take(run, body)
    found.checks.append(run)
    forge.store.save(found)
    return Answer(_shape(request, found, run), 201)


@route("PATCH", f"{RUNS}/{{number}}")
def update_check(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found = forge.repository(request, owner, repo)
    run = _find(found, number)
    _take(run, request.json())
    forge.store.save(found)
    return Answer(_shape(request, found, run))


@route("GET", f"{RUNS}/{{number}}")
def show_check(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found = forge.repository(request, owner, repo)
    return Answer(_shape(request, found, _find(found, number)))


@route("GET", f"{RUNS}/{{number}}/annotations")
def list_annotations(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found = forge.repository(request, owner, repo)
    run = _find(found, number)
    blob = f"{request.base_url}/{found.slug}/blob/{run['head_sha']}"
    asked, headers = one_page(request, run["annotations"])
    empty = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return Answer([{**empty, **one, "blob_href": f"{blob}/{one['path']}"} for one in asked], headers=headers)


@route("GET", "/repos/{owner}/{repo}/commits/{ref+}/check-runs")
def list_checks(forge: Forge, request: Request, owner: str, repo: str, ref: str) -> Answer:
    found, name = forge.repository(request, owner, repo), request.query.get("check_name", "")
    with forge.git(found) as git:
        sha = git.commit_of(ref)
    runs = [run for run in reversed(found.checks) if run["head_sha"] == sha and name in ("", run["name"])]
    asked, headers = one_page(request, runs)
    shown = [_shape(request, found, run) for run in asked]
    return Answer({"total_count": len(runs), "check_runs": shown}, headers=headers)


def of_commit(found: Repository, sha: str) -> list[dict[str, Any]]:
    """Return the newest check run of each name that a commit has, for its page."""
    newest = {run["name"]: run for run in found.checks if run["head_sha"] == sha}
    return [newest[name] for name in sorted(newest)]


def _take(run: dict[str, Any], body: dict[str, Any]) -> None:
    """Write what is said into a run; annotations are added to those that it has."""
    output = body.get("output") or {}
    if len(output.get("annotations", ())) > MOST_ANNOTATIONS:
        raise invalid("Invalid request.\n\nNo more than 50 items are allowed.")
    run |= {name: body[name] for name in KEPT if name in body}
    run |= {name: output[name] for name in ("title", "summary", "text") if name in output}
    run["annotations"] = [*run["annotations"], *output.get("annotations", ())]
    if run.get("conclusion"):
        run["status"] = "completed"
        run.setdefault("completed_at", stamp(datetime.now(UTC)))


def _find(found: Repository, number: str) -> dict[str, Any]:
    for run in found.checks:
        if str(run["id"]) == number:
            return run
    raise not_found()


def _shape(request: Request, found: Repository, run: dict[str, Any]) -> dict[str, Any]:
    url = f"{request.api}/repos/{found.slug}/check-runs/{run['id']}"
    kept = {name: run.get(name) for name in KEPT}
    output = {name: run.get(name) for name in ("title", "summary", "text")}
    return {
        **kept,
        "external_id": kept["external_id"] or "",
        "id": run["id"],
        "node_id": shapes.node("CheckRun", run["id"]),
        "url": url,
        "html_url": f"{request.base_url}/{found.slug}/commit/{run['head_sha']}",
        "output": {**output, "annotations_count": len(run["annotations"]), "annotations_url": f"{url}/annotations"},
        "check_suite": {"id": found.id},
        "app": None,
        "pull_requests": [],
    }
