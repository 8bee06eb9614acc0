"""Repositories, their topics, labels and collaborators."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from demo.forge import shapes
from demo.forge.events import tell
from demo.forge.forge import ACTOR, Forge, route
from demo.forge.git import HEADS, Signature
from demo.forge.store import SETTINGS, Repository
from demo.forge.wire import Answer, Request, invalid, not_found, one_page

TEXTS = ("description", "homepage")


@route("GET", "/orgs/{org}/repos")
def list_repositories(forge: Forge, request: Request, org: str) -> Answer:
    if org.lower() not in forge.store.organizations:
        raise not_found()
    seen = forge.signed_in(request)
    found, headers = one_page(request, [one for one in forge.store.all(org) if seen or not one.private])
    return Answer([shapes.repository(request, one) for one in found], headers=headers)


@route("POST", "/orgs/{org}/repos")
def create_in_organization(forge: Forge, request: Request, org: str) -> Answer:
    if org.lower() not in forge.store.organizations:
        raise not_found()
    return _create(forge, request, org)


@route("POST", "/user/repos")
def create_for_user(forge: Forge, request: Request) -> Answer:
    return _create(forge, request, ACTOR)


def _create(forge: Forge, request: Request, owner: str) -> Answer:
    body = request.json()
    fields: dict[str, Any] = {name: body.get(name) for name in TEXTS}
    private = bool(body.get("private", body.get("visibility", "public") != "public"))
    try:
        made = forge.store.create(owner, str(body.get("name", "")), private=private, **fields)
    except FileExistsError as error:
        raise _name_refused("name already exists on this account") from error
    except ValueError as error:
        raise _name_refused("name is not valid") from error
    made.settings |= {name: body[name] for name in SETTINGS.keys() & body.keys()}
    if body.get("auto_init"):
        _first_commit(forge, made)
    forge.store.save(made)
    tell(forge, request, made, "repository", {"action": "created"})
    place = f"{request.api}/repos/{made.slug}"
    return Answer(shapes.full_repository(request, made), 201, {"Location": place})


def _name_refused(fault: str) -> Exception:
    return invalid("Repository creation failed.", resource="Repository", fault=fault, about="name")


def _first_commit(forge: Forge, made: Repository) -> None:
    """Give the repository a README, as GitHub does with `auto_init`."""
    text = f"# {made.name}\n" + (f"{made.description}\n" if made.description else "")
    signature = Signature(ACTOR, f"{ACTOR}@users.noreply.localhost", datetime.now(UTC))
    with forge.store.git(made) as git:
        tree = git.add_tree({"README.md": ("100644", git.add_blob(text.encode()))})
        sha = git.add_commit(tree=tree, parents=[], message="Initial commit", author=signature, committer=signature)
        git.set_ref(HEADS + made.default_branch, sha)


@route("GET", "/repos/{owner}/{repo}")
def show_repository(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    return Answer(shapes.full_repository(request, forge.repository(request, owner, repo)))


@route("PATCH", "/repos/{owner}/{repo}")
def change_repository(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    if "default_branch" in body:
        with forge.store.git(found) as git:
            if HEADS + body["default_branch"] not in git.refs():
                fault = "The branch does not exist"
                raise invalid("Validation Failed", resource="Repository", fault=fault, about="default_branch")
            git.set_head(body["default_branch"])
            found.default_branch = body["default_branch"]
    for name in (*TEXTS, "private"):
        if name in body:
            setattr(found, name, body[name])
    found.settings |= {name: body[name] for name in SETTINGS.keys() & body.keys()}
    forge.store.save(found)
    return Answer(shapes.full_repository(request, found))


@route("DELETE", "/repos/{owner}/{repo}")
def delete_repository(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    forge.store.delete(found)
    tell(forge, request, found, "repository", {"action": "deleted"})
    return Answer(status=204)


@route("GET", "/repos/{owner}/{repo}/topics")
def show_topics(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    return Answer({"names": forge.repository(request, owner, repo).topics})


@route("PUT", "/repos/{owner}/{repo}/topics")
def replace_topics(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    found.topics = [str(name).lower() for name in request.json().get("names", [])]
    forge.store.save(found)
    return Answer({"names": found.topics})


@route("GET", "/repos/{owner}/{repo}/labels")
def list_labels(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    labels, headers = one_page(request, found.labels)
    return Answer([shapes.label(request, found, one) for one in labels], headers=headers)


@route("POST", "/repos/{owner}/{repo}/labels")
def create_label(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    made: dict[str, Any] = {key: body[key] for key in ("name", "color", "description") if key in body}
    if any(one["name"].lower() == made["name"].lower() for one in found.labels):
        raise invalid("Validation Failed", resource="Label", code="already_exists", about="name")
    found.labels.append(made)
    forge.store.save(found)
    return Answer(shapes.label(request, found, made), 201)


@route("PUT", "/repos/{owner}/{repo}/collaborators/{username}")
def add_collaborator(forge: Forge, request: Request, owner: str, repo: str, username: str) -> Answer:
    found = forge.repository(request, owner, repo)
    found.collaborators[username] = str(request.json().get("permission", "push"))
    forge.store.save(found)
    return Answer(status=204)


@route("PUT", "/orgs/{org}/teams/{team}/repos/{owner}/{repo}")
def add_team(forge: Forge, request: Request, org: str, team: str, owner: str, repo: str) -> Answer:
    found = forge.repository(request, owner, repo)
    found.teams[team] = str(request.json().get("permission", "push"))
    forge.store.save(found)
    return Answer(status=204)
