"""The people of the demo who may sign in, and their roles."""

from __future__ import annotations

from django.db import transaction

from accounts.models import RoleGrant, User
from demo import loading


@transaction.atomic
def load() -> None:
    """Make the accounts that are missing; one that is there stays as it is, its password too."""
    for account in loading.ACCOUNTS:
        user = User.objects.filter(username=account.username).first()
        if user is None:
            user = User.objects.create_user(
                account.username,
                loading.PASSWORD,
                email=f"{account.username}@acme.example",
                display_name=account.name,
                user_ref=f"user:default/{account.username}",
            )
            RoleGrant.objects.create(user=user, role=account.role)
