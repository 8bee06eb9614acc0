"""Things in the shapes that GitHub documents.

Source: https://docs.github.com/rest and the OpenAPI description that the tests hold every answer against.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any
from urllib.parse import quote

from dulwich.objects import Commit

from demo.forge.git import Git, stamp, when
from demo.forge.organizations import Organization, Person
from demo.forge.store import Repository
from demo.forge.wire import Request

Shape = dict[str, Any]
USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
REPOSITORY_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
INSTALLED_AT = "2026-01-05T09:00:00Z"
UNSIGNED: Shape = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}


def node(kind: str, number: int | str) -> str:
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def user(request: Request, login: str, *, kind: str = "User") -> Shape:
    number = zlib.crc32(login.encode())
    url = f"{request.api}/users/{quote(login)}"
    return {
        "login": login,
        "id": number,
        "node_id": node(kind, number),
        "avatar_url": f"{request.base_url}/avatars/{quote(login)}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{request.base_url}/{quote(login)}",
        "type": kind,
        "site_admin": False,
        **{name: url + end for name, end in USER_LINKS.items()},
    }


def profile(request: Request, person: Person) -> Shape:
    """Return what an account shows of itself."""
    counts = dict.fromkeys(("public_repos", "public_gists", "followers", "following"), 0)
    unknown = dict.fromkeys(("company", "blog", "location", "hireable", "twitter_username"))
    return {
        **user(request, person.login),
        **counts,
        **unknown,
        "name": person.name or None,
        "email": person.email or None,
        "bio": person.bio or None,
        "created_at": INSTALLED_AT,
        "updated_at": INSTALLED_AT,
        **({"suspended_at": person.suspended_at} if person.suspended_at else {}),
    }


def team(request: Request, org: str, found: Organization, slug: str, *, with_parent: bool = True) -> Shape:
    """Return a team as lists show it."""
    one, number = found.teams[slug], zlib.crc32(f"{org}/{slug}".encode())
    url = f"{request.api}/organizations/{zlib.crc32(org.encode())}/team/{number}"
    shown: Shape = {
        "id": number,
        "node_id": node("Team", number),
        "name": one.name or slug,
        "slug": slug,
        "description": one.description or None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "url": url,
        "html_url": f"{request.base_url}/orgs/{quote(org)}/teams/{quote(slug)}",
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "type": "organization",
        "organization_id": zlib.crc32(org.encode()),
    }
    if with_parent:
        shown["parent"] = team(request, org, found, one.parent, with_parent=False) if one.parent else None
    return shown


def repository(request: Request, found: Repository) -> Shape:
    """Return what lists show of a repository."""
    url, page = f"{request.api}/repos/{found.slug}", f"{request.base_url}/{found.slug}"
    counts = ("forks", "forks_count", "open_issues", "open_issues_count", "stargazers_count", "watchers")
    return {
        "id": found.id,
        "node_id": node("Repository", found.id),
        "name": found.name,
        "full_name": found.slug,
        "owner": user(request, found.owner, kind="Organization"),
        "private": found.private,
        "visibility": found.visibility,
        "html_url": page,
        "description": found.description,
        "homepage": found.homepage,
        "fork": found.fork,
        "url": url,
        "git_url": page.replace("http", "git", 1) + ".git",
        "ssh_url": f"git@{request.base_url.split('//')[1].split(':')[0]}:{found.slug}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "language": None,
        "license": None,
        "size": 0,
        "watchers_count": 0,
        **dict.fromkeys(counts, 0),
        "default_branch": found.default_branch,
        "topics": found.topics,
        "has_pages": False,
        "has_downloads": False,
        "has_discussions": False,
        **{
            name: found.settings[name] for name in ("has_issues", "has_projects", "has_wiki", "archived", "is_template")
        },
        "disabled": False,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "pushed_at": found.pushed_at,
        "permissions": {"admin": True, "maintain": True, "push": True, "triage": True, "pull": True},
        **{name: url + end for name, end in REPOSITORY_LINKS.items()},
    }


def full_repository(request: Request, found: Repository) -> Shape:
    """Return what a repository shows of itself."""
    merging = {
        name: value for name, value in found.settings.items() if name.startswith(("allow_", "delete_", "squash_"))
    }
    owner = user(request, found.owner, kind="Organization")
    return {
        **repository(request, found),
        **merging,
        "organization": owner,
        "network_count": 0,
        "subscribers_count": 0,
    }


def identity(line: bytes, seconds: int) -> Shape:
    name, _, rest = line.decode("utf-8", "replace").partition(" <")
    return {"name": name, "email": rest.rstrip(">"), "date": stamp(when(seconds))}


def commit(request: Request, found: Repository, one: Commit) -> Shape:
    """Return a commit as the history of a branch shows it."""
    sha, url = one.id.decode(), f"{request.api}/repos/{found.slug}"
    page = f"{request.base_url}/{found.slug}/commit"
    return {
        "sha": sha,
        "node_id": node("Commit", sha),
        "url": f"{url}/commits/{sha}",
        "html_url": f"{page}/{sha}",
        "comments_url": f"{url}/commits/{sha}/comments",
        "commit": {
            "author": identity(one.author, one.author_time),
            "committer": identity(one.committer, one.commit_time),
            "message": one.message.decode("utf-8", "replace"),
            "tree": {"sha": one.tree.decode(), "url": f"{url}/git/trees/{one.tree.decode()}"},
            "url": f"{url}/git/commits/{sha}",
            "comment_count": 0,
            "verification": UNSIGNED,
        },
        "author": None,
        "committer": None,
        "parents": [
            {"sha": p.decode(), "url": f"{url}/commits/{p.decode()}", "html_url": f"{page}/{p.decode()}"}
            for p in one.parents
        ],
    }


def git_commit(request: Request, found: Repository, one: Commit) -> Shape:
    """Return a commit as the Git Data API shows it."""
    shown = commit(request, found, one)
    inner = shown["commit"]
    return {
        "sha": shown["sha"],
        "node_id": shown["node_id"],
        "url": inner["url"],
        "html_url": shown["html_url"],
        "author": inner["author"],
        "committer": inner["committer"],
        "message": inner["message"],
        "tree": inner["tree"],
        "parents": [
            {**parent, "url": parent["url"].replace("/commits/", "/git/commits/")} for parent in shown["parents"]
        ],
        "verification": UNSIGNED,
    }


def tree(request: Request, found: Repository, git: Git, sha: str, *, recursive: bool) -> Shape:
    url = f"{request.api}/repos/{found.slug}/git"
    lines = []
    for entry in git.entries(sha, recursive=recursive):
        place = f"{url}/{entry.kind}s/{entry.sha}"
        line = {"path": entry.path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha, "url": place}
        lines.append({**line, "size": entry.size} if entry.kind == "blob" else line)
    return {"sha": sha, "url": f"{url}/trees/{sha}", "tree": lines, "truncated": False}


def ref(request: Request, found: Repository, name: str, sha: str) -> Shape:
    url = f"{request.api}/repos/{found.slug}/git"
    return {
        "ref": name,
        "node_id": node("Ref", f"{found.id}:{name}"),
        "url": f"{url}/{name}",
        "object": {"sha": sha, "type": "commit", "url": f"{url}/commits/{sha}"},
    }


def content(request: Request, found: Repository, path: str, ref_name: str, sha: str, *, kind: str, size: int) -> Shape:
    """Return a file or folder as the contents API lists it."""
    place, url = quote(path), f"{request.api}/repos/{found.slug}"
    mine = f"{url}/contents/{place}?ref={quote(ref_name, safe='')}"
    git_url = f"{url}/git/{'trees' if kind == 'dir' else 'blobs'}/{sha}"
    page = f"{request.base_url}/{found.slug}/{'tree' if kind == 'dir' else 'blob'}/{quote(ref_name)}/{place}"
    raw = f"{request.base_url}/{found.slug}/raw/{quote(ref_name)}/{place}"
    return {
        "type": kind,
        "name": path.rsplit("/", 1)[-1],
        "path": path,
        "sha": sha,
        "size": size,
        "url": mine,
        "git_url": git_url,
        "html_url": page,
        "download_url": None if kind == "dir" else raw,
        "_links": {"self": mine, "git": git_url, "html": page},
    }


def file_commit(request: Request, found: Repository, shown: Shape | None, one: Commit) -> Shape:
    """Return what the contents API says after a write."""
    return {"content": shown, "commit": git_commit(request, found, one)}


def hook(request: Request, found: Repository, one: Shape) -> Shape:
    url = f"{request.api}/repos/{found.slug}/hooks/{one['id']}"
    config = {**one["config"], **({"secret": "********"} if one["config"].get("secret") else {})}
    return {
        **one,
        "config": config,
        "type": "Repository",
        "name": "web",
        "url": url,
        "test_url": f"{url}/test",
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "last_response": {"code": None, "status": "unused", "message": None},
    }


def label(request: Request, found: Repository, one: Shape) -> Shape:
    number = zlib.crc32(f"{found.slug}/{one['name']}".encode())
    return {
        "id": number,
        "node_id": node("Label", number),
        "url": f"{request.api}/repos/{found.slug}/labels/{quote(one['name'])}",
        "name": one["name"],
        "description": one.get("description"),
        "color": one.get("color", "ededed"),
        "default": False,
    }


def installation(request: Request, owner: str, app: str) -> Shape:
    """Return the place where an app is installed: all repositories of `owner`."""
    number = zlib.crc32(f"{app}@{owner}".encode())
    url = f"{request.api}/app/installations/{number}"
    return {
        "id": number,
        "account": user(request, owner, kind="Organization"),
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{request.api}/installation/repositories",
        "html_url": f"{request.base_url}/{quote(owner)}",
        "app_id": int(app) if app.isdecimal() else number,
        "app_slug": f"app-{app}",
        "target_id": zlib.crc32(owner.encode()),
        "target_type": "Organization",
        "permissions": {"contents": "write", "metadata": "read"},
        "events": ["push"],
        "created_at": INSTALLED_AT,
        "updated_at": INSTALLED_AT,
        "single_file_name": None,
        "repository_selection": "all",
        "suspended_by": None,
        "suspended_at": None,
    }
