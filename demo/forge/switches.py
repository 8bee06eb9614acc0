"""Faults on demand, and a record of what was asked."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from demo.forge.wire import Answer, Request

HOURLY = 5000
NAMES = ("latency", "limit", "outage", "lost")


@dataclass
class Switch:
    """A fault: on for `times` calls (None: until it is turned off) that match `method` and `path` (a pattern)."""

    values: Mapping[str, Any]
    times: int | None = None
    method: str = ""
    path: str = ""

    def meets(self, request: Request) -> bool:
        return (not self.method or self.method == request.method) and bool(re.search(self.path, request.path))


@dataclass
class Switches:
    """The faults that are on, the calls that came, and what is left of the hour's limit."""

    _on: dict[str, Switch] = field(default_factory=dict)
    _calls: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=10_000))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _used: int = 0
    _hour: int = 0

    def set(self, wanted: Mapping[str, Any]) -> None:
        """Turn faults on, and off with null; names that are not in `wanted` stay as they are.

        Raises:
            ValueError: a name or its values are not known here.
        """
        for name, values in wanted.items():
            if name not in NAMES or not (values is None or isinstance(values, dict)):
                raise ValueError(f"{name} is not one of {', '.join(NAMES)} with an object or null")
        with self._lock:
            for name, values in wanted.items():
                self._on.pop(name, None)
                if values is not None:
                    picked = {key: values[key] for key in ("times", "method", "path") if key in values}
                    self._on[name] = Switch(values=values, **picked)

    def shown(self) -> dict[str, Any]:
        with self._lock:
            return {name: {**switch.values, "times": switch.times} for name, switch in self._on.items()}

    def reset(self) -> None:
        with self._lock:
            self._on.clear()

    def take(self, name: str, request: Request) -> Mapping[str, Any] | None:
        """Return the values of a fault that this call meets, and count it."""
        with self._lock:
            switch = self._on.get(name)
            if switch is None or not switch.meets(request):
                return None
            if switch.times is not None:
                switch.times -= 1
                if switch.times <= 0:
                    del self._on[name]
            return switch.values

    def before(self, request: Request) -> Answer | None:
        """Return the answer of a fault that comes in the place of the act."""
        if values := self.take("latency", request):
            time.sleep(float(values.get("seconds", 0.2)))
        if self.take("outage", request) is not None:
            return Answer({"message": "Service unavailable"}, 503)
        if (values := self.take("limit", request)) is not None:
            message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            headers = {"Retry-After": str(values["retry_after"])} if "retry_after" in values else {}
            return Answer({"message": message, "documentation_url": ""}, int(values.get("status", 403)), headers)
        return None

    def rate_headers(self) -> dict[str, str]:
        """Count a call, and return what GitHub says of the hour's limit."""
        with self._lock:
            hour = int(time.time() // 3600)
            self._used = self._used + 1 if hour == self._hour else 1
            self._hour = hour
            used = min(self._used, HOURLY)
        return {
            "X-RateLimit-Limit": str(HOURLY),
            "X-RateLimit-Remaining": str(HOURLY - used),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Reset": str((hour + 1) * 3600),
            "X-RateLimit-Resource": "core",
        }

    def record(self, request: Request, answer: Answer, *, began: float) -> None:
        """Write down a call; `began` is its time in seconds of the epoch."""
        line = {
            "at": began,
            "seconds": round(time.time() - began, 4),
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "status": answer.status,
        }
        with self._lock:
            self._calls.append(line)

    def calls(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._calls)

    def forget(self) -> None:
        with self._lock:
            self._calls.clear()
