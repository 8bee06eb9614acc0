"""People for tests, with a role and groups, signed in or not."""

from typing import Any

from django.test import Client

from accounts import actors
from accounts.models import Membership, RoleGrant, User
from accounts.roles import Role

SHOP = "group:default/shop"


class SignedIn(Client):
    """A browser that somebody has signed in with: `.user` is the person, `.actor` the same with rights."""

    def __init__(self, user: User, **defaults: Any) -> None:
        super().__init__(**defaults)
        self.user = user
        self.force_login(user)

    @property
    def actor(self) -> actors.Actor:
        return actors.for_user(User.objects.get(pk=self.user.pk))


def make_person(
    username: str = "ada",
    *,
    role: Role = Role.DEVELOPER,
    groups: tuple[str, ...] = (SHOP,),
    password: str | None = None,
) -> User:
    """Return a new person in `groups`; without a password they can only be signed in by a test."""
    user = User.objects.create_user(
        username, password, display_name=username.capitalize(), user_ref=f"user:default/{username}"
    )
    if role is not Role.VIEWER:
        RoleGrant.objects.create(user=user, role=role)
    Membership.objects.bulk_create(Membership(user=user, group_ref=ref, source="catalog") for ref in groups)
    return user
