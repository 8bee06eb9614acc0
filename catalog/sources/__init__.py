"""Where descriptors are read from: files and folders, addresses, GitHub, and whatever a room above registers.

A source reads; it stores nothing. It raises `Unreadable` when the place cannot be read, and the catalog then keeps what
it has. A new source is one new file that registers itself here.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from catalog.sources.base import GLOB_SIGNS, LONGEST, Reading, Source, SourceText, Unreadable, is_too_long
from catalog.sources.files import MOST_FILES, SUFFIXES, FileSource
from catalog.sources.github_discovery import GitHubDiscovery
from catalog.sources.github_org import GitHubOrganizations
from catalog.sources.urls import UrlSource

if TYPE_CHECKING:
    from catalog.models import Location

__all__ = [
    "GLOB_SIGNS",
    "LONGEST",
    "MOST_FILES",
    "SUFFIXES",
    "FileSource",
    "Reading",
    "Source",
    "SourceText",
    "Unreadable",
    "UrlSource",
    "is_too_long",
    "of_type",
    "read",
    "register",
]

log = logging.getLogger(__name__)
# What somebody may write as the type of a place; the others are made by the portal.
NAMEABLE = {"file", "url"}
_sources: dict[str, Source] = {}


def register(type_: str, source: Source) -> None:
    """Add a source, or put one in the place of another."""
    _sources[type_] = source


def of_type(type_: str) -> Source:
    """Return the source for locations of `type_`.

    Raises:
        Unreadable: there is none.
    """
    try:
        return _sources[type_]
    except KeyError:
        known = ", ".join(sorted(_sources.keys() & NAMEABLE))
        raise Unreadable(f"The portal cannot read locations of type {type_}. Use one of {known}.") from None


def read(location: Location) -> Reading:
    """Return what a location holds, or that nothing is new.

    Raises:
        Unreadable: it is gone, out of reach, or answers with something that nobody understands.
    """
    source = of_type(location.type)
    try:
        return source.read(location)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # A host's answer in another shape than it documents must not end the reading of the other places.
        log.exception("Reading %s", location)
        message = (
            "The answer is not in the shape that the portal knows. Try again, and look into the log if it stays so."
        )
        raise Unreadable(message) from error


register("file", FileSource())
register("url", UrlSource())
register("github", GitHubDiscovery())
register("github-org", GitHubOrganizations())
