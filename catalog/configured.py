"""Brings the places in line with waymark.yaml: `catalog.locations`, and the providers of `catalog.providers`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import audit
from accounts.actors import system
from catalog import providers
from catalog.causes import Cause, because
from catalog.models import CatalogRevision, Location
from catalog.providers import Provider
from catalog.removal import Outcome
from catalog.storage import children

Key = tuple[str, str]


def sync() -> Outcome:
    """Add what the configuration names, and remove what it names no more (I07)."""
    wanted = _wanted()
    outcome = Outcome()
    with because(Cause.CONFIGURED), transaction.atomic():
        CatalogRevision.lock()
        now = timezone.now()
        known = {(row.type, row.target): row for row in Location.objects.filter(_concerned(wanted))}
        for key, row in known.items():
            if row.origin == Location.Origin.CONFIGURATION and key not in wanted:
                _drop(row, outcome, now)
        for key, values in wanted.items():
            _name(key, values, known.get(key), now)
        if outcome.has_written:
            CatalogRevision.rise()
    return outcome


def _concerned(wanted: Mapping[Key, dict[str, Any]]) -> Q:
    targets = [target for _, target in wanted]
    return Q(origin=Location.Origin.CONFIGURATION) | Q(target__in=targets)


def _wanted() -> dict[Key, dict[str, Any]]:
    """Return the places of the configuration, each with what its row holds of it."""
    found: dict[Key, dict[str, Any]] = {}
    for entry in settings.WAYMARK["catalog"]["locations"]:
        found[_place(entry)] = {"rules": entry.get("rules"), "options": None}
    for provider in providers.configured():
        found[provider.key] = {"rules": None, "options": provider.options}
    return found


def _place(entry: Mapping[str, Any]) -> Key:
    target = entry["target"]
    if entry["type"] == Location.Type.FILE:
        target = str(Path(target).absolute())
    return entry["type"], target


def _drop(row: Location, outcome: Outcome, now: datetime) -> None:
    keeps = settings.WAYMARK["catalog"]["orphanProviderStrategy"] == "keep"
    if row.is_provider and keeps:
        children.leave(row, now=now)
        outcome.has_written = True
    else:
        children.remove(row, outcome=outcome, now=now)
    audit.record("location.removed", actor=system(), subject=row)


def _name(key: Key, values: dict[str, Any], row: Location | None, now: datetime) -> None:
    wanted = {"origin": Location.Origin.CONFIGURATION, "parent": None, "parent_ref": "", **values}
    if row is None:
        delay = Provider(*key, values["options"]).schedule.initial_delay if values["options"] else timedelta()
        Location.objects.create(type=key[0], target=key[1], next_refresh_at=now + delay, **wanted)
    elif any(getattr(row, name) != value for name, value in wanted.items()):
        # What a source remembers was asked with other words.
        Location.objects.filter(pk=row.pk).update(next_refresh_at=now, etag="", memory=None, **wanted)
