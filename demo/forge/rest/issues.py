"""Issues. A pull request is one too: both count with the same numbers, and have labels and people alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from demo.forge import shapes
from demo.forge.forge import ACTOR, Forge, route
from demo.forge.git import stamp
from demo.forge.rest.pulls import as_issue
from demo.forge.store import Repository
from demo.forge.wire import Answer, Request, invalid, not_found, one_page

ISSUES = "/repos/{owner}/{repo}/issues"


@route("GET", ISSUES)
def list_issues(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    state = request.query.get("state", "open")
    wanted = [one for one in [*found.issues, *found.pulls] if state in ("all", one["state"])]
    shown, headers = one_page(request, sorted(wanted, key=lambda one: -int(one["number"])))
    return Answer([_shape(request, found, one) for one in shown], headers=headers)


@route("POST", ISSUES)
def create_issue(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    if not body.get("title"):
        raise invalid("Validation Failed", resource="Issue", code="missing_field", about="title")
    now = stamp(datetime.now(UTC))
    made = {
        "number": found.next_number,
        "title": str(body["title"]),
        "body": body.get("body"),
        "state": "open",
        "labels": [str(name) for name in body.get("labels", ())],
        "assignees": [str(login) for login in body.get("assignees", ())],
        "created_at": now,
        "updated_at": now,
    }
    found.issues.append(made)
    forge.store.save(found)
    return Answer(_shape(request, found, made), 201)


@route("PATCH", f"{ISSUES}/{{number}}")
def change_issue(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    issue = _find(found, number)
    issue |= {name: body[name] for name in ("title", "body", "state") if name in body}
    issue["updated_at"] = stamp(datetime.now(UTC))
    issue["closed_at"] = issue["updated_at"] if issue["state"] == "closed" else None
    forge.store.save(found)
    return Answer(_shape(request, found, issue))


@route("GET", f"{ISSUES}/{{number}}")
def show_issue(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found = forge.repository(request, owner, repo)
    return Answer(_shape(request, found, _find(found, number)))


@route("POST", f"{ISSUES}/{{number}}/labels")
def add_labels(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    issue = _find(found, number)
    issue["labels"] = list(dict.fromkeys([*issue.get("labels", ()), *map(str, body.get("labels", ()))]))
    forge.store.save(found)
    return Answer([shapes.label(request, found, {"name": name}) for name in issue["labels"]])


@route("POST", f"{ISSUES}/{{number}}/assignees")
def assign(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    issue = _find(found, number)
    issue["assignees"] = sorted({*issue.get("assignees", ()), *body.get("assignees", ())})
    forge.store.save(found)
    return Answer(_shape(request, found, issue), 201)


def _find(found: Repository, number: str) -> dict[str, Any]:
    for one in (*found.issues, *found.pulls):
        if str(one["number"]) == number:
            return one
    raise not_found()


def _shape(request: Request, found: Repository, one: dict[str, Any]) -> dict[str, Any]:
    if "head_sha" in one:
        return as_issue(request, found, one)
    issue = f"{request.api}/repos/{found.slug}/issues/{one['number']}"
    people = [shapes.user(request, login) for login in one["assignees"]]
    return {
        **{name: one[name] for name in ("number", "state", "title", "body", "created_at", "updated_at")},
        "closed_at": one.get("closed_at"),
        "id": found.id * 10_000 + one["number"],
        "node_id": shapes.node("Issue", found.id * 10_000 + one["number"]),
        "url": issue,
        "html_url": f"{request.base_url}/{found.slug}/issues/{one['number']}",
        "repository_url": f"{request.api}/repos/{found.slug}",
        "labels_url": f"{issue}/labels{{/name}}",
        "comments_url": f"{issue}/comments",
        "events_url": f"{issue}/events",
        "user": shapes.user(request, ACTOR),
        "labels": [shapes.label(request, found, {"name": name}) for name in one["labels"]],
        "assignees": people,
        "assignee": next(iter(people), None),
        "comments": 0,
        "locked": False,
        "author_association": "MEMBER",
        **dict.fromkeys(("milestone", "active_lock_reason")),
    }
