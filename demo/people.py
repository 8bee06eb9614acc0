"""The people of the demo who may sign in, and their roles."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import RoleGrant, User
from demo import loading


@transaction.atomic
def load() -> None:
    """Make the accounts that are missing; one that is there stays as it is, its password too."""
    known = set(User.objects.values_list("username", flat=True))
    missing = [account for account in loading.ACCOUNTS if account.username not in known]
    if not missing:
        return
    # Hashed once for all: the password is printed anyway, and each hashing takes half a second on purpose.
    password = make_password(loading.PASSWORD)
    for account in missing:
        user = User.objects.create(
            username=account.username,
            password=password,
            email=f"{account.username}@acme.example",
            display_name=account.name,
            user_ref=f"user:default/{account.username}",
        )
        RoleGrant.objects.create(user=user, role=account.role)
