"""Blobs, trees, commits and refs."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from dulwich.objects import Blob, Tree

from demo.forge import shapes
from demo.forge.events import move_branch, refuse_protected
from demo.forge.forge import ACTOR, Forge, route
from demo.forge.git import HEADS, Git, Signature, clean_path
from demo.forge.store import Repository
from demo.forge.wire import Answer, ApiError, Request, invalid, not_found, one_page

BASE = "/repos/{owner}/{repo}/git"
MODES = {"100644", "100755", "120000"}


@route("POST", f"{BASE}/blobs")
def create_blob(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    content = str(body.get("content", "")).encode()
    if body.get("encoding") == "base64":
        try:
            content = base64.b64decode(content)
        except binascii.Error as error:
            raise invalid("content is not valid Base64") from error
    with forge.git(found) as git:
        sha = git.add_blob(content)
    return Answer({"sha": sha, "url": f"{request.api}/repos/{found.slug}/git/blobs/{sha}"}, 201)


@route("GET", f"{BASE}/blobs/{{sha}}")
def show_blob(forge: Forge, request: Request, owner: str, repo: str, sha: str) -> Answer:
    found = forge.repository(request, owner, repo)
    with forge.git(found) as git:
        content = git.blob(sha)
    if content is None:
        raise not_found()
    shown = {"sha": sha, "node_id": shapes.node("Blob", sha), "size": len(content), "encoding": "base64"}
    url = f"{request.api}/repos/{found.slug}/git/blobs/{sha}"
    return Answer({**shown, "url": url, "content": base64.encodebytes(content).decode()})


@route("POST", f"{BASE}/trees")
def create_tree(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    with forge.git(found) as git:
        base = body.get("base_tree")
        if base and git.is_commit(base):
            base = git.tree_of(base)
        if base and not git.has(base, Tree):
            raise invalid("base_tree is not a valid tree")
        files = git.files(base) if base else {}
        for line in body.get("tree", []):
            _lay(git, files, line)
        sha = git.add_tree(files)
        return Answer(shapes.tree(request, found, git, sha, recursive=False), 201)


def _lay(git: Git, files: dict[str, tuple[str, str]], line: dict[str, Any]) -> None:
    """Put one line of the call onto the files: a text, a blob that is there, or null for a file to take away."""
    path, mode = str(line.get("path", "")), str(line.get("mode", "100644"))
    if not clean_path(path):
        raise invalid("tree.path contains a malformed path component")
    if mode not in MODES:
        raise invalid("tree.mode is not one of 100644, 100755, 120000: the forge takes files only")
    if "content" in line:
        files[path] = (mode, git.add_blob(str(line["content"]).encode()))
    elif line.get("sha") is None:
        files.pop(path, None)
    elif not git.has(line["sha"], Blob):
        raise invalid(f"tree.sha {line['sha']} is not a valid blob")
    else:
        files[path] = (mode, line["sha"])


@route("GET", f"{BASE}/trees/{{ref+}}")
def show_tree(forge: Forge, request: Request, owner: str, repo: str, ref: str) -> Answer:
    found = forge.repository(request, owner, repo)
    with forge.git(found) as git:
        commit = git.commit_of(ref)
        sha = git.tree_of(commit) if commit else ref
        if not git.has(sha, Tree):
            raise not_found()
        return Answer(shapes.tree(request, found, git, sha, recursive="recursive" in request.query))


@route("POST", f"{BASE}/commits")
def create_commit(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    author = signature(body.get("author") or {})
    committer = signature(body["committer"]) if body.get("committer") else author
    with forge.git(found) as git:
        if not git.has(str(body.get("tree", "")), Tree):
            raise invalid("Tree SHA does not exist")
        if not all(git.is_commit(parent) for parent in body.get("parents", [])):
            raise invalid("Parent SHA does not exist or is not a commit object")
        sha = git.add_commit(
            tree=body["tree"],
            parents=body.get("parents", []),
            message=str(body.get("message", "")),
            author=author,
            committer=committer,
        )
        commit = git.commit(sha)
        return Answer(shapes.git_commit(request, found, commit), 201)


def signature(given: dict[str, Any]) -> Signature:
    """Return who and when, as the caller said or as the credential's user now."""
    at = datetime.fromisoformat(given["date"]) if given.get("date") else datetime.now(UTC)
    name = str(given.get("name") or ACTOR)
    return Signature(name, str(given.get("email") or f"{name}@users.noreply.localhost"), at)


