"""Whose rights a run has: those of who asked for it, as they are now."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import actors
from accounts.actors import Actor
from accounts.models import ApiToken, User
from accounts.permissions import Act, require
from scaffolder.models import Task


def requester(task: Task, *, now: datetime | None = None) -> Actor:
    """Return who asked for `task`, looked up again.

    Raises:
        PermissionDenied: they are gone, or may no longer run templates, or undo what `task` undoes.
    """
    actor = _found(task, now or timezone.now())
    if actor is None:
        raise PermissionDenied(f"{task.actor_ref} is no longer known here, so nobody answers for this run.")
    require(actor, Act.RUN_TEMPLATE)
    if task.undoes is not None:
        require_control(actor, task.undoes)
    return actor


def _found(task: Task, now: datetime) -> Actor | None:
    if task.actor_id is not None:
        user = User.objects.filter(pk=task.actor_id, is_active=True).first()
        return actors.for_user(user) if user else None
    if task.actor_token_id is not None:
        token = ApiToken.objects.usable(now).filter(pk=task.actor_token_id).first()
        return actors.for_token(token) if token else None
    return actors.system() if task.actor_ref == actors.system().ref else None


def require_control(actor: Actor, task: Task) -> None:
    """Return when `actor` may cancel, retry or undo `task`.

    Raises:
        PermissionDenied: they may not.
    """
    owners = [task.owner_ref] if task.owner_ref else []
    require(actor, Act.CONTROL_RUN, owner_refs=owners, own=task.actor_ref == actor.ref)
