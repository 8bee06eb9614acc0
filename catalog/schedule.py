"""When a location is read again."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from django.conf import settings

from catalog import durations, providers
from catalog.models import Location

# A host that wants a pause of a second gets a longer one.
SHORTEST_PAUSE = timedelta(seconds=10)


def after_interval(now: datetime) -> datetime | None:
    """Return when a location is read again: after the configured interval and up to half of it more (I04).

    None when `catalog.processingInterval` is `false`: places are then read when somebody asks for it.
    """
    configured = settings.WAYMARK["catalog"]["processingInterval"]
    interval = durations.parse(configured) if configured else timedelta()
    return now + interval * random.uniform(1, 1.5) if interval else None  # noqa: S311 — spreads the load


def after_reading(location: Location, now: datetime, *, is_partial: bool = False) -> datetime | None:
    """Return when a location that was read is read again."""
    if is_partial:
        return now
    if location.is_provider:
        frequency = providers.of_location(location).schedule.frequency
        if frequency:
            return now + frequency
    return after_interval(now)


def after_failure(location: Location, now: datetime, *, retry_after: float = 0.0) -> datetime | None:
    """Return when a location that could not be read is tried again.

    Args:
        retry_after: seconds for which its host wants no call.
    """
    if not retry_after:
        return after_reading(location, now)
    pause = max(SHORTEST_PAUSE, timedelta(seconds=retry_after))
    # Not all of a host's places at the first moment that it allows.
    return now + pause * random.uniform(1, 1.2)  # noqa: S311 — spreads the load
