"""Asking groups for their yes, and giving it: never to one's own request, once a person, to one text alone.

Whoever asks says by `follow` what happens when enough people have decided; nobody has to look again and again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import Approval, ApprovalGroup, ApprovalQuerySet, ApprovalVote

LONGEST_NOTE = 2_000


class NotOpen(Exception):
    """It cannot be decided any more; the message says why."""


@dataclass(frozen=True)
class Question:
    """What is asked, and of whom."""

    subject: str
    part: str
    url: str
    title: str
    group_refs: Sequence[str]
    requester_ref: str
    lasts: timedelta
    message: str = ""
    # What to judge it by: label and text.
    details: Sequence[tuple[str, str]] = ()
    quorum: int = 1
    # Everything that the answer is bound to, as JSON.
    bound_to: Any = field(default=None)

    @property
    def digest(self) -> str:
        told = [self.title, self.message, list(self.details), sorted(self.group_refs), self.quorum, self.bound_to]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@transaction.atomic
def ask(question: Question) -> Approval:
    """Return the open request for exactly this, made now or before; one for another text is withdrawn."""
    rounds = Approval.objects.filter(subject=question.subject, part=question.part)
    for earlier in rounds.filter(state=Approval.State.OPEN).select_for_update():
        if earlier.digest == question.digest:
            return earlier
        _close(earlier, Approval.State.WITHDRAWN)
    made = Approval.objects.create(
        subject=question.subject,
        part=question.part,
        round=(rounds.aggregate(last=Max("round"))["last"] or 0) + 1,
        digest=question.digest,
        url=question.url,
        title=question.title[:255],
        message=question.message,
        details=[list(pair) for pair in question.details],
        requester_ref=question.requester_ref,
        quorum=question.quorum,
        expires_at=timezone.now() + question.lasts,
    )
    ApprovalGroup.objects.bulk_create(
        ApprovalGroup(approval=made, group_ref=ref) for ref in sorted(set(question.group_refs))
    )
    return made


def why_not(approval: Approval, actor: Actor) -> str:
    """Return why `actor` may not decide; empty when they may."""
    if actor.kind != "person":
        return _("Only people approve; a token speaks for nobody.")
    if approval.requester_ref == actor.ref:
        return _("Nobody approves what they have asked for themselves.")
    if not approval.groups.filter(group_ref__in=actor.group_refs).exists():
        return _("Only members of the groups that are asked decide.")
    if approval.votes.filter(person_ref=actor.ref).exists():
        return _("You have decided already.")
    return ""


def decide(approval: Approval, actor: Actor, *, is_yes: bool, note: str = "") -> Approval:
    """Write down what a person says. Enough of them grant it; a single no refuses it.

    Raises:
        PermissionDenied: they may not decide this, or have done so.
        NotOpen: it was decided by others, withdrawn, or is too old.
    """
    with transaction.atomic():
        found = Approval.objects.select_for_update().get(pk=approval.pk)
        if found.state != Approval.State.OPEN:
            raise NotOpen(_("It is decided already: %(state)s.") % {"state": found.get_state_display()})
        if found.expires_at <= timezone.now():
            raise NotOpen(_("It has expired. Whoever asked has to ask again."))
        if reason := why_not(found, actor):
            raise PermissionDenied(reason)
        ApprovalVote.objects.create(
            approval=found, person_ref=actor.ref, is_yes=is_yes, note=note.strip()[:LONGEST_NOTE]
        )
        audit.record(
            "approval.yes" if is_yes else "approval.no",
            actor=actor,
            subject=found.subject,
            detail={"part": found.part, "digest": found.digest},
        )
        if not is_yes:
            _close(found, Approval.State.REFUSED)
        elif found.votes.filter(is_yes=True).count() >= found.quorum:
            _close(found, Approval.State.GRANTED)
        if found.state != Approval.State.OPEN:
            tell(found)
    return found


def expire(approval: Approval) -> None:
    """Close a request whose time is over."""
    late = Approval.objects.filter(pk=approval.pk, state=Approval.State.OPEN, expires_at__lte=timezone.now())
    late.update(state=Approval.State.EXPIRED, decided_at=timezone.now())
    approval.refresh_from_db()


def withdraw(subject: str) -> None:
    """Close what is still asked for `subject`, since nobody waits for the answer any more."""
    asked = Approval.objects.filter(subject=subject, state=Approval.State.OPEN)
    asked.update(state=Approval.State.WITHDRAWN, decided_at=timezone.now())


def waiting_for(actor: Actor, now: datetime) -> ApprovalQuerySet:
    """Return what `actor` is asked to decide, what expires first at the top."""
    if actor.kind != "person" or not actor.group_refs:
        return Approval.objects.none()
    asked = Approval.objects.open(now).asked_of(actor.group_refs).exclude(requester_ref=actor.ref)
    return asked.exclude(votes__person_ref=actor.ref).order_by("expires_at", "pk")


def _close(approval: Approval, state: Approval.State) -> None:
    approval.state, approval.decided_at = state, timezone.now()
    approval.save(update_fields=["state", "decided_at"])


Follower = Callable[[str], object]
_followers: dict[str, Follower] = {}


def follow(kind: str, told: Follower) -> None:
    """Have `told` called with the rest of the subject when something about a `kind` ("run:…") is decided."""
    _followers[kind] = told


def tell(approval: Approval) -> None:
    """Tell whoever asked that it is decided; harmless when they know."""
    kind, _colon, rest = approval.subject.partition(":")
    if kind in _followers:
        _followers[kind](rest)


def decided_since(instant: datetime) -> ApprovalQuerySet:
    """Return what was decided after `instant`, for those who may have missed it."""
    closed = (Approval.State.GRANTED, Approval.State.REFUSED)
    return Approval.objects.filter(state__in=closed, decided_at__gt=instant).only("subject")
