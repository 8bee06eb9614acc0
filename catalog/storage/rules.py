"""Which kinds a location may bring (I09), and which only a source that somebody configured (threat A3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings

from catalog.descriptor import kinds
from catalog.descriptor.descriptors import ALL_KINDS
from catalog.models import Location
from integrations.git.globs import Glob

Rule = dict[str, Any]
ADMIN_KINDS: tuple[Rule, ...] = ({"allow": ["Template"]},)
# What providers make by themselves; what they find is a place like any other.
PROVIDED: Mapping[str, tuple[Rule, ...]] = {
    Location.Type.GITHUB: ({"allow": ["Location"]},),
    Location.Type.GITHUB_ORG: ({"allow": ["Group", "User"]},),
}


def for_location(location: Location) -> tuple[Rule, ...]:
    """Return the rules that hold for `location`: those of the place that somebody named, from which it was reached.

    What a provider found was named by nobody: everyone who may make a repository there can write it.
    """
    entry = location.entry
    if entry.is_provider:
        return PROVIDED[entry.type]
    if entry.origin == Location.Origin.COMMAND:
        return ALL_KINDS
    is_configured = entry.origin == Location.Origin.CONFIGURATION
    return for_target(entry.type, entry.target, own=entry.rules, is_configured=is_configured)


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
    """Whether a place is one of those that a rule names: exactly, or by a glob in which case does not count (I09)."""
    if place.get("type", type_) != type_:
        return False
    if "exact" in place:
        return bool(place["exact"] == target)
    return "pattern" not in place or Glob(str(place["pattern"]).lower()).fullmatch(target.lower())
