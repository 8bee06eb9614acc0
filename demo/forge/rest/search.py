"""Searching repositories and files, with the qualifiers that discovery uses."""

from __future__ import annotations

from collections.abc import Iterator

from demo.forge import shapes
from demo.forge.forge import Forge, route
from demo.forge.git import Entry
from demo.forge.store import Repository
from demo.forge.wire import Answer, Request, invalid, one_page


def _query(request: Request) -> tuple[dict[str, str], list[str]]:
    """Return the qualifiers (`org:acme`) and the plain words of `q`."""
    words = request.query.get("q", "").split()
    if not words:
        raise invalid("Validation Failed", resource="Search", code="missing", about="q")
    qualifiers = dict(word.split(":", 1) for word in words if ":" in word)
    return qualifiers, [word.lower() for word in words if ":" not in word]


def _seen(forge: Forge, request: Request, qualifiers: dict[str, str]) -> Iterator[Repository]:
    owner = qualifiers.get("org", qualifiers.get("user", ""))
    signed_in = forge.signed_in(request)
    for one in forge.store.all(owner):
        if (signed_in or not one.private) and qualifiers.get("repo", one.slug) == one.slug:
            yield one


@route("GET", "/search/repositories")
def search_repositories(forge: Forge, request: Request) -> Answer:
    qualifiers, words = _query(request)
    found = [
        one
        for one in _seen(forge, request, qualifiers)
        if all(word in f"{one.name} {one.description or ''}".lower() for word in words)
        and qualifiers.get("topic", "") in ["", *one.topics]
    ]
    page, headers = one_page(request, found)
    items = [{**shapes.repository(request, one), "score": 1.0} for one in page]
    return Answer({"total_count": len(found), "incomplete_results": False, "items": items}, headers=headers)


@route("GET", "/search/code")
def search_code(forge: Forge, request: Request) -> Answer:
    qualifiers, words = _query(request)
    found = [
        (one, entry)
        for one in _seen(forge, request, qualifiers)
        for entry in _files(forge, one)
        if qualifiers.get("filename", "") in ["", entry.path.rsplit("/", 1)[-1]]
        and qualifiers.get("path", "").strip("/") in entry.path
        and all(word in entry.path.lower() for word in words)
    ]
    page, headers = one_page(request, found)
    items = []
    for one, entry in page:
        place = shapes.content(request, one, entry.path, one.default_branch, entry.sha, kind="file", size=entry.size)
        kept = {name: place[name] for name in ("name", "path", "sha", "url", "git_url", "html_url")}
        items.append({**kept, "repository": shapes.repository(request, one), "score": 1.0})
    return Answer({"total_count": len(found), "incomplete_results": False, "items": items}, headers=headers)


def _files(forge: Forge, one: Repository) -> list[Entry]:
    with forge.store.git(one) as git:
        head = git.commit_of(one.default_branch)
        entries = git.entries(git.tree_of(head), recursive=True) if head else []
    return [entry for entry in entries if entry.kind == "blob"]
