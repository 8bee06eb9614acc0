"""Files at an address, and the files of a repository that a glob names."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from catalog.sources.base import GLOB_SIGNS, Reading, SourceText, Unreadable, is_too_long
from integrations.errors import IntegrationError, NotFound
from integrations.git import reader
from integrations.git.source_url import SourceUrl, SourceUrlError

if TYPE_CHECKING:
    from catalog.models import Location


class UrlSource:
    """A file at an address, or the files of a repository that a glob names."""

    def read(self, location: Location) -> Reading:
        try:
            if GLOB_SIGNS.isdisjoint(location.target):
                return self._one(location)
            return self._many(location)
        except NotFound as error:
            raise Unreadable(str(error), is_gone=True) from error
        except IntegrationError as error:
            raise Unreadable(str(error), host=error.host if error.retryable else "") from error

    def child(self, base: str, target: str) -> tuple[str, str]:
        joined = target if urlsplit(target).scheme else _joined(base, target)
        if urlsplit(joined).scheme not in ("http", "https"):
            raise ValueError(f"{target} is not an address that the portal reads.")
        return "url", joined

    def _one(self, location: Location) -> Reading:
        found = reader.read_file(location.target, etag=location.etag)
        if found is None:
            return Reading(etag=location.etag, commit=location.commit, unchanged=True)
        return Reading([SourceText(location.target, found.text)], etag=found.etag, commit=found.commit)

    def _many(self, location: Location) -> Reading:
        files: list[SourceText] = []
        commit = ""
        for url in reader.list_files(location.target):
            try:
                found = reader.read_file(url)
            except NotFound:
                continue  # removed since the list was made
            if found is not None and not is_too_long(url):
                files.append(SourceText(url, found.text))
                commit = found.commit
        if not files:
            raise Unreadable(f"{location.target} matches no file. Look at its spelling.", is_gone=True)
        return Reading(files, commit=commit)


def _joined(base: str, relative: str) -> str:
    """Return what `relative` means in the file at `base`; in a repository it cannot lead out of it."""
    try:
        source = SourceUrl.parse(base)
    except SourceUrlError:
        return urljoin(base, relative)
    return str(source.join(relative))
