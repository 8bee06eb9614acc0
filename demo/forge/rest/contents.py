"""Files by their path."""

from __future__ import annotations

import base64
import binascii
import posixpath
from typing import Any

from demo.forge import shapes
from demo.forge.events import move_branch, refuse_protected
from demo.forge.forge import Forge, route
from demo.forge.git import HEADS, Entry, Git, clean_path
from demo.forge.rest.git_data import signature
from demo.forge.store import Repository
from demo.forge.wire import Answer, ApiError, Request, invalid, not_found

# What is larger is given as a blob only.
INLINE = 1024 * 1024
LINK = "120000"
RAW = "application/vnd.github.raw"


@route("GET", "/repos/{owner}/{repo}/contents")
def show_root(forge: Forge, request: Request, owner: str, repo: str) -> Answer:
    return show_contents(forge, request, owner, repo, "")


@route("GET", "/repos/{owner}/{repo}/contents/{path+}")
def show_contents(forge: Forge, request: Request, owner: str, repo: str, path: str) -> Answer:
    found = forge.repository(request, owner, repo)
    ref = request.query.get("ref", found.default_branch)
    with forge.git(found) as git:
        commit = git.commit_of(ref)
        if commit is None:
            raise ApiError(404, f"No commit found for the ref {ref}")
        entry = git.at(git.tree_of(commit), path.strip("/"))
        if entry is None:
            raise not_found()
        if entry.kind == "tree":
            return Answer([_listed(request, found, ref, one, entry.path) for one in git.entries(entry.sha)])
        if entry.mode == LINK:
            target = _behind(git, git.tree_of(commit), entry)
            if target is None:
                return Answer(_link(request, found, ref, entry, git))
            entry = target
        return _file(request, found, ref, entry, git.blob(entry.sha) or b"")


def _behind(git: Git, tree: str, link: Entry) -> Entry | None:
    """Return the file of the repository that a link leads to, if it is one."""
    written = (git.blob(link.sha) or b"").decode("utf-8", "replace")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(link.path), written))
    found = None if path.startswith(("/", "..")) else git.at(tree, path)
    return found if found and found.kind == "blob" and found.mode != LINK else None


def _link(request: Request, found: Repository, ref: str, link: Entry, git: Git) -> dict[str, Any]:
    shown = shapes.content(request, found, link.path, ref, link.sha, kind="symlink", size=link.size)
    return {**shown, "target": (git.blob(link.sha) or b"").decode("utf-8", "replace")}


def _listed(request: Request, found: Repository, ref: str, entry: Entry, folder: str) -> dict[str, Any]:
    kind = {"tree": "dir", "blob": "file", "commit": "submodule"}[entry.kind]
    kind = "symlink" if entry.mode == "120000" else kind
    return shapes.content(
        request, found, f"{folder}/{entry.path}".lstrip("/"), ref, entry.sha, kind=kind, size=entry.size
    )


def _file(request: Request, found: Repository, ref: str, entry: Entry, content: bytes) -> Answer:
    if RAW in request.headers.get("accept", ""):
        return Answer(content, content_type=f"{RAW}; charset=utf-8")
    shown = shapes.content(request, found, entry.path, ref, entry.sha, kind="file", size=entry.size)
    inline = len(content) <= INLINE
    text = base64.encodebytes(content).decode() if inline else ""
    return Answer({**shown, "encoding": "base64" if inline else "none", "content": text})


@route("PUT", "/repos/{owner}/{repo}/contents/{path+}")
def put_file(forge: Forge, request: Request, owner: str, repo: str, path: str) -> Answer:
    found, body = forge.repository(request, owner, repo), request.json()
    if not clean_path(path):
        raise invalid("path contains a malformed path component")
    try:
        content = base64.b64decode(str(body.get("content", "")), validate=False)
    except binascii.Error as error:
        raise invalid("content is not valid Base64") from error
    branch = body.get("branch") or found.default_branch
    with forge.store.git(found) as git:
        head = git.refs().get(HEADS + branch)
        if head is None and git.refs():
            raise ApiError(404, f"Branch {branch} not found")
        refuse_protected(found, branch, status=409)
        before = git.at(git.tree_of(head), path) if head else None
        _refuse_stale(path, before, body.get("sha"))
        sha = _commit_file(git, head, path, content, body)
        move_branch(forge, request, found, git, branch, sha)
        commit, (_, blob) = git.commit(sha), git.files(git.tree_of(sha))[path]
    shown = shapes.content(request, found, path, branch, blob, kind="file", size=len(content))
    return Answer(shapes.file_commit(request, found, shown, commit), 200 if before else 201)


def _refuse_stale(path: str, before: Entry | None, given: str | None) -> None:
    if before and not given:
        raise invalid('Invalid request.\n\n"sha" wasn\'t supplied.')
    if given and (before is None or before.sha != given):
        raise ApiError(409, f"{path} does not match {given}")


def _commit_file(git: Git, head: str | None, path: str, content: bytes, body: dict[str, Any]) -> str:
    files = git.files(git.tree_of(head)) if head else {}
    mode = files[path][0] if path in files else "100644"
    author = signature(body.get("author") or body.get("committer") or {})
    committer = signature(body["committer"]) if body.get("committer") else author
    return git.add_commit(
        tree=git.add_tree({**files, path: (mode, git.add_blob(content))}),
        parents=[head] if head else [],
        message=str(body.get("message", f"Update {path}")),
        author=author,
        committer=committer,
    )
