"""Times as templates write them: `30s`, `10m`, `24h`, `7d`."""

from __future__ import annotations

import re
from datetime import timedelta

from scaffolder.step import StepFailed

WRITTEN = re.compile(r"(\d{1,5})\s*([smhd])", re.ASCII)
UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read(name: str, text: str, *, longest: timedelta) -> timedelta:
    """Return the time that an input says; `name` is what the input is called.

    Raises:
        StepFailed: it is none, or longer than `longest`.
    """
    found = WRITTEN.fullmatch(text.strip())
    lasts = int(found[1]) * UNITS[found[2]] if found else timedelta()
    if not timedelta() < lasts <= longest:
        most = f"{longest.days} days" if longest.days > 1 else f"{longest.total_seconds() / 3600:.0f} hours"
        raise StepFailed(f"`{name}: {text}` is no time of {most} at most. Write `30m`, `24h` or `7d`.")
    return lasts
