"""Pages to look at a repository: its files, one file, commits, pull requests, workflow runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from demo.forge import git as git_module
from demo.forge.events import WORKFLOWS
from demo.forge.git import HEADS, Git, stamp, when
from demo.forge.rest import checks
from demo.forge.rest.pulls import find, head_of
from demo.forge.store import Repository, Store
from demo.forge.wire import Answer, ApiError, Request, not_found

HERE = Path(__file__).parent
ENGINE = Engine(dirs=[str(HERE / "templates")], autoescape=True)
HTML = "text/html; charset=utf-8"
PLAIN = "text/plain; charset=utf-8"
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STYLE = "/_static/forge.css"
LONGEST_HISTORY = 100
LONGEST_TEXT = 512 * 1024

Page = Callable[..., Answer]
PAGES: list[tuple[re.Pattern[str], Page]] = []


def page(pattern: str) -> Callable[[Page], Page]:
    def put(view: Page) -> Page:
        PAGES.append((re.compile(f"/(?P<owner>[^/]+)/(?P<repo>[^/]+){pattern}"), view))
        return view

    return put


def answer(store: Store, request: Request) -> Answer:
    """Answer a call for a page; reading needs no sign-in, as the forge serves this machine only."""
    path = request.path.rstrip("/")
    if path == STYLE:
        return Answer((HERE / "static" / "forge.css").read_bytes(), content_type="text/css; charset=utf-8")
    try:
        return _page(store, request, path)
    except ApiError:
        return _render("missing.html", status=404)


def _page(store: Store, request: Request, path: str) -> Answer:
    if request.method not in ("GET", "HEAD"):
        raise not_found()
    if path.count("/") < 2:
        return _repositories(store, path.strip("/"))
    for pattern, view in PAGES:
        if match := pattern.fullmatch(path):
            parts = match.groupdict()
            found = store.get(parts.pop("owner"), parts.pop("repo").removesuffix(".git"))
            if found is None:
                raise not_found()
            with store.git(found) as git:
                return view(request, found, git, **parts)
    raise not_found()


def _repositories(store: Store, owner: str) -> Answer:
    found = store.all(owner)
    if owner and not found:
        raise not_found()
    return _render("repositories.html", repositories=found, owner=owner)


@page("")
def front(request: Request, found: Repository, git: Git) -> Answer:
    return folder(request, found, git, rest=found.default_branch)


@page("/tree/(?P<rest>.+)")
def folder(request: Request, found: Repository, git: Git, rest: str) -> Answer:
    ref, path, tree = _place(found, git, rest)
    entry = git.at(tree, path) if tree else None
    if tree and (entry is None or entry.kind != "tree"):
        raise not_found()
    entries = sorted(git.entries(entry.sha), key=lambda one: (one.kind != "tree", one.path)) if entry else []
    lines = [{"name": one.path, "kind": one.kind, "path": f"{path}/{one.path}".lstrip("/")} for one in entries]
    readme = next((one for one in entries if one.path.lower() == "readme.md"), None)
    text = _text(git.blob(readme.sha) or b"") if readme else ""
    clone = f"{request.base_url}/{found.slug}.git"
    return _of(
        found, "folder.html", "files", ref=ref, path=path, lines=lines, readme=text, clone=clone, crumbs=_crumbs(path)
    )


@page("/blob/(?P<rest>.+)")
def file(request: Request, found: Repository, git: Git, rest: str) -> Answer:
    ref, path, content = _content(found, git, rest)
    lines = [{"number": str(number), "text": line} for number, line in enumerate(_text(content).splitlines(), 1)]
    return _of(
        found, "file.html", "files", ref=ref, path=path, lines=lines, size=str(len(content)), crumbs=_crumbs(path)
    )


@page("/raw/(?P<rest>.+)")
def raw(request: Request, found: Repository, git: Git, rest: str) -> Answer:
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Answer(_content(found, git, rest)[2], headers=headers, content_type=PLAIN)


@page("/commits(?:/(?P<ref>.+))?")
def commits(request: Request, found: Repository, git: Git, ref: str | None) -> Answer:
    start = git.commit_of(ref or found.default_branch)
    history = git.log(start) if start else iter(())
    shown = [_commit(one) for one, _ in zip(history, range(LONGEST_HISTORY), strict=False)]
    return _of(found, "commits.html", "commits", commits=shown)


@page("/commit/(?P<sha>[0-9a-f]{40})")
def commit(request: Request, found: Repository, git: Git, sha: str) -> Answer:
    if not git.is_commit(sha):
        raise not_found()
    one = git.commit(sha)
    changed = git_module.changes(git, one.parents[0].decode() if one.parents else None, sha)
    return _of(found, "commit.html", "commits", commit=_commit(one), changed=_changed(changed))


@page("/pulls")
def pulls(request: Request, found: Repository, git: Git) -> Answer:
    shown = [{**pull, "number": str(pull["number"])} for pull in reversed(found.pulls)]
    return _of(found, "pulls.html", "pulls", pulls=shown)


@page("/pull/(?P<number>[0-9]+)")
def pull(request: Request, found: Repository, git: Git, number: str) -> Answer:
    one = find(found, number)
    changed = git_module.changes(git, one["base_sha"], head_of(git, one))
    said = checks.of_commit(found, head_of(git, one))
    return _of(found, "pull.html", "pulls", pull={**one, "number": number}, changed=_changed(changed), checks=said)


@page("/actions(?:/.*)?")
def runs(request: Request, found: Repository, git: Git) -> Answer:
    shown = [{**run, "number": str(run["number"]), "short": run["sha"][:7]} for run in reversed(found.runs)]
    return _of(found, "runs.html", "actions", runs=shown, folder=WORKFLOWS)


def _place(found: Repository, git: Git, rest: str) -> tuple[str, str, str]:
    """Return (ref, path, tree) of an address; a branch's name may hold slashes. An empty repository has no tree."""
    heads = [name.removeprefix(HEADS) for name in git.refs(HEADS)]
    branch = next((head for head in heads if rest == head or rest.startswith(f"{head}/")), "")
    ref = branch or rest.split("/", 1)[0]
    sha = git.commit_of(ref)
    if sha is None and (heads or ref != found.default_branch):
        raise not_found()
    return ref, rest[len(ref) :].strip("/"), git.tree_of(sha) if sha else ""


