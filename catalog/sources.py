"""Where descriptors are read from: files and folders, addresses, and whatever a room above registers.

A source reads; it stores nothing. It raises `Unreadable` when the place cannot be read, and the catalog then keeps what
it has.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin, urlsplit

from catalog.documents import LIMITS
from integrations.errors import IntegrationError, NotFound
from integrations.git import reader
from integrations.git.globs import Glob
from integrations.git.source_url import SourceUrl, SourceUrlError

if TYPE_CHECKING:
    from catalog.models import Location

GLOB_SIGNS = frozenset("*?")
SUFFIXES = (".yaml", ".yml")
MOST_FILES = 20_000
# Bytes of a path or address; PostgreSQL takes no more into an index.
LONGEST = 2_048


def is_too_long(place: str) -> bool:
    """Whether a path or address is longer than any database keeps it."""
    return len(place.encode("utf-8", "surrogatepass")) > LONGEST


class Unreadable(Exception):
    """The place cannot be read now; the message says why and what to do.

    Attributes:
        is_gone: it does not exist, rather than being out of reach for a while.
        host: that gave no answer; others of its places need not be tried at once.
    """

    def __init__(self, message: str, *, is_gone: bool = False, host: str = "") -> None:
        super().__init__(message)
        self.is_gone = is_gone
        self.host = host


@dataclass(frozen=True)
class SourceText:
    """A file as it was read: its path or address, and its text; `error` where it could not be read."""

    path: str
    text: str = field(repr=False, default="")
    error: str = ""


@dataclass(frozen=True)
class Reading:
    """What a location holds. With `unchanged` nothing was read, as the source says that nothing is new."""

    files: list[SourceText] = field(default_factory=list)
    etag: str = ""
    commit: str = ""
    unchanged: bool = False


class Source(Protocol):
    """A way to read the files of a location."""

    def read(self, location: Location) -> Reading:
        """Return the files of `location`, or that nothing is new since `location.etag`.

        Raises:
            Unreadable: the place is gone or out of reach.
        """

    def child(self, base: str, target: str) -> tuple[str, str]:
        """Return type and target of what a Location entity in the file `base` calls `target`.

        Raises:
            ValueError: it leads nowhere; the message says why.
        """


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
        known = ", ".join(sorted(_sources))
        raise Unreadable(f"The portal cannot read locations of type {type_}. Use one of {known}.") from None


class FileSource:
    """A file, all YAML files of a folder, or those that a glob names, on the portal's own disk."""

    def read(self, location: Location) -> Reading:
        paths = list(self._paths(location.target))
        if len(paths) > MOST_FILES:
            raise Unreadable(f"{location.target} has more than {MOST_FILES} files. Name a smaller folder.")
        if not paths:
            # A disk that is not mounted is an empty folder; what was read from it before must not go for that.
            raise Unreadable(f"{location.target} has no YAML file. Look whether the disk is there.", is_gone=True)
        return Reading(files=[_file(path) for path in paths])

    def child(self, base: str, target: str) -> tuple[str, str]:
        if urlsplit(target).scheme in ("http", "https"):
            return "url", target
        if not target.startswith("/") and not base.startswith("/"):
            raise ValueError(f"{target} is relative to no folder.")
        return "file", posixpath.normpath(posixpath.join(posixpath.dirname(base), target))

    def _paths(self, target: str) -> Iterator[Path]:
        path = Path(target)
        if not path.is_absolute():
            raise Unreadable(f"{target} is not an absolute path. Write it from the root on.", is_gone=True)
        if path.is_dir():
            yield from _in_byte_order(path, lambda found: found.suffix in SUFFIXES)
        elif path.exists():
            yield path
        elif GLOB_SIGNS.isdisjoint(target):
            raise Unreadable(f"{target} does not exist. Look at its spelling.", is_gone=True)
        else:
            pattern = Glob(target)
            yield from _in_byte_order(_fixed_part(path), lambda found: pattern.fullmatch(str(found)))


def _fixed_part(glob: Path) -> Path:
    """Return the folder of a glob down to which no name has a wildcard."""
    fixed: list[str] = []
    for part in glob.parts[:-1]:
        if not GLOB_SIGNS.isdisjoint(part):
            break
        fixed.append(part)
    folder = Path(*fixed)
    if not folder.is_dir():
        raise Unreadable(f"{folder} does not exist. Look at its spelling.", is_gone=True)
    return folder


def _in_byte_order(folder: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    """Return the files below `folder`, links to folders not followed, in one order on every machine."""
    found = [path for path in folder.rglob("*") if wanted(path) and path.is_file()]
    return sorted(found, key=lambda path: str(path).encode("utf-8", "surrogateescape"))


def _file(path: Path) -> SourceText:
    name = str(path)
    try:
        if not path.is_file():
            # A pipe or a device would be read for ever.
            return SourceText(name, error="This is no regular file. Name a file of YAML.")
        if path.stat().st_size > LIMITS.bytes:
            return SourceText(name, error=f"The file is larger than {LIMITS.bytes // 1_000_000} MB. Split it.")
        return SourceText(name, path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return SourceText(name, error=f"The file is not a text in UTF-8 (byte {error.start}). Save it as UTF-8.")
    except OSError as error:
        return SourceText(name, error=f"The file cannot be read: {error.strerror}.")


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


register("file", FileSource())
register("url", UrlSource())
