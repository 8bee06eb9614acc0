"""How the portal proves who it is to a GitHub: with a token, or as a GitHub App."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from integrations.errors import Refused
from integrations.hosts import GitHubApp, GitHubHost
from integrations.http import Anonymous, Credential, HttpClient

# GitHub takes at most ten minutes; a minute back allows for clocks that differ.
# Source: https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
JWT_SECONDS, JWT_LEEWAY_SECONDS = 540, 60
SPARE_SECONDS = 60.0

_lock = threading.Lock()
_tokens: dict[tuple[str, str, str], tuple[str, float]] = {}


def of_host(host: GitHubHost, *, token: str | None = None, owner: str = "") -> Credential:
    """Return the credential for `host`: `token` if given, else what the configuration has.

    Args:
        owner: whose repositories it is for; an app has a token for each account that installed it.
    """
    if token or host.token:
        return TokenCredential(token or host.token)
    return AppCredential(host, host.app, owner.lower()) if host.app else Anonymous()


def installations(host: GitHubHost) -> dict[str, int]:
    """Return the accounts that installed the app of `host`, each with the number of the installation.

    Raises:
        Refused: the configuration has no app for it.
    """
    if host.app is None:
        raise Refused(
            f"{host.host} has no GitHub App in the configuration. Name an organization, or give the host an `app`.",
            host=host.host,
        )
    http = _app_client(host, host.app)
    found = [one for page in http.pages("/app/installations") for one in page if not one.get("suspended_at")]
    return {str(one["account"]["login"]): int(one["id"]) for one in found if one.get("account")}


@dataclass(frozen=True)
class TokenCredential:
    """A token that somebody made; only they can renew it."""

    token: str = field(repr=False)

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def renew(self) -> bool:
        return False


@dataclass(frozen=True)
class AppCredential:
    """A GitHub App's installation token, which lives an hour and is kept in this process until then."""

    host: GitHubHost
    app: GitHubApp
    # In lower case; empty where the app has one installation.
    owner: str = ""

    def headers(self) -> Mapping[str, str]:
        """Return the header with a token that lives on for a minute at least."""
        with _lock:
            token, ends_at = _tokens.get(self._key, ("", 0.0))
        if ends_at - SPARE_SECONDS < time.time():
            token = self._fetch()
        return {"Authorization": f"Bearer {token}"}

    def renew(self) -> bool:
        with _lock:
            _tokens.pop(self._key, None)
        return True

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.host.api, self.app.id, self.owner

    def _fetch(self) -> str:
        http = _app_client(self.host, self.app)
        installation = self.app.installation or self._installation()
        made = http.post(f"/app/installations/{installation}/access_tokens", {}).json()
        with _lock:
            _tokens[self._key] = made["token"], datetime.fromisoformat(made["expires_at"]).timestamp()
        return str(made["token"])

    def _installation(self) -> int:
        found = installations(self.host)
        if len(found) == 1:
            return next(iter(found.values()))
        for login, number in found.items():
            if login.lower() == self.owner:
                return number
        whose = f", none of them {self.owner}'s" if self.owner else ""
        raise Refused(
            f"The GitHub App {self.app.id} has {len(found)} installations on {self.host.host}{whose}. "
            "Name one as `installation` in the configuration.",
            host=self.host.host,
        )


def _app_client(host: GitHubHost, app: GitHubApp) -> HttpClient:
    """Return the client that is the app itself, not one of its installations."""
    headers = {"Accept": "application/vnd.github+json"}
    return HttpClient(host.api, headers=headers, credential=_SignedApp(app), budget_host=host.host)


@dataclass(frozen=True)
class _SignedApp:
    """The app itself, by a token that it signs; good only for asking for an installation's."""

    app: GitHubApp

    def headers(self) -> Mapping[str, str]:
        # Loads a tenth of all that the portal loads, and most processes never sign anything.
        import jwt

        now = int(time.time())
        claims = {"iat": now - JWT_LEEWAY_SECONDS, "exp": now + JWT_SECONDS, "iss": self.app.id}
        return {"Authorization": f"Bearer {jwt.encode(claims, self.app.private_key, algorithm='RS256')}"}

    def renew(self) -> bool:
        return False
