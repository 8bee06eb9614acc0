"""The hosts that the configuration names, with their addresses and credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from integrations.errors import EgressDenied

GITHUB_COM = "github.com"


@dataclass(frozen=True)
class GitHubApp:
    """A GitHub App that acts for the portal; without `installation` it must have exactly one."""

    id: str
    private_key: str = field(repr=False)
    installation: int | None = None


@dataclass(frozen=True)
class GitHubHost:
    """One GitHub: `host` as it stands in repository addresses, `api` and `web` without a slash at the end."""

    host: str
    api: str
    web: str
    token: str = field(default="", repr=False)
    app: GitHubApp | None = None
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    # Seconds between two writes of all workers.
    write_interval: float = 0.0
    organization: str = ""


@dataclass(frozen=True)
class ForgeHost:
    """A host that isn't GitHub, with the token that raw files are read with; `api` is empty for the usual address."""

    style: str
    host: str
    api: str
    token: str = field(default="", repr=False)


# The names of hosts in the configuration, and the shape of addresses that each has.
FORGES = {
    "gitlab": "gitlab",
    "gitea": "gitea",
    "bitbucketServer": "bitbucket-server",
    "bitbucketCloud": "bitbucket-cloud",
    "azure": "azure",
}


def forge_host(style: str, host: str) -> ForgeHost | None:
    """Return the host of the configuration that has addresses of this shape; None when it names none."""
    for key, known_style in FORGES.items():
        for entry in settings.WAYMARK["integrations"].get(key, ()):
            if known_style == style and entry["host"].lower() == host.lower():
                return ForgeHost(style, host, entry.get("api", "").rstrip("/"), entry.get("token", ""))
    return None


def github_host(host: str) -> GitHubHost:
    """Return the GitHub named `host`, which may be a stranger's word.

    Raises:
        EgressDenied: the configuration does not know it.
    """
    wanted = host.lower()
    for known in all_github_hosts():
        if known.host == wanted:
            return known
    if wanted == GITHUB_COM and GITHUB_COM in settings.WAYMARK["egress"]["allow"]:
        # Public repositories can be read without a credential.
        return _from_entry({"host": GITHUB_COM})
    raise EgressDenied(f"{host!r} is not a GitHub host of this portal. Name it under integrations.github.", host=host)


def all_github_hosts() -> list[GitHubHost]:
    """Return the GitHub hosts of the configuration, in its order."""
    return [_from_entry(entry) for entry in settings.WAYMARK["integrations"]["github"]]


def _from_entry(entry: Mapping[str, Any]) -> GitHubHost:
    host = entry["host"].lower()
    public = host == GITHUB_COM
    app = entry.get("app")
    return GitHubHost(
        host=host,
        api=entry.get("api", "https://api.github.com" if public else f"https://{host}/api/v3").rstrip("/"),
        web=entry.get("web", f"https://{host}").rstrip("/"),
        token=entry.get("token", ""),
        app=GitHubApp(str(app["id"]), app["private_key"], app.get("installation")) if app else None,
        webhook_secrets=tuple(entry.get("webhook_secrets", ())),
        write_interval=float(entry.get("write_interval", 1.0 if public else 0.0)),
        organization=entry.get("organization", ""),
    )
