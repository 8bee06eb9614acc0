"""How the portal proves who it is to a GitHub: with a token, or as a GitHub App."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import jwt

from integrations.errors import Refused
from integrations.hosts import GitHubApp, GitHubHost
from integrations.http import Anonymous, Credential, HttpClient

# GitHub takes at most ten minutes; a minute back allows for clocks that differ.
# Source: https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
JWT_SECONDS, JWT_LEEWAY_SECONDS = 540, 60
SPARE_SECONDS = 60.0

_lock = threading.Lock()
_tokens: dict[tuple[str, str], tuple[str, float]] = {}


def of_host(host: GitHubHost, *, token: str | None = None) -> Credential:
    """Return the credential for `host`: `token` if given, else what the configuration has."""
    if token or host.token:
        return TokenCredential(token or host.token)
    return AppCredential(host, host.app) if host.app else Anonymous()


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
    def _key(self) -> tuple[str, str]:
        return self.host.api, self.app.id

    def _fetch(self) -> str:
        http = HttpClient(
            self.host.api,
            headers={"Accept": "application/vnd.github+json"},
            credential=_SignedApp(self.app),
            budget_host=self.host.host,
        )
        installation = self.app.installation or self._only_installation(http)
        made = http.post(f"/app/installations/{installation}/access_tokens", {}).json()
        with _lock:
            _tokens[self._key] = made["token"], datetime.fromisoformat(made["expires_at"]).timestamp()
        return str(made["token"])

    def _only_installation(self, http: HttpClient) -> int:
        found = [int(one["id"]) for page in http.pages("/app/installations") for one in page]
        if len(found) != 1:
            raise Refused(
                f"The GitHub App {self.app.id} has {len(found)} installations on {self.host.host}. "
                "Name one as `installation` in the configuration.",
                host=self.host.host,
            )
        return found[0]


@dataclass(frozen=True)
class _SignedApp:
    """The app itself, by a token that it signs; good only for asking for an installation's."""

    app: GitHubApp

    def headers(self) -> Mapping[str, str]:
        now = int(time.time())
        claims = {"iat": now - JWT_LEEWAY_SECONDS, "exp": now + JWT_SECONDS, "iss": self.app.id}
        return {"Authorization": f"Bearer {jwt.encode(claims, self.app.private_key, algorithm='RS256')}"}

    def renew(self) -> bool:
        return False
