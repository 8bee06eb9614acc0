"""What GitHub tells, in the portal's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

Json = Mapping[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Listing(Generic[T]):
    """All things of a list, and what to show the next time so that an unchanged list is not sent again."""

    items: list[T]
    etags: list[str]


def listing(
    found: tuple[list[Any], list[str]] | None, read: Callable[[Json], T], *, key: str = ""
) -> Listing[T] | None:
    """Return the pages of a list as one; `key` is where a page has its things, if it is no list itself."""
    if found is None:
        return None
    pages, etags = found
    return Listing([read(one) for page in pages for one in (page[key] if key else page)], etags)


@dataclass(frozen=True)
class Repository:
    """A repository; `owner` and `name` are spelt as GitHub has them now."""

    owner: str
    name: str
    description: str
    private: bool
    archived: bool
    fork: bool
    default_branch: str
    html_url: str
    clone_url: str
    topics: tuple[str, ...]
    # public, private or internal.
    visibility: str = ""
    pushed_at: str = ""

    @classmethod
    def from_json(cls, found: Json) -> Repository:
        return cls(
            owner=found["owner"]["login"],
            name=found["name"],
            description=found.get("description") or "",
            private=found["private"],
            archived=found.get("archived", False),
            fork=found["fork"],
            default_branch=found.get("default_branch") or "main",
            html_url=found["html_url"],
            clone_url=found.get("clone_url") or "",
            topics=tuple(found.get("topics", ())),
            visibility=found.get("visibility") or ("private" if found["private"] else "public"),
            pushed_at=found.get("pushed_at") or "",
        )


@dataclass(frozen=True)
class Branch:
    """A branch and the commit that it points at."""

    name: str
    sha: str
    protected: bool = False


@dataclass(frozen=True)
class Head:
    """The newest commit of a branch; `etag` saves asking for it again."""

    sha: str
    etag: str


@dataclass(frozen=True)
class Team:
    """A team of an organisation; `parent` is the slug of the team above it."""

    slug: str
    name: str
    description: str
    parent: str
    html_url: str

    @classmethod
    def from_json(cls, found: Json) -> Team:
        return cls(
            slug=found["slug"],
            name=found["name"],
            description=found.get("description") or "",
            parent=(found.get("parent") or {}).get("slug", ""),
            html_url=found["html_url"],
        )


@dataclass(frozen=True)
class Account:
    """A person as lists show them."""

    login: str
    html_url: str
    avatar_url: str

    @classmethod
    def from_json(cls, found: Json) -> Account:
        return cls(found["login"], found["html_url"], found.get("avatar_url") or "")


@dataclass(frozen=True)
class TeamMember:
    """Somebody in a team; `inherited`: only through a team below it, None where the host does not say."""

    login: str
    inherited: bool | None

    @classmethod
    def from_json(cls, found: Json) -> TeamMember:
        return cls(found["login"], found.get("inherited"))


@dataclass(frozen=True)
class Profile:
    """What a person tells of themselves; `etag` saves reading it again."""

    name: str
    email: str
    bio: str
    is_suspended: bool
    etag: str


@dataclass(frozen=True)
class Author:
    """Who a commit names as its author."""

    name: str
    email: str


@dataclass(frozen=True)
class Commit:
    """A commit of a branch's history."""

    sha: str
    message: str
    author: Author
    authored_at: datetime
    parents: tuple[str, ...]
    html_url: str

    @classmethod
    def from_json(cls, found: Json) -> Commit:
        author = found["commit"]["author"]
        return cls(
            sha=found["sha"],
            message=found["commit"]["message"],
            author=Author(author["name"], author["email"]),
            authored_at=datetime.fromisoformat(author["date"]),
            parents=tuple(parent["sha"] for parent in found["parents"]),
            html_url=found["html_url"],
        )


@dataclass(frozen=True)
class RepositoryFile:
    """A file to commit: `path` from the root; a `content` of None takes the file away."""

    path: str
    content: bytes | None
    mode: Literal["100644", "100755", "120000"] | str = "100644"


@dataclass(frozen=True)
class TreeEntry:
    """One name in a tree; `type` is blob, tree or commit (a submodule)."""

    path: str
    mode: str
    type: str
    sha: str
    size: int


@dataclass(frozen=True)
class Tree:
    """The names in a folder of a commit; `truncated` when GitHub did not list them all."""

    sha: str
    entries: tuple[TreeEntry, ...]
    truncated: bool

    @classmethod
    def from_json(cls, found: Json) -> Tree:
        entries = (
            TreeEntry(one["path"], one["mode"], one["type"], one["sha"], one.get("size", 0)) for one in found["tree"]
        )
        return cls(sha=found["sha"], entries=tuple(entries), truncated=found["truncated"])


@dataclass(frozen=True)
class Contents:
    """A file as it stands at a ref; `etag` saves reading it again."""

    path: str
    sha: str
    content: bytes
    etag: str


@dataclass(frozen=True)
class PullRequest:
    """A pull request; `url` is its page."""

    number: int
    url: str
    title: str
    state: str
    head: str
    base: str
    body: str = ""
    is_merged: bool = False

    @classmethod
    def from_json(cls, found: Json) -> PullRequest:
        return cls(
            number=found["number"],
            url=found["html_url"],
            title=found["title"],
            state=found["state"],
            head=found["head"]["ref"],
            base=found["base"]["ref"],
            body=found.get("body") or "",
            is_merged=bool(found.get("merged_at")),
        )


@dataclass(frozen=True)
class Issue:
    """An issue; `url` is its page."""

    number: int
    url: str
    title: str
    body: str
    state: str

    @classmethod
    def from_json(cls, found: Json) -> Issue:
        return cls(found["number"], found["html_url"], found["title"], found.get("body") or "", found["state"])


@dataclass(frozen=True)
class WorkflowRun:
    """A run of a workflow that was just started; `page_url` is for people."""

    id: int
    url: str
    page_url: str

    @classmethod
    def from_json(cls, found: Json) -> WorkflowRun:
        return cls(found["workflow_run_id"], found["run_url"], found["html_url"])


@dataclass(frozen=True)
class Hook:
    """A webhook of a repository; `url` is whom it tells."""

    id: int
    url: str
    events: tuple[str, ...]
    active: bool

    @classmethod
    def from_json(cls, found: Json) -> Hook:
        return cls(found["id"], found["config"].get("url") or "", tuple(found["events"]), found["active"])


@dataclass(frozen=True)
class ProtectionRules:
    """What a protected branch asks for; the defaults are those of `publish:github`."""

    required_approving_review_count: int = 1
    require_code_owner_reviews: bool = False
    dismiss_stale_reviews: bool = False
    require_last_push_approval: bool = False
    required_status_check_contexts: tuple[str, ...] = ()
    require_branches_to_be_up_to_date: bool = True
    enforce_admins: bool = True
    required_linear_history: bool = False
    required_conversation_resolution: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the body of the call; GitHub wants each of the four rules, if only as null."""
        contexts = list(self.required_status_check_contexts)
        checks = {"strict": self.require_branches_to_be_up_to_date, "contexts": contexts} if contexts else None
        return {
            "required_status_checks": checks,
            "enforce_admins": self.enforce_admins,
            "required_pull_request_reviews": {
                "required_approving_review_count": self.required_approving_review_count,
                "require_code_owner_reviews": self.require_code_owner_reviews,
                "dismiss_stale_reviews": self.dismiss_stale_reviews,
                "require_last_push_approval": self.require_last_push_approval,
            },
            "restrictions": None,
            "required_linear_history": self.required_linear_history,
            "required_conversation_resolution": self.required_conversation_resolution,
        }
