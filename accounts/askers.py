"""Whose row stands behind a request, for what outlives it and looks their rights up again."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.actors import Actor
from accounts.models import ApiToken, User


def rows(request: HttpRequest, actor: Actor) -> tuple[User | None, ApiToken | None]:
    """Return the row of the person or of the token that asks; neither of somebody unknown."""
    if actor.kind == "token":
        return None, ApiToken.objects.get(name=actor.name)
    user = request.user
    return (user if isinstance(user, User) else None), None
