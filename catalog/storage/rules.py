"""Which kinds a location may bring (I09), and which only a source that somebody configured (threat A3)."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from catalog.descriptor import kinds
from catalog.descriptor.descriptors import ALL_KINDS
from catalog.models import Location

Rule = dict[str, Any]
ADMIN_KINDS: tuple[Rule, ...] = ({"allow": ["Template"]},)


def for_location(location: Location) -> tuple[Rule, ...]:
    """Return the rules that hold for `location`: those of the place that somebody named, from which it was reached."""
    root = location.root
    if root.origin == Location.Origin.COMMAND:
        return ALL_KINDS
    return for_target(
        root.type, root.target, own=root.rules, is_configured=root.origin == Location.Origin.CONFIGURATION
    )


def for_target(
    type_: str, target: str, *, own: list[Rule] | None = None, is_configured: bool = False
) -> tuple[Rule, ...]:
    """Return the rules for a place.

    Args:
        own: rules that the configuration gives to this very place; they stand alone.
        is_configured: whether the configuration names the place. Where it does not, only a rule that names places
            allows the kinds that give rights.
    """
    if type_ == Location.Type.ADMIN:
        return ADMIN_KINDS
    if own is not None:
        return tuple(own)
    found = []
    for rule in settings.WAYMARK["catalog"]["rules"]:
        places = rule.get("locations")
        if places is not None and not any(_matches(place, type_, target) for place in places):
            continue
        allow = rule["allow"] if is_configured or places is not None else _harmless(rule["allow"])
        found.append({"allow": allow})
    return tuple(found)


def _harmless(allow: Iterable[str | Mapping[str, Any]]) -> list[str | Mapping[str, Any]]:
    harmless: list[str | Mapping[str, Any]] = []
    for entry in allow:
        name = entry if isinstance(entry, str) else str(entry.get("kind", ""))
        if name == "*":
            harmless += [known for known in kinds.names() if not kinds.is_guarded(known)]
        elif not kinds.is_guarded(name):
            harmless.append(entry)
    return harmless


def _matches(place: Mapping[str, Any], type_: str, target: str) -> bool:
    if place.get("type", type_) != type_:
        return False
    if "exact" in place:
        return bool(place["exact"] == target)
    pattern = str(place.get("pattern", "*")).lower()
    return fnmatch.fnmatchcase(target.lower(), pattern)
