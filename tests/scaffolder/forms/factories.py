"""Actors for tests of forms."""

from accounts.actors import Actor
from accounts.roles import Role

ADA = Actor(
    kind="person", role=Role.DEVELOPER, ref="user:default/ada", name="Ada", group_refs=frozenset({"group:default/shop"})
)
