"""GitHub Apps and limits."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from demo.forge import shapes
from demo.forge.forge import Forge, route
from demo.forge.git import stamp
from demo.forge.wire import Answer, ApiError, Request, not_found, one_page

# How long a token that an app signs itself may be good for.
LONGEST_SECONDS = 600


@route("POST", "/app/installations/{installation}/access_tokens")
def create_token(forge: Forge, request: Request, installation: str) -> Answer:
    """Give an installation its token, which lives an hour."""
    app = str(_claims(request).get("iss", ""))
    known = {shapes.installation(request, one, app)["id"]: one for one in forge.store.organizations}
    owner = known.get(int(installation)) if installation.isdecimal() else None
    if owner is None:
        raise not_found()
    token = f"ghs_{secrets.token_hex(18)}"
    forge.issued[token] = owner
    ends_at = stamp(datetime.now(UTC) + timedelta(hours=1))
    return Answer({"token": token, "expires_at": ends_at, "permissions": {}, "repository_selection": "all"}, 201)


@route("GET", "/app/installations")
def list_installations(forge: Forge, request: Request) -> Answer:
    """Tell the installations that each app has: one in every organization of the forge."""
    app = str(_claims(request).get("iss", ""))
    found, headers = one_page(request, sorted(forge.store.organizations))
    return Answer([shapes.installation(request, owner, app) for owner in found], headers=headers)


@route("GET", "/installation/repositories")
def list_repositories(forge: Forge, request: Request) -> Answer:
    """Tell the repositories of the organization whose installation's token is shown."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    owner = forge.issued.get(given)
    if owner is None:
        raise ApiError(403, "You must authenticate with an installation access token in order to list repositories")
    found = forge.store.all(owner)
    page, headers = one_page(request, found)
    shown = [shapes.repository(request, one) for one in page]
    return Answer({"total_count": len(found), "repositories": shown}, headers=headers)


def _claims(request: Request) -> dict[str, Any]:
    """Return what an app says in the token that it signed. The forge knows no app's key, so it reads it unverified."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        head, claims = jwt.get_unverified_header(given), jwt.decode(given, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise ApiError(401, "A JSON web token could not be decoded") from error
    if head.get("alg") != "RS256" or claims["exp"] - claims["iat"] > LONGEST_SECONDS:
        raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
    return dict(claims)


@route("GET", "/rate_limit")
def show_limits(forge: Forge, request: Request) -> Answer:
    said = forge.switches.rate_headers()
    names = ("limit", "remaining", "used", "reset")
    rate = {name: int(said[f"X-RateLimit-{name.title()}"]) for name in names}
    return Answer({"resources": {"core": rate, "search": rate}, "rate": rate})
