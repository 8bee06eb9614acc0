"""What an HTTP status means: the answer of an outside host, turned into a value or one of our errors."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from integrations.errors import (
    Conflict,
    IntegrationError,
    Invalid,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
)

# GitHub's advice for a secondary limit that names no time.
# Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
UNNAMED_PAUSE_SECONDS = 60.0
# GitHub counts by the hour; whatever says more is mistaken.
LONGEST_PAUSE_SECONDS = 3600.0
MAX_QUOTE = 300


@dataclass(frozen=True)
class Response:
    """An answer; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as a JSON value.

        Raises:
            Unavailable: it is none, as when a proxy answers in the host's place.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unavailable("The host answered with something that is not JSON. Try again.") from error

    @property
    def message(self) -> str:
        """What the host says about a failure, cut short; empty when it says nothing in JSON."""
        try:
            said = json.loads(self.body)
        except (ValueError, RecursionError):
            return ""
        return str(said.get("message", ""))[:MAX_QUOTE] if isinstance(said, dict) else ""


def failure(response: Response, *, host: str, doing: str) -> IntegrationError | None:
    """Return the error that `response` stands for, or None when it is a good answer.

    Args:
        doing: method and path, for the message.
    """
    status, said = response.status, response.message
    quoted = f' It said: "{said}".' if said else ""
    pause = pause_seconds(response)
    if status < 300 or status == 304:
        return None
    if pause is not None:
        return RateLimited(f"{host} asks for a pause of {pause:.0f} s.{quoted}", host=host, retry_after=pause)
    if status >= 500:
        return Unavailable(f"{host} has a fault ({status}) at {doing}. Try again.{quoted}", host=host)
    if status == 401:
        return Refused(f"{host} refused the credential (401). Renew it in the configuration.{quoted}", host=host)
    if status == 403:
        return Refused(f"{host} does not allow {doing} (403). Give the credential that right.{quoted}", host=host)
    if status in (404, 410):
        return NotFound(f"{host} has nothing at {doing} ({status}), or hides it from this credential.", host=host)
    if status == 409:
        return Conflict(f"{host} could not do {doing} as things stand (409).{quoted}", host=host)
    if status in (400, 422):
        errors = _errors(response)
        listed = f" {'; '.join(errors)}" if errors else ""
        return Invalid(
            f"{host} found the request wrong ({status}) at {doing}.{quoted}{listed}", host=host, errors=errors
        )
    return IntegrationError(
        f"{host} answered {status} to {doing}, which the portal does not expect.{quoted}", host=host
    )


def pause_seconds(response: Response) -> float | None:
    """Return the pause that the host orders, in seconds; None when `response` is no matter of limits."""
    pause = _ordered_pause(response) if response.status in (403, 429) else None
    return None if pause is None else min(pause, LONGEST_PAUSE_SECONDS)


def _ordered_pause(response: Response) -> float | None:
    headers = response.headers
    if "retry-after" in headers:
        return _retry_after(headers)
    if headers.get("x-ratelimit-remaining") == "0" and headers.get("x-ratelimit-reset", "").isdecimal():
        return max(1.0, float(headers["x-ratelimit-reset"]) - _now_there(headers))
    if response.status == 429 or "rate limit" in response.message.lower():
        return UNNAMED_PAUSE_SECONDS
    return None


def _retry_after(headers: Mapping[str, str]) -> float:
    """Return the seconds of `Retry-After`, which is a number or a date (RFC 9110, 10.2.3)."""
    value = headers["retry-after"].strip()
    if value.isascii() and value.isdecimal():
        return float(value)
    try:
        return max(1.0, parsedate_to_datetime(value).timestamp() - _now_there(headers))
    except ValueError:
        return UNNAMED_PAUSE_SECONDS


def _now_there(headers: Mapping[str, str]) -> float:
    """Return the host's own time in seconds of the epoch: our clock may differ from the one that the limit means."""
    try:
        return parsedate_to_datetime(headers["date"]).timestamp()
    except (KeyError, ValueError):
        return time.time()


def _errors(response: Response) -> list[str]:
    try:
        said = json.loads(response.body)
    except (ValueError, RecursionError):
        return []
    found = said.get("errors", []) if isinstance(said, dict) else []
    return [_sentence(one) for one in found] if isinstance(found, list) else [str(found)[:MAX_QUOTE]]


def _sentence(error: object) -> str:
    if not isinstance(error, dict):
        return str(error)[:MAX_QUOTE]
    if error.get("message"):
        return str(error["message"])[:MAX_QUOTE]
    return " ".join(str(error[key]) for key in ("resource", "field", "code") if error.get(key))[:MAX_QUOTE]
