"""The providers of `catalog.providers` in waymark.yaml: what each is called, what it is told and when it runs.

A provider is a location whose source finds places or makes entities by itself. The keys are Backstage's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

from catalog import durations

if TYPE_CHECKING:
    from catalog.models import Location

GITHUB, GITHUB_ORG = "github", "github-org"
DEFAULT_ID = "default"
# Backstage's own limit for a provider that names none.
TIMEOUT = timedelta(minutes=5)
# A worker gives up after ten minutes.
LONGEST_TIMEOUT = timedelta(minutes=9)
GITHUB_COM = "github.com"


@dataclass(frozen=True)
class Schedule:
    """When a provider runs: how often, for how long at most, and how long after it became known first.

    Without a frequency it runs as often as any other place is read.
    """

    frequency: timedelta | None = None
    timeout: timedelta = TIMEOUT
    initial_delay: timedelta = timedelta()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Schedule:
        frequency = durations.parse(kept["frequency"]) if "frequency" in kept else None
        timeout = durations.parse(kept["timeout"]) if "timeout" in kept else TIMEOUT
        delay = durations.parse(kept["initialDelay"]) if "initialDelay" in kept else timedelta()
        return cls(frequency, min(timeout, LONGEST_TIMEOUT), delay)


@dataclass(frozen=True)
class Provider:
    """A provider as the configuration has it; `options` are its keys, as they stand there."""

    type: str
    id: str
    options: dict[str, Any] = field(repr=False)

    @property
    def key(self) -> tuple[str, str]:
        """Type and target of its location."""
        return self.type, self.id

    @property
    def schedule(self) -> Schedule:
        return Schedule.of(self.options.get("schedule", {}))


def configured() -> list[Provider]:
    """Return the providers of the configuration."""
    named = settings.WAYMARK["catalog"].get("providers", {})
    return [*_discoveries(named.get("github")), *_organizations(named.get("githubOrg"))]


def of_location(location: Location) -> Provider:
    """Return the provider that a location stands for, with the options that it was last brought in line with."""
    return Provider(location.type, location.target, location.options or {})


def _discoveries(entry: Mapping[str, Any] | None) -> Iterator[Provider]:
    """Yield the discoveries: one without a name, or a map of named ones."""
    if not entry:
        return
    is_single = isinstance(entry.get("organization"), str) or isinstance(entry.get("app"), str | int)
    for name, options in ({DEFAULT_ID: entry} if is_single else entry).items():
        yield Provider(GITHUB, name, dict(options))


def _organizations(entry: Mapping[str, Any] | list[Mapping[str, Any]] | None) -> Iterator[Provider]:
    """Yield the imports of organizations: one, or a list of them."""
    for options in entry if isinstance(entry, list) else [entry] if entry else []:
        yield Provider(GITHUB_ORG, options.get("id", DEFAULT_ID), dict(options))


def host_of(options: Mapping[str, Any]) -> str:
    """Return the GitHub host that a provider asks: `host`, that of `githubUrl`, or github.com."""
    if "githubUrl" in options:
        return urlsplit(str(options["githubUrl"])).netloc.lower()
    return str(options.get("host", GITHUB_COM)).lower()
