"""A call that is sent again gives the run that it gave the first time, and makes nothing twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actors import Actor
from scaffolder.engine import TooManyRuns
from scaffolder.models import IdempotencyKey, Task
from scaffolder.services import ServiceRefused

KEPT = timedelta(days=7)
LONGEST_KEY = 255


class KeyReused(Exception):
    """The key was sent before with another body."""


class KeyRefused(ValueError):
    """A text that is no key."""


def once(key: str, body: Mapping[str, Any], *, actor: Actor, make: Callable[[], Task]) -> Task:
    """Return the task of `key`, which `make` starts the first time that the actor sends it.

    Of calls at the same time one makes the task: the key's row can be written once, and the others' work is undone
    with their transaction. A call that is refused only since another one came first gets that one's task.

    Raises:
        KeyReused: the actor sent the key before with another body.
        KeyRefused: it is too long.
    """
    if not key:
        return make()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise KeyRefused(_("An idempotency key is a text of at most %(most)d signs.") % {"most": LONGEST_KEY})
    _forget_old(actor)
    digest = _digest(body)
    found = _kept(key, digest, actor)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            task = make()
            IdempotencyKey.objects.create(actor_ref=actor.ref, key=key, body_hash=digest, task=task)
    except (IntegrityError, ServiceRefused, TooManyRuns):
        found = _kept(key, digest, actor)
        if found is None:
            raise
        return found
    return task


def _kept(key: str, digest: str, actor: Actor) -> Task | None:
    row = IdempotencyKey.objects.filter(actor_ref=actor.ref, key=key).select_related("task").first()
    if row is None:
        return None
    if row.body_hash != digest:
        raise KeyReused(_("This idempotency key was sent before with another body. Use a new key for a new request."))
    return row.task


def _forget_old(actor: Actor) -> None:
    IdempotencyKey.objects.older_than(timezone.now() - KEPT).filter(actor_ref=actor.ref).delete()


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
