"""An organization's people and teams: whatever changed, they are read again."""

from __future__ import annotations

from collections.abc import Sequence

from catalog import scm_events
from delivery.handlers import Handler, Keep, Origin, Payload, text
from delivery.pushes import told

EVENTS = ("membership", "organization", "team")


def read(payload: Payload) -> str:
    """Return the organization's name.

    Raises:
        Unusable: the payload names none.
    """
    return text(payload, "organization", "login")


def act(origin: Origin, events: Sequence[str], keep: Keep) -> str:
    """Read the people and teams of each organization again, once."""
    reports = [scm_events.organization_changed(origin.host, name, progress=keep) for name in sorted(set(events))]
    return " ".join(told(report) for report in reports)


HANDLER = Handler(read=read, act=act)
