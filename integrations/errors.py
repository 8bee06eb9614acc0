"""What can go wrong with an outside system, and whether trying again helps.

IntegrationError
├── Unavailable    no answer, time-out, 5xx           try again
├── RateLimited    429, or 403 with a limit           try again after `.retry_after` seconds
├── Refused        401, 403                           a person must act
├── NotFound       404, 410
├── Conflict       409: it is there already, or not ready
├── Invalid        400, 422                           `.errors` says what is wrong
└── EgressDenied   the address is not one that the portal may call
"""

from __future__ import annotations

from collections.abc import Sequence


class IntegrationError(Exception):
    """An outside system did not do what it was asked; the message tells its reader what to do."""

    retryable = False

    def __init__(self, message: str, *, host: str = "") -> None:
        super().__init__(message)
        self.host = host


class Unavailable(IntegrationError):
    """The host gave no usable answer. What was asked may have been done all the same."""

    retryable = True


class RateLimited(IntegrationError):
    """The host asks for a pause of `retry_after` seconds."""

    retryable = True

    def __init__(self, message: str, *, host: str = "", retry_after: float) -> None:
        super().__init__(message, host=host)
        self.retry_after = retry_after


class Refused(IntegrationError):
    """The host does not accept the credential, or the credential lacks a right."""


class NotFound(IntegrationError):
    """The host has no such thing, or does not show it to this credential."""


class Conflict(IntegrationError):
    """The host has something there already, or is not ready for what was asked."""


class Invalid(IntegrationError):
    """The host understood the request and found it wrong."""

    def __init__(self, message: str, *, host: str = "", errors: Sequence[str] = ()) -> None:
        super().__init__(message, host=host)
        self.errors = list(errors)


class EgressDenied(IntegrationError):
    """The portal may not call this address."""
