"""Tells `accounts` which groups the catalog puts the people who sign in into."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from accounts.models import Membership, User
from catalog.models import Relation
from catalog.storage import bulk

SOURCE = "catalog"


def sync(user_refs: Collection[str] | None = None) -> int:
    """Bring the memberships of people in line with the relations of the catalog; return how many rows differed.

    Args:
        user_refs: of the people to look at; None: everybody who is matched to a User entity.
    """
    found = _matched(user_refs)
    wanted = {(found[ref], group) for ref, group in _told(found)}
    stored: dict[tuple[int, str], int] = {}
    for users in bulk.chunks(found.values()):
        rows = Membership.objects.filter(source=SOURCE, user__in=users)
        stored |= {(user, group): pk for pk, user, group in rows.values_list("pk", "user_id", "group_ref")}
    gone = [pk for key, pk in stored.items() if key not in wanted]
    new = [Membership(user_id=user, group_ref=group, source=SOURCE) for user, group in sorted(wanted - stored.keys())]
    if gone or new:
        with transaction.atomic():
            Membership.objects.filter(pk__in=gone).delete()
            Membership.objects.bulk_create(new, ignore_conflicts=True)
    return len(gone) + len(new)


def _matched(user_refs: Collection[str] | None) -> dict[str, int]:
    """Return the people that are matched to a User entity: {ref: id}."""
    people = User.objects.exclude(user_ref=None)
    if user_refs is None:
        return {ref or "": pk for ref, pk in people.values_list("user_ref", "pk")}
    found: dict[str, int] = {}
    for chunk in bulk.chunks(user_refs):
        found |= {ref or "": pk for ref, pk in people.filter(user_ref__in=chunk).values_list("user_ref", "pk")}
    return found


def _told(user_refs: Collection[str]) -> set[tuple[str, str]]:
    """Return who is in which group, as the User entities or the Group entities say."""
    told: set[tuple[str, str]] = set()
    for chunk in bulk.chunks(user_refs):
        rows = Relation.objects.filter(
            Q(type="memberOf", source_ref__in=chunk) | Q(type="hasMember", target_ref__in=chunk)
        ).values_list("type", "source_ref", "target_ref")
        told |= {(a, b) if type_ == "memberOf" else (b, a) for type_, a, b in rows}
    return told