@route("GET", f"{BASE}/commits/{{sha}}")
def show_commit(forge: Forge, request: Request, owner: str, repo: str, sha: str) -> Answer:
    found = forge.repository(request, owner, repo)
    with forge.git(found) as git:
        if not git.is_commit(sha):
            raise not_found()
        return Answer(shapes.git_commit(request, found, git.commit(sha)))


@route("GET", f"{BASE}/ref/{{ref+}}")
def show_ref(forge: Forge, request: Request, owner: str, repo: str, ref: str) -> Answer:
    found = forge.repository(request, owner, repo)
    with forge.git(found) as git:
        sha = git.refs().get(f"refs/{ref}")
    if sha is None:
        raise not_found()
    return Answer(shapes.ref(request, found, f"refs/{ref}", sha))


@route("GET", f"{BASE}/matching-refs/{{ref+}}")
def list_refs(forge: Forge, request: Request, owner: str, repo: str, ref: str) -> Answer:
    found = forge.repository(request, owner, repo)
    with forge.git(found) as git:
        refs, headers = one_page(request, git.refs(f"refs/{ref}").items())
    return Answer([shapes.ref(request, found, name, sha) for name, sha in refs], headers=headers)


@route("POST", f"{BASE}/refs")
def create_ref(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    name, sha = str(body.get("ref", "")), str(body.get("sha", ""))
    with forge.git(found) as git:
        if not (name.startswith("refs/") and clean_path(name) and name.count("/") >= 2):
            raise invalid(f"{name} is not a valid ref name.")
        if name in git.refs():
            raise ApiError(422, "Reference already exists")
        if not git.is_commit(sha):
            raise ApiError(422, "Object does not exist")
        _point(forge, request, found, git, name, sha)
    return Answer(shapes.ref(request, found, name, sha), 201)


@route("PATCH", f"{BASE}/refs/{{ref+}}")
def update_ref(forge: Forge, request: Request, owner: str, repo: str, ref: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    name, sha = f"refs/{ref}", str(body.get("sha", ""))
    with forge.git(found) as git:
        old = git.refs().get(name)
        if old is None:
            raise ApiError(422, "Reference does not exist")
        if not git.is_commit(sha):
            raise ApiError(422, "Object does not exist")
        refuse_protected(found, ref.removeprefix("heads/"), status=422)
        if not body.get("force") and not git.is_ahead(old, sha):
            raise ApiError(422, "Update is not a fast forward")
        _point(forge, request, found, git, name, sha)
    return Answer(shapes.ref(request, found, name, sha))


def _point(forge: Forge, request: Request, found: Repository, git: Git, name: str, sha: str) -> None:
    if name.startswith(HEADS):
        move_branch(forge, request, found, git, name.removeprefix(HEADS), sha)
    else:
        git.set_ref(name, sha)


@route("DELETE", f"{BASE}/refs/{{ref+}}")
def delete_ref(forge: Forge, request: Request, owner: str, repo: str, ref: str) -> Answer:
    found = forge.repository(request, owner, repo)
    with forge.git(found) as git:
        if f"refs/{ref}" not in git.refs():
            raise ApiError(422, "Reference does not exist")
        if ref.removeprefix("heads/") in found.protection:
            raise ApiError(422, "Cannot delete a protected branch")
        git.delete_ref(f"refs/{ref}")
    return Answer(status=204)
