"""API tokens: made once, shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.models import ApiToken
from accounts.roles import Role

PREFIX = "wmk_"
# A token's last use is told to the minute: one write a request would make reads wait for the writer.
USE_IS_TOLD_EVERY = timedelta(minutes=1)


def digest(token: str) -> str:
    # A token is 256 random bits, so a plain hash is as good as a slow one.
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create(
    name: str, *, role: Role, actor: Actor, team_ref: str = "", expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token; the second value is the token itself, to be shown once."""
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        name=name,
        role=role,
        team_ref=team_ref.lower(),
        digest=digest(token),
        expires_at=expires_at,
        created_by_id=actor.user_id,
    )
    audit.record("token.created", actor=actor, subject=name, detail={"role": role, "team": team_ref})
    return row, token


def find(token: str) -> ApiToken | None:
    """Return the usable token row for what a request brought, and note its use."""
    now = timezone.now()
    # Asked with each request of a machine: as it stands here it takes a third of the time of a queryset.
    found = list(ApiToken.objects.raw("SELECT * FROM accounts_apitoken WHERE digest = %s", [digest(token)]))
    row = found[0] if found and found[0].is_usable(now) else None
    if row and (row.last_used_at is None or now - row.last_used_at > USE_IS_TOLD_EVERY):
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row
