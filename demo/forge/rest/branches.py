"""Branches, their protection, and the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from demo.forge import shapes
from demo.forge.forge import Forge, route
from demo.forge.git import HEADS, when
from demo.forge.store import Repository
from demo.forge.wire import Answer, ApiError, Request, not_found, one_page

COMMIT_NAME = "application/vnd.github.sha"
REPO = "/repos/{owner}/{repo}"
TOGGLES = ("required_linear_history", "allow_force_pushes", "allow_deletions", "block_creations")


@route("GET", f"{REPO}/branches")
def list_branches(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    with forge.store.git(found) as git:
        heads, headers = one_page(request, git.refs(HEADS).items())
    url = f"{request.api}/repos/{found.slug}/commits"
    shown = [
        {
            "name": name.removeprefix(HEADS),
            "commit": {"sha": sha, "url": f"{url}/{sha}"},
            "protected": name.removeprefix(HEADS) in found.protection,
        }
        for name, sha in heads
    ]
    return Answer(shown, headers=headers)


@route("GET", f"{REPO}/branches/{{branch+}}/protection")
def show_protection(forge: Forge, request: Request, owner: str, repo: str, branch: str) -> Answer:
    found = forge.repository(request, owner, repo)
    if branch not in found.protection:
        raise ApiError(404, "Branch not protected")
    return Answer(_rules(request, found, branch))


@route("PUT", f"{REPO}/branches/{{branch+}}/protection")
def protect(forge: Forge, request: Request, owner: str, repo: str, branch: str) -> Answer:
    found = forge.repository(request, owner, repo)
    _head(forge, found, branch)
    found.protection[branch] = request.json()
    forge.store.save(found)
    return Answer(_rules(request, found, branch))


@route("DELETE", f"{REPO}/branches/{{branch+}}/protection")
def unprotect(forge: Forge, request: Request, owner: str, repo: str, branch: str) -> Answer:
    found = forge.repository(request, owner, repo)
    if found.protection.pop(branch, None) is None:
        raise ApiError(404, "Branch not protected")
    forge.store.save(found)
    return Answer(status=204)


def _rules(request: Request, found: Repository, branch: str) -> dict[str, Any]:
    rules = found.protection[branch]
    url = f"{request.api}/repos/{found.slug}/branches/{branch}/protection"
    shown: dict[str, Any] = {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": bool(rules.get("enforce_admins"))},
        **{name: {"enabled": bool(rules.get(name))} for name in TOGGLES},
        "required_conversation_resolution": {"enabled": bool(rules.get("required_conversation_resolution"))},
    }
    if reviews := rules.get("required_pull_request_reviews"):
        shown["required_pull_request_reviews"] = {
            "url": f"{url}/required_pull_request_reviews",
            "dismiss_stale_reviews": bool(reviews.get("dismiss_stale_reviews")),
            "require_code_owner_reviews": bool(reviews.get("require_code_owner_reviews")),
            "require_last_push_approval": bool(reviews.get("require_last_push_approval")),
            "required_approving_review_count": int(reviews.get("required_approving_review_count", 1)),
        }
    if checks := rules.get("required_status_checks"):
        place = f"{url}/required_status_checks"
        contexts = list(checks.get("contexts", []))
        shown["required_status_checks"] = {
            "url": place,
            "strict": bool(checks.get("strict")),
            "contexts": contexts,
            "contexts_url": f"{place}/contexts",
            "checks": [{"context": one, "app_id": None} for one in contexts],
        }
    return shown


@route("GET", f"{REPO}/branches/{{branch+}}")
def show_branch(forge: Forge, request: Request, owner: str, repo: str, branch: str) -> Answer:
    found = forge.repository(request, owner, repo)
    sha = _head(forge, found, branch)
    with forge.store.git(found) as git:
        commit = git.commit(sha)
    url = f"{request.api}/repos/{found.slug}/branches/{branch}"
    protected = branch in found.protection
    checks = {"enforcement_level": "off", "contexts": [], "checks": []}
    return Answer(
        {
            "name": branch,
            "commit": shapes.commit(request, found, commit),
            "_links": {"self": url, "html": f"{request.base_url}/{found.slug}/tree/{branch}"},
            "protected": protected,
            "protection": {"enabled": protected, "required_status_checks": checks},
            "protection_url": f"{url}/protection",
        }
    )


def _head(forge: Forge, found: Repository, branch: str) -> str:
    with forge.store.git(found) as git:
        sha = git.refs().get(HEADS + branch)
    if sha is None:
        raise ApiError(404, "Branch not found")
    return sha


@route("GET", f"{REPO}/commits")
def list_commits(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    since = datetime.fromisoformat(request.query["since"]) if "since" in request.query else None
    with forge.git(found) as git:
        start = git.commit_of(request.query.get("sha", found.default_branch))
        if start is None:
            raise not_found()
        history = git.log(start, path=request.query.get("path", "").strip("/"))
        wanted = [one for one in history if since is None or when(one.commit_time) >= since]
    commits, headers = one_page(request, wanted)
    return Answer([shapes.commit(request, found, one) for one in commits], headers=headers)


@route("GET", f"{REPO}/commits/{{ref+}}")
def show_commit(forge: Forge, request: Request, owner: str, repo: str, ref: str) -> Answer:
    found = forge.repository(request, owner, repo)
    with forge.git(found) as git:
        sha = git.commit_of(ref)
        if sha is None:
            raise ApiError(422, f"No commit found for SHA: {ref}")
        commit = git.commit(sha)
    if request.headers.get("accept", "") == COMMIT_NAME:
        return Answer(sha.encode(), content_type=f"{COMMIT_NAME}; charset=utf-8")
    return Answer(shapes.commit(request, found, commit))
