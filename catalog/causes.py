"""Why the catalog changes: said once where something begins, heard where rows are written.

Between a push that arrives and the row that it changes lie the reading, the checks and the storing, none of which
cares why. So the reason travels beside them, in the context of the thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cause(models.TextChoices):
    """What made a revision."""

    READ = "read", _("read again")
    REFRESHED = "refreshed", _("refreshed by hand")
    REGISTERED = "registered", _("registered")
    PUSHED = "pushed", _("pushed")
    COMMAND = "command", _("manage.py ingest")
    CONFIGURED = "configured", _("waymark.yaml")
    UNREGISTERED = "unregistered", _("unregistered")
    DELETED = "deleted", _("deleted")
    LET_BACK = "let_back", _("let back in")
    ORPHANED = "orphaned", _("its place stayed away")
    RENAMED = "renamed", _("renamed")
    UPGRADE = "upgrade", _("the history begins")


@dataclass(frozen=True)
class Because:
    """A reason, and the ref of who gave it; empty where it was the portal itself."""

    cause: Cause = Cause.READ
    actor_ref: str = ""


READING = Because()
_current: ContextVar[Because] = ContextVar("because", default=READING)


def current() -> Because:
    """Return why the catalog changes at this moment; by itself it only reads its places again."""
    return _current.get()


@contextmanager
def because(cause: Cause, actor_ref: str = "") -> Iterator[None]:
    """Have everything that is written meanwhile say `cause`. What began for another reason keeps that one."""
    begun = _current.get()
    token = _current.set(begun if begun.cause != Cause.READ else Because(cause, actor_ref))
    try:
        yield
    finally:
        _current.reset(token)
