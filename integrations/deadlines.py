"""How long calls that belong together may take, their tries and pauses included."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from integrations.errors import Unavailable

_end: ContextVar[float] = ContextVar("deadline", default=math.inf)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let all calls of the block together take no longer than `seconds`.

    A call that comes too late, or is cut short by it, raises `Unavailable`. A block inside another has no more time
    than that.
    """
    before = _end.set(min(_end.get(), time.monotonic() + seconds))
    try:
        yield
    finally:
        _end.reset(before)


def seconds_left(host: str = "") -> float:
    """Return the seconds that are left; without a deadline there is no end to them.

    Raises:
        Unavailable: there are none.
    """
    left = _end.get() - time.monotonic()
    if left <= 0:
        raise Unavailable(f"{host or 'The host'} took longer than the portal waits. Try again.", host=host)
    return left


def end() -> float:
    """Return when the time is over, by the monotonic clock."""
    return _end.get()
