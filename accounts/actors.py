"""Who acts: a person, a token, the portal itself, or somebody unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import ApiToken, User


@dataclass(frozen=True)
class Actor:
    """Somebody who asks for something, with the rights that they have now."""

    kind: str
    role: Role
    ref: str = ""
    name: str = ""
    group_refs: frozenset[str] = field(default_factory=frozenset)
    user_id: int | None = None

    def __str__(self) -> str:
        return self.name or self.ref or self.kind

    @property
    def is_known(self) -> bool:
        return self.kind != "anonymous"

    @property
    def owner_refs(self) -> frozenset[str]:
        """The refs whose things are this actor's: their own and their groups'."""
        return self.group_refs | {self.ref} if self.ref else self.group_refs

    def speaks_for(self, owner_refs: Iterable[str]) -> bool:
        """Whether one of `owner_refs` is the actor or a group of theirs."""
        return not self.owner_refs.isdisjoint(owner_refs)


def anonymous() -> Actor:
    """Somebody who has not signed in: a viewer where the installation lets everybody read."""
    return Actor(kind="anonymous", role=Role.VIEWER if settings.ANONYMOUS_READ else Role.ANONYMOUS)


def system() -> Actor:
    """The portal itself: schedules, the command line, the configuration."""
    return Actor(kind="system", role=Role.ADMIN, ref="system:waymark", name="Waymark")


def for_user(user: User) -> Actor:
    """A person, with the groups and the role that they have at this moment."""
    if not user.is_active:
        return anonymous()
    ref = user.user_ref or f"user:default/{user.username.lower()}"
    return Actor(kind="person", role=user.role, ref=ref, name=str(user), group_refs=user.group_refs, user_id=user.pk)


def for_token(token: ApiToken) -> Actor:
    """A machine, with its token's role and team."""
    groups = frozenset({token.team_ref} if token.team_ref else ())
    return Actor(kind="token", role=Role(token.role), ref=f"token:{token.name}", name=token.name, group_refs=groups)