def _content(found: Repository, git: Git, rest: str) -> tuple[str, str, bytes]:
    ref, path, tree = _place(found, git, rest)
    entry = git.at(tree, path) if tree else None
    content = git.blob(entry.sha) if entry else None
    if content is None:
        raise not_found()
    return ref, path, content


def _text(content: bytes) -> str:
    if b"\0" in content:
        return "This file is not text."
    return content[:LONGEST_TEXT].decode("utf-8", "replace")


def _crumbs(path: str) -> list[dict[str, str]]:
    parts = path.split("/") if path else []
    return [{"name": name, "path": "/".join(parts[: at + 1])} for at, name in enumerate(parts)]


def _commit(one: Any) -> dict[str, Any]:
    title, _, rest = one.message.decode("utf-8", "replace").partition("\n")
    return {
        "sha": one.id.decode(),
        "short": one.id.decode()[:7],
        "title": title,
        "rest": rest.strip(),
        "author": one.author.decode("utf-8", "replace").partition(" <")[0],
        "at": stamp(when(one.author_time)),
    }


def _changed(changed: dict[str, list[str]]) -> list[dict[str, str]]:
    return [{"path": path, "how": how} for how, paths in changed.items() for path in paths]


def _of(found: Repository, template: str, tab: str, **values: Any) -> Answer:
    return _render(template, repository=found, tab=tab, **values)


def _render(template: str, *, status: int = 200, **values: Any) -> Answer:
    """Render a page. Numbers come as text: the engine stands alone, without Django's settings to format them."""
    html = ENGINE.get_template(template).render(Context({**values, "style": STYLE}, use_l10n=False, use_tz=False))
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
    return Answer(html.encode(), status, headers, HTML)
