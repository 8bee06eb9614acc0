"""What differs between two commits."""

from __future__ import annotations

from typing import Any

from demo.forge import git as git_module
from demo.forge import shapes
from demo.forge.forge import Forge, route
from demo.forge.git import Git
from demo.forge.store import Repository
from demo.forge.wire import Answer, Request, not_found

MOST_FILES = 300


@route("GET", "/repos/{owner}/{repo}/compare/{basehead+}")
def compare(forge: Forge, request: Request, owner: str, repo: str, basehead: str) -> Answer:
    found = forge.repository(request, owner, repo)
    before, _, after = basehead.partition("...")
    with forge.git(found) as git:
        base, head = git.commit_of(before), git.commit_of(after)
        if base is None or head is None:
            raise not_found()
        files = [_entry(request, found, head, one) for one in _files(git, base, head)]
        commits = _between(git, base, head)
        shown = [shapes.commit(request, found, git.commit(sha)) for sha in commits]
        first = shapes.commit(request, found, git.commit(base))
    page = f"{request.base_url}/{found.slug}/compare/{basehead}"
    return Answer(
        {
            "url": f"{request.api}/repos/{found.slug}/compare/{basehead}",
            "html_url": page,
            "permalink_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "base_commit": first,
            "merge_base_commit": first,
            "status": "ahead" if commits else "identical",
            "ahead_by": len(commits),
            "behind_by": 0,
            "total_commits": len(commits),
            "commits": shown,
            "files": files[:MOST_FILES],
        }
    )


def _between(git: Git, base: str, head: str) -> list[str]:
    """Return the commits after `base` up to `head`, oldest first."""
    known = {one.id.decode() for one in git.log(base)}
    return [sha for one in git.log(head) if (sha := one.id.decode()) not in known][::-1]


def _files(git: Git, base: str, head: str) -> list[dict[str, Any]]:
    """Return what differs; a file that is gone here and is there with the same text was renamed."""
    changed = git_module.changes(git, base, head)
    old, new = git.files(git.tree_of(base)), git.files(git.tree_of(head))
    gone = {old[path][1]: path for path in reversed(changed["removed"])}
    found = [{"filename": path, "status": "modified", "sha": new[path][1]} for path in changed["modified"]]
    for path in changed["added"]:
        entry = {"filename": path, "status": "added", "sha": new[path][1]}
        before = gone.pop(new[path][1], None)
        found.append({**entry, "status": "renamed", "previous_filename": before} if before else entry)
    renamed = {one.get("previous_filename") for one in found}
    found += [
        {"filename": path, "status": "removed", "sha": old[path][1]}
        for path in changed["removed"]
        if path not in renamed
    ]
    return sorted(found, key=lambda one: str(one["filename"]))


def _entry(request: Request, found: Repository, head: str, one: dict[str, Any]) -> dict[str, Any]:
    page, path = f"{request.base_url}/{found.slug}", one["filename"]
    return {
        **one,
        **dict.fromkeys(("additions", "deletions", "changes"), 0),
        "blob_url": f"{page}/blob/{head}/{path}",
        "raw_url": f"{page}/raw/{head}/{path}",
        "contents_url": f"{request.api}/repos/{found.slug}/contents/{path}?ref={head}",
    }
