"""A repository's own webhooks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from demo.forge import shapes
from demo.forge.events import tell
from demo.forge.forge import Forge, route
from demo.forge.git import stamp
from demo.forge.store import Repository
from demo.forge.wire import Answer, Request, invalid, not_found, one_page

HOOKS = "/repos/{owner}/{repo}/hooks"


@route("GET", HOOKS)
def list_hooks(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    hooks, headers = one_page(request, found.hooks)
    return Answer([shapes.hook(request, found, one) for one in hooks], headers=headers)


@route("POST", HOOKS)
def create_hook(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    config = body.get("config", {})
    if not config.get("url"):
        raise invalid("Validation Failed", resource="Hook", fault="url is missing", about="config")
    if any(one["config"]["url"] == config["url"] for one in found.hooks):
        raise invalid("Validation Failed", resource="Hook", fault="Hook already exists on this repository")
    now = stamp(datetime.now(UTC))
    hook = {
        "id": found.id * 100 + len(found.hooks),
        "active": bool(body.get("active", True)),
        "events": body.get("events", ["push"]),
        "config": {"content_type": "json", "insecure_ssl": "0", **config},
        "created_at": now,
        "updated_at": now,
    }
    found.hooks.append(hook)
    forge.store.save(found)
    tell(forge, request, found, "ping", {"zen": "Keep it logically awesome.", "hook_id": hook["id"]})
    return Answer(shapes.hook(request, found, hook), 201)


@route("GET", f"{HOOKS}/{{hook_id}}")
def show_hook(forge: Forge, request: Request, owner: str, repo: str, hook_id: str) -> Answer:
    found = forge.repository(request, owner, repo)
    return Answer(shapes.hook(request, found, _find(found, hook_id)))


@route("DELETE", f"{HOOKS}/{{hook_id}}")
def delete_hook(forge: Forge, request: Request, owner: str, repo: str, hook_id: str) -> Answer:
    found = forge.repository(request, owner, repo)
    found.hooks.remove(_find(found, hook_id))
    forge.store.save(found)
    return Answer(status=204)


def _find(found: Repository, hook_id: str) -> dict[str, Any]:
    for hook in found.hooks:
        if str(hook["id"]) == hook_id:
            return hook
    raise not_found()
