"""What an outside host allows us now, known to every worker: pauses that it ordered, and the space between writes.

The clock is the database's: the workers' own clocks may differ.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Now

from integrations.models import HostBudget


def blocked_seconds(host: str) -> float:
    """Return the seconds for which `host` wants no call; 0 when it may be called."""
    row = HostBudget.objects.filter(host=host, blocked_until__gt=Now()).annotate(now=Now()).first()
    if row is None or row.blocked_until is None:
        return 0.0
    return max(0.0, (row.blocked_until - row.now).total_seconds())


def block(host: str, *, seconds: float) -> None:
    """Stop all calls to `host` for `seconds`; a longer pause that stands already stays."""
    HostBudget.objects.get_or_create(host=host)
    until = Now() + timedelta(seconds=seconds)
    shorter = Q(blocked_until__isnull=True) | Q(blocked_until__lt=until)
    HostBudget.objects.filter(shorter, host=host).update(blocked_until=until)


def reserve_write(host: str, *, interval_seconds: float) -> float:
    """Take the next free moment for a write to `host`, and return the seconds until then."""
    HostBudget.objects.get_or_create(host=host)
    while True:
        row = HostBudget.objects.annotate(now=Now()).get(host=host)
        now: datetime = row.now
        start = max(now, row.next_write_at or now)
        # Whoever changed the row in between has our moment; then we look again.
        taken = HostBudget.objects.filter(host=host, next_write_at=row.next_write_at)
        if row.next_write_at is None:
            taken = HostBudget.objects.filter(host=host, next_write_at__isnull=True)
        if taken.update(next_write_at=start + timedelta(seconds=interval_seconds)):
            return (start - now).total_seconds()
