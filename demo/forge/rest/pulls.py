"""Pull requests: propose, look, merge."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from demo.forge import git as git_module
from demo.forge import shapes
from demo.forge.events import move_branch, tell
from demo.forge.forge import ACTOR, Forge, route
from demo.forge.git import HEADS, Git, Signature, stamp
from demo.forge.store import Repository
from demo.forge.wire import Answer, ApiError, Request, invalid, not_found, one_page

REPO = "/repos/{owner}/{repo}"
LINKS = {
    "self": "/pulls/{number}",
    "html": "",
    "issue": "/issues/{number}",
    "comments": "/issues/{number}/comments",
    "review_comments": "/pulls/{number}/comments",
    "review_comment": "/pulls/comments{{/number}}",
    "commits": "/pulls/{number}/commits",
    "statuses": "/statuses/{sha}",
}


@route("GET", f"{REPO}/pulls")
def list_pulls(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, query = forge.repository(request, owner, repo), request.query
    state, head = query.get("state", "open"), query.get("head", "").partition(":")[2]
    wanted = [
        pull
        for pull in reversed(found.pulls)
        if state in ("all", pull["state"])
        and head in ("", pull["head"])
        and query.get("base", pull["base"]) == pull["base"]
    ]
    pulls, headers = one_page(request, wanted)
    return Answer([_simple(request, found, pull) for pull in pulls], headers=headers)


@route("POST", f"{REPO}/pulls")
def create_pull(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    head, base = str(body.get("head", "")).rpartition(":")[2], str(body.get("base", ""))
    with forge.git(found) as git:
        heads = git.refs(HEADS)
        for name, branch in (("head", head), ("base", base)):
            if HEADS + branch not in heads:
                raise invalid("Validation Failed", resource="PullRequest", code="invalid", about=name)
        if any(pull["state"] == "open" and (pull["head"], pull["base"]) == (head, base) for pull in found.pulls):
            fault = f"A pull request already exists for {found.owner}:{head}."
            raise invalid("Validation Failed", resource="PullRequest", fault=fault)
        if git.is_ahead(heads[HEADS + head], heads[HEADS + base]):
            fault = f"No commits between {base} and {head}"
            raise invalid("Validation Failed", resource="PullRequest", fault=fault)
    now = stamp(datetime.now(UTC))
    pull = {
        "number": found.next_number,
        "title": str(body.get("title", "")),
        "body": body.get("body"),
        "head": head,
        "base": base,
        "head_sha": heads[HEADS + head],
        "base_sha": heads[HEADS + base],
        "draft": bool(body.get("draft")),
        "state": "open",
        "created_at": now,
        "updated_at": now,
        "merged_at": None,
        "merge_commit": None,
    }
    found.pulls.append(pull)
    forge.store.save(found)
    shown = full(forge, request, found, pull)
    tell(forge, request, found, "pull_request", {"action": "opened", "number": pull["number"], "pull_request": shown})
    return Answer(shown, 201)


@route("GET", f"{REPO}/pulls/{{number}}")
def show_pull(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found = forge.repository(request, owner, repo)
    return Answer(full(forge, request, found, find(found, number)))


@route("PATCH", f"{REPO}/pulls/{{number}}")
def change_pull(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    pull = find(found, number)
    if pull["merged_at"] and body.get("state") == "open":
        raise invalid("Validation Failed", resource="PullRequest", code="invalid", about="state")
    pull |= {name: body[name] for name in ("title", "body", "state") if name in body}
    pull["updated_at"] = stamp(datetime.now(UTC))
    pull["closed_at"] = pull["updated_at"] if pull["state"] == "closed" else None
    forge.store.save(found)
    shown = full(forge, request, found, pull)
    if body.get("state") == "closed":
        told = {"action": "closed", "number": pull["number"], "pull_request": shown}
        tell(forge, request, found, "pull_request", told)
    return Answer(shown)


@route("POST", f"{REPO}/pulls/{{number}}/requested_reviewers")
def request_reviewers(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    pull = find(found, number)
    if ACTOR in body.get("reviewers", ()):
        raise invalid("Review cannot be requested from pull request author.")
    pull["reviewers"] = sorted({*pull.get("reviewers", ()), *body.get("reviewers", ())})
    pull["team_reviewers"] = sorted({*pull.get("team_reviewers", ()), *body.get("team_reviewers", ())})
    forge.store.save(found)
    return Answer(_simple(request, found, pull), 201)


def as_issue(request: Request, found: Repository, pull: dict[str, Any]) -> dict[str, Any]:
    """Return what a pull request shows of itself as the issue that it is."""
    shown = _simple(request, found, pull)
    issue = f"{request.api}/repos/{found.slug}/issues/{pull['number']}"
    kept = ("number", "state", "title", "body", "draft", "created_at", "updated_at", "closed_at", "id", "node_id")
    return {
        **{name: shown[name] for name in (*kept, "html_url", "user", "labels", "assignees", "milestone", "locked")},
        "url": issue,
        "repository_url": f"{request.api}/repos/{found.slug}",
        "labels_url": f"{issue}/labels{{/name}}",
        "comments_url": f"{issue}/comments",
        "events_url": f"{issue}/events",
        "assignee": next(iter(shown["assignees"]), None),
        "comments": 0,
        "author_association": "MEMBER",
        "active_lock_reason": None,
        "pull_request": {name: shown[name] for name in ("url", "html_url", "diff_url", "patch_url")},
    }


@route("PUT", f"{REPO}/pulls/{{number}}/merge")
def merge_pull(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found = forge.repository(request, owner, repo)
    pull = find(found, number)
    if pull["state"] != "open":
        raise ApiError(405, "Pull Request is not mergeable")
    with forge.git(found) as git:
        sha = _merge(git, pull)
        pull |= {"state": "closed", "merged_at": stamp(datetime.now(UTC)), "merge_commit": sha}
        move_branch(forge, request, found, git, pull["base"], sha)
    shown = full(forge, request, found, pull)
    tell(forge, request, found, "pull_request", {"action": "closed", "number": pull["number"], "pull_request": shown})
    return Answer({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def _merge(git: Git, pull: dict[str, Any]) -> str:
    heads = git.refs(HEADS)
    base, head = heads[HEADS + pull["base"]], heads[HEADS + pull["head"]]
    files = git.merged_files(base, head)
    if files is None:
        raise ApiError(405, "Pull Request is not mergeable")
    signature = Signature(ACTOR, f"{ACTOR}@users.noreply.localhost", datetime.now(UTC))
    message = f"Merge pull request #{pull['number']} from {pull['head']}\n\n{pull['title']}"
    tree = git.add_tree(files)
    return git.add_commit(tree=tree, parents=[base, head], message=message, author=signature, committer=signature)


@route("GET", f"{REPO}/pulls/{{number}}/files")
def list_files(forge: Forge, request: Request, owner: str, repo: str, number: str) -> Answer:
    found = forge.repository(request, owner, repo)
    pull = find(found, number)
    with forge.git(found) as git:
        head = head_of(git, pull)
        changed = git_module.changes(git, pull["base_sha"], head)
        blobs = git.files(git.tree_of(head))
    page = f"{request.base_url}/{found.slug}"
    shown = [
        {
            "sha": blobs[path][1] if path in blobs else None,
            "filename": path,
            "status": status,
            **dict.fromkeys(("additions", "deletions", "changes"), 0),
            "blob_url": f"{page}/blob/{head}/{path}",
            "raw_url": f"{page}/raw/{head}/{path}",
            "contents_url": f"{request.api}/repos/{found.slug}/contents/{path}?ref={head}",
        }
        for status, paths in changed.items()
        for path in paths
    ]
    files, headers = one_page(request, sorted(shown, key=lambda one: str(one["filename"])))
    return Answer(files, headers=headers)


def find(found: Repository, number: str) -> dict[str, Any]:
    """Return the pull request `number`, or answer 404."""
    for pull in found.pulls:
        if str(pull["number"]) == number:
            return pull
    raise not_found()


def head_of(git: Git, pull: dict[str, Any]) -> str:
    """Return what the branch proposes now; after a merge or without the branch, what it proposed first."""
    return git.refs(HEADS).get(HEADS + pull["head"], str(pull["head_sha"]))


def _simple(request: Request, found: Repository, pull: dict[str, Any]) -> dict[str, Any]:
    """Return what lists show of a pull request."""
    number, url = pull["number"], f"{request.api}/repos/{found.slug}"
    page = f"{request.base_url}/{found.slug}/pull/{number}"
    links = {name: url + end.format(number=number, sha=pull["head_sha"]) for name, end in LINKS.items()}
    links["html"] = page
    kept = ("number", "state", "title", "body", "draft", "created_at", "updated_at", "merged_at")
    return {
        **{name: pull[name] for name in kept},
        "id": found.id * 10_000 + number,
        "node_id": shapes.node("PullRequest", found.id * 10_000 + number),
        "url": links["self"],
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        **{f"{name}_url": link for name, link in links.items() if name not in ("self", "html")},
        "locked": False,
        "user": shapes.user(request, ACTOR),
        "labels": [shapes.label(request, found, {"name": name}) for name in pull.get("labels", ())],
        "assignees": [shapes.user(request, login) for login in pull.get("assignees", ())],
        "requested_reviewers": [shapes.user(request, login) for login in pull.get("reviewers", ())],
        "requested_teams": [],
        **dict.fromkeys(("milestone", "assignee", "auto_merge", "active_lock_reason")),
        "closed_at": pull.get("closed_at") or pull["merged_at"],
        "merge_commit_sha": pull["merge_commit"],
        "head": _side(request, found, pull["head"], pull["head_sha"]),
        "base": _side(request, found, pull["base"], pull["base_sha"]),
        "_links": {name: {"href": link} for name, link in links.items()},
        "author_association": "MEMBER",
    }


def _side(request: Request, found: Repository, branch: str, sha: str) -> dict[str, Any]:
    return {
        "label": f"{found.owner}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": shapes.user(request, found.owner, kind="Organization"),
        "repo": shapes.repository(request, found),
    }


def full(forge: Forge, request: Request, found: Repository, pull: dict[str, Any]) -> dict[str, Any]:
    """Return what a pull request shows of itself."""
    with forge.store.git(found) as git:
        changed = git_module.changes(git, pull["base_sha"], head_of(git, pull))
    merged = pull["merged_at"] is not None
    return {
        **_simple(request, found, pull),
        "merged": merged,
        "merged_by": shapes.user(request, ACTOR) if merged else None,
        "mergeable": None if merged else True,
        "mergeable_state": "clean",
        "rebaseable": None,
        "maintainer_can_modify": False,
        **dict.fromkeys(("additions", "deletions", "comments", "review_comments"), 0),
        "commits": 1,
        "changed_files": sum(map(len, changed.values())),
    }
