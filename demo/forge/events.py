"""What happens after a change: branches move, runs start, webhooks go out."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from demo.forge import git as git_module
from demo.forge import shapes
from demo.forge.forge import ACTOR, Forge
from demo.forge.git import HEADS, Git, stamp
from demo.forge.store import Repository
from demo.forge.wire import ApiError, Request, invalid

NO_COMMIT = "0" * 40
WORKFLOWS = ".github/workflows/"
# The block under `on:`, up to the next key of the file. A runner would read YAML; to see the word `push` this will do.
TRIGGERS = re.compile(r"^[\"']?on[\"']?:(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"^name:\s*[\"']?([^\n\"']+)", re.MULTILINE)


def tell(forge: Forge, request: Request, repository: Repository, event: str, payload: dict[str, Any]) -> None:
    """Send a webhook, with what all of GitHub's payloads carry."""
    common = {
        "repository": shapes.repository(request, repository),
        "organization": {"login": repository.owner},
        "sender": shapes.user(request, ACTOR),
    }
    forge.webhooks.send(event, {**payload, **common}, repository.hooks)


def refuse_protected(repository: Repository, branch: str, *, status: int) -> None:
    """Answer with an error when rules keep everybody from writing to `branch` directly."""
    rules = repository.protection.get(branch, {})
    asks = rules.get("required_pull_request_reviews") or rules.get("required_status_checks")
    if not (asks and rules.get("enforce_admins")):
        return
    if status == 409:
        raise ApiError(
            409, f"Repository rule violations found: changes to {branch} must be made through a pull request."
        )
    fault = "Changes must be made through a pull request."
    raise invalid(f"Protected branch update failed for {HEADS}{branch}.", resource="Reference", fault=fault)


def move_branch(forge: Forge, request: Request, repository: Repository, git: Git, branch: str, new: str) -> None:
    """Let `branch` point at `new`, and let happen what a push makes happen."""
    name = HEADS + branch
    old = git.refs().get(name)
    git.set_ref(name, new)
    repository.pushed_at = stamp(datetime.now(UTC))
    runs = [] if old == new else start_runs(repository, git, branch, new, event="push")
    forge.store.save(repository)
    if old != new:
        tell(forge, request, repository, "push", _push(request, repository, git, name, old, new))
        _move_pulls(forge, request, repository, branch, old, new)
    for run in runs:
        tell_run(forge, request, repository, run)


def _move_pulls(forge: Forge, request: Request, repository: Repository, branch: str, old: str | None, new: str) -> None:
    """Let the open pull requests of a branch propose its new commit."""
    from demo.forge.rest import pulls

    for pull in repository.pulls:
        if pull["state"] == "open" and pull["head"] == branch:
            pull |= {"head_sha": new, "updated_at": stamp(datetime.now(UTC))}
            forge.store.save(repository)
            moved = {"action": "synchronize", "before": old or NO_COMMIT, "after": new}
            told = {"number": pull["number"], "pull_request": pulls.full(forge, request, repository, pull)}
            tell(forge, request, repository, "pull_request", {**moved, **told})


def _push(request: Request, repository: Repository, git: Git, name: str, old: str | None, new: str) -> dict[str, Any]:
    commits: list[dict[str, Any]] = []
    for one in git.log(new):
        if one.id.decode() == old or len(commits) == 20:
            break
        parent = one.parents[0].decode() if one.parents else None
        shown = shapes.commit(request, repository, one)
        commits.append(
            {
                "id": shown["sha"],
                "tree_id": shown["commit"]["tree"]["sha"],
                "message": shown["commit"]["message"],
                "timestamp": shown["commit"]["author"]["date"],
                "url": shown["html_url"],
                "author": shown["commit"]["author"],
                "committer": shown["commit"]["committer"],
                **git_module.changes(git, parent, shown["sha"]),
            }
        )
    moved = {"before": old or NO_COMMIT, "after": new, "created": old is None, "deleted": False, "forced": False}
    return {"ref": name, **moved, "commits": commits[::-1], "head_commit": commits[0], "pusher": {"name": ACTOR}}


def start_runs(
    repository: Repository, git: Git, branch: str, sha: str, *, event: str, only: str = ""
) -> list[dict[str, Any]]:
    """Run the workflows of a commit that want `event`; the forge's runner succeeds at once."""
    made = []
    for path, workflow in workflows(git, sha).items():
        if (only and path != only) or event not in workflow["triggers"]:
            continue
        now = stamp(datetime.now(UTC))
        number = len(repository.runs) + 1
        run = {
            "id": repository.id * 10_000 + number,
            "number": number,
            "name": workflow["name"],
            "path": path,
            "branch": branch,
            "sha": sha,
            "event": event,
            "created_at": now,
            "updated_at": now,
        }
        repository.runs.append(run)
        made.append(run)
    return made


def workflows(git: Git, sha: str) -> dict[str, dict[str, Any]]:
    """Return the workflows of a commit, by path: their name, and the text of what starts them."""
    found = {}
    for path, (_, blob) in git.files(git.tree_of(sha)).items():
        if path.startswith(WORKFLOWS) and path.endswith((".yml", ".yaml")):
            text = (git.blob(blob) or b"").decode("utf-8", "replace")
            name, triggers = NAME.search(text), TRIGGERS.search(text)
            found[path] = {"name": name[1].strip() if name else path, "triggers": triggers[1] if triggers else ""}
    return found


def tell_run(forge: Forge, request: Request, repository: Repository, run: dict[str, Any]) -> None:
    for action, status in (("requested", "queued"), ("in_progress", "in_progress"), ("completed", "completed")):
        shown = run_shape(request, repository, run)
        shown |= {"status": status, "conclusion": "success" if status == "completed" else None}
        tell(forge, request, repository, "workflow_run", {"action": action, "workflow_run": shown})


def run_shape(request: Request, repository: Repository, run: dict[str, Any]) -> dict[str, Any]:
    """Return a workflow run as GitHub shows it."""
    url = f"{request.api}/repos/{repository.slug}/actions"
    mine = f"{url}/runs/{run['id']}"
    links = ("jobs", "logs", "artifacts", "cancel", "rerun")
    shown = shapes.repository(request, repository)
    workflow = workflow_id(run["path"])
    return {
        "id": run["id"],
        "node_id": shapes.node("WorkflowRun", run["id"]),
        "name": run["name"],
        "display_title": run["name"],
        "path": run["path"],
        "head_branch": run["branch"],
        "head_sha": run["sha"],
        "run_number": run["number"],
        "run_attempt": 1,
        "event": run["event"],
        "status": "completed",
        "conclusion": "success",
        "workflow_id": workflow,
        "workflow_url": f"{url}/workflows/{workflow}",
        "url": mine,
        "html_url": f"{request.base_url}/{repository.slug}/actions",
        "check_suite_url": f"{request.api}/repos/{repository.slug}/check-suites/{run['id']}",
        **{f"{name}_url": f"{mine}/{name}" for name in links},
        "pull_requests": [],
        "created_at": run["created_at"],
        "updated_at": run["updated_at"],
        "run_started_at": run["created_at"],
        "head_commit": None,
        "actor": shapes.user(request, ACTOR),
        "triggering_actor": shapes.user(request, ACTOR),
        "repository": shown,
        "head_repository": shown,
    }


def workflow_id(path: str) -> int:
    """Return a number for a workflow; GitHub gives one to each file, too."""
    return int.from_bytes(path.encode()[-6:], "big")
