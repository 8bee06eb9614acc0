"""Files at an address, and the files of a repository that a glob names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from catalog.sources import repositories
from catalog.sources.base import GLOB_SIGNS, Reading, SourceText, Unreadable
from integrations.errors import IntegrationError
from integrations.git import reader, shapes
from integrations.git.source_url import SourceUrl, SourceUrlError

if TYPE_CHECKING:
    from catalog.models import Location


class UrlSource:
    """A file at an address, or the files of a repository that a glob names."""

    def read(self, location: Location) -> Reading:
        source = reader.github_source(location.target)
        try:
            if source is not None:
                return repositories.read(location, source)
            return _address(location)
        except IntegrationError as error:
            raise Unreadable.of(error) from error

    def child(self, base: str, target: str) -> tuple[str, str]:
        joined = target if urlsplit(target).scheme else _joined(base, target)
        if urlsplit(joined).scheme not in ("http", "https"):
            raise ValueError(f"{target} is not an address that the portal reads.")
        return "url", joined


def _address(location: Location) -> Reading:
    if _has_glob(location.target):
        raise Unreadable(
            f"{location.target} is no GitHub host of the configuration, and only there globs are followed. "
            "Name each file."
        )
    found = reader.read_address(location.target, etag=location.etag)
    if found is None:
        return Reading(etag=location.etag, commit=location.commit, unchanged=True)
    return Reading([SourceText.of(location.target, found.content)], etag=found.etag)


def _has_glob(target: str) -> bool:
    return not GLOB_SIGNS.isdisjoint(urlsplit(target).path)


def _joined(base: str, relative: str) -> str:
    """Return what `relative` means in the file at `base`; in a repository it cannot lead out of it."""
    hosted = shapes.parse(base)
    if hosted is not None:
        return hosted.join(relative).view
    try:
        source = SourceUrl.parse(base)
    except SourceUrlError:
        return urljoin(base, relative)
    return str(source.join(relative))
