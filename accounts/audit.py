"""The audit trail: what was done, by whom, to what; written in the transaction of the deed."""

from collections.abc import Mapping
from typing import Any

from accounts.actors import Actor
from accounts.models import AuditEvent


def record(event: str, *, actor: Actor, subject: object, detail: Mapping[str, Any] | None = None) -> AuditEvent:
    """Write that `actor` did `event` (`location.registered`) to `subject`."""
    return AuditEvent.objects.create(
        event=event, actor_ref=actor.ref or actor.kind, subject=str(subject)[:255], detail=dict(detail or {})
    )
