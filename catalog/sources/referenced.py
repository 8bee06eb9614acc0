"""Files that descriptors name in placeholders: found by the place of the descriptor, and each read once in a run (I10).

A descriptor on the portal's own disk reads files of its location's folder, one in a repository files of that
repository. What lies elsewhere is an address like any other, which the egress list has to allow.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog import sources
from catalog.descriptor.annotations import Place
from catalog.models import Location
from catalog.placeholders import SAME_REPOSITORY, NotAsked, NotRead
from catalog.sources import files
from catalog.sources.base import GLOB_SIGNS, SourceText, Unreadable, is_too_long
from integrations.git import reader, shapes
from integrations.git.source_url import SourceUrl, SourceUrlError

FILE, URL = Location.Type.FILE.value, Location.Type.URL.value
# Signs of texts that a run keeps for further descriptors that name them.
KEPT_SIGNS = 64_000_000
REPOSITORY_CURE = "Put the file beside the descriptor, or describe the entity where the file is."
FOLDER_CURE = "Put the file into the folder of the descriptor, or below the folder that waymark.yaml names."
Key = tuple[str, str]


@dataclass(frozen=True)
class Reference:
    """A file that a descriptor names, as it was last read.

    Attributes:
        content_hash: of its text; empty where it could not be read.
        etag, commit, memory: what its source wants to be told at the next reading, as of a location.
    """

    type: str
    target: str
    content_hash: str = ""
    etag: str = ""
    commit: str = ""
    memory: dict[str, Any] | None = None

    @property
    def key(self) -> Key:
        return self.type, self.target


@dataclass
class Library:
    """The files that the descriptors of one run name.

    Args:
        is_offline: only the portal's own disk is read.
        is_closed: nothing is read that was not read before.
    """

    is_offline: bool = False
    is_closed: bool = False
    _texts: OrderedDict[Key, tuple[str, Reference]] = field(default_factory=OrderedDict, repr=False)
    _missing: dict[Key, Unreadable] = field(default_factory=dict, repr=False)
    _silent_hosts: dict[str, Unreadable] = field(default_factory=dict, repr=False)
    _named: dict[str, dict[Key, Reference]] = field(default_factory=dict, repr=False)

    def beside(self, place: Place) -> Shelf:
        """Return what the descriptors in the file `place` may name."""
        self._named[place.path] = {}
        return Shelf(self, place, self._named[place.path])

    def named_by(self, path: str) -> list[Reference]:
        """Return what the descriptors in a file named, in their order; those that could not be read among them."""
        return list(self._named.get(path, {}).values())

    def text(self, place: Place, key: Key) -> tuple[str, Reference]:
        """Return the text of a file, and how it is known again.

        Raises:
            Unreadable: it is gone or out of reach.
            NotAsked: it is not to be read here.
        """
        if key in self._texts:
            self._texts.move_to_end(key)
            return self._texts[key]
        if key in self._missing:
            raise self._missing[key]
        if self.is_closed or (self.is_offline and key[0] != FILE):
            raise NotAsked
        try:
            found = self._read(place, Reference(*key))
        except Unreadable as error:
            self._missing[key] = error
            raise
        if found is None:
            raise Unreadable(f"{key[1]} gave no text.")
        self._keep(key, found)
        return found

    def look(self, place: Place, known: Reference) -> Reference | None:
        """Return how a file is known now that was known as `known`; None while that cannot be told."""
        if known.key in self._texts:
            return self._texts[known.key][1]
        if self.is_closed or self.is_offline:
            return None
        try:
            found = self._read(place, known)
        except Unreadable as error:
            self._missing[known.key] = error
            return replace(known, content_hash="", etag="", memory=None) if error.is_gone else None
        if found is None:
            return known
        text, reference = found
        if text or reference.content_hash != known.content_hash:
            self._keep(known.key, found)
        return reference

    def _keep(self, key: Key, found: tuple[str, Reference]) -> None:
        self._texts[key] = found
        while sum(len(text) for text, _ in self._texts.values()) > KEPT_SIGNS and len(self._texts) > 1:
            self._texts.popitem(last=False)

    def _read(self, place: Place, known: Reference) -> tuple[str, Reference] | None:
        """Return the text of a file; None when its source says that it is as it was."""
        if known.type == FILE:
            return _read_file(place, known)
        host = urlsplit(known.target).netloc.lower()
        if host in self._silent_hosts:
            raise self._silent_hosts[host]
        try:
            return _read_address(known)
        except Unreadable as error:
            if error.host:
                self._silent_hosts[host] = error
            raise


@dataclass
class Shelf:
    """The files that the descriptors in one file may name, for `placeholders.fill`."""

    library: Library
    place: Place
    named: dict[Key, Reference]

    def text(self, reference: str) -> str:
        key = address(self.place, reference)
        try:
            text, found = self.library.text(self.place, key)
        except Unreadable as error:
            self.named[key] = Reference(*key)
            raise NotRead(str(error)) from error
        self.named[key] = found
        return text


# -- Where a placeholder leads to ------------------------------------------------------------------------------------


def address(place: Place, reference: str) -> Key:
    """Return type and target of what a descriptor in the file `place` calls `reference`.

    Raises:
        NotRead: it leads nowhere, or where it may not.
    """
    scheme = urlsplit(reference).scheme.lower() if ":" in reference else ""
    try:
        if scheme in ("http", "https"):
            key = URL, reference
        elif scheme:
            raise NotRead(f"{scheme}: is no address that the portal reads.")
        elif place.type == FILE:
            key = FILE, _path(place, reference)
        elif place.type == URL:
            key = sources.of_type(URL).child(place.path, reference)
        else:
            raise NotRead("it is relative to no folder.", "Write the whole address of the file.")
    except ValueError as error:
        raise NotRead(str(error)) from error
    _check(place, key)
    return key


def _check(place: Place, key: Key) -> None:
    type_, target = key
    if is_too_long(target):
        raise NotRead("it is too long.")
    if type_ != URL:
        return
    if not GLOB_SIGNS.isdisjoint(urlsplit(target).path):
        raise NotRead("it names no single file.", "Name one file; `*` and `?` are not followed here.")
    here, there = repository_of(place.path), repository_of(target)
    if place.type == URL and here and there and here != there:
        raise NotRead(SAME_REPOSITORY, REPOSITORY_CURE)


def repository_of(url: str) -> str:
    """Return host and name of the repository that an address lies in, in lower case; empty when it lies in none."""
    hosted = shapes.parse(url)
    if hosted is not None:
        return f"{hosted.host}/{hosted.repository}".lower()
    try:
        source = SourceUrl.parse(url)
    except SourceUrlError:
        return ""
    # Without a branch any address of two names looks like a repository, which only a known host has.
    if not source.ref and reader.github_source(url) is None:
        return ""
    return f"{source.host}/{source.repo_url.slug}".lower()


def _path(place: Place, reference: str) -> str:
    path = posixpath.normpath(posixpath.join(posixpath.dirname(place.path), reference))
    if not Path(path).is_relative_to(_folder(place)):
        raise NotRead("it leads out of the folder of the location.", FOLDER_CURE)
    return path


def _folder(place: Place) -> Path:
    """Return the folder that a descriptor on the disk may name files of: that of the place which somebody named, if it
    lies in there, else its own."""
    own = Path(posixpath.dirname(place.path))
    type_, _, target = place.origin.partition(":")
    if type_ != FILE:
        return own
    try:
        folder = files.folder_of(target)
    except (Unreadable, OSError):
        return own
    return folder if own.is_relative_to(folder) else own


# -- Reading ---------------------------------------------------------------------------------------------------------


def _read_file(place: Place, known: Reference) -> tuple[str, Reference]:
    path = Path(known.target)
    try:
        is_there = path.exists()
        is_inside = path.resolve().is_relative_to(_folder(place).resolve())
    except (OSError, RuntimeError, ValueError) as error:  # a name too long, links in a circle
        raise Unreadable("it leads to no file. Look at its spelling.", is_gone=True) from error
    if not is_inside:
        raise Unreadable("it leads out of the folder of the location.", is_gone=True)
    if not is_there:
        raise Unreadable("there is no such file. Look at its spelling.", is_gone=True)
    return _known(files.file_at(path), replace(known, etag="", memory=None))


def _read_address(known: Reference) -> tuple[str, Reference] | None:
    place = Location(type=known.type, target=known.target, etag=known.etag, commit=known.commit, memory=known.memory)
    found = sources.read(place)
    if found.unchanged:
        moved = replace(known, commit=found.commit or known.commit, memory=found.memory)
        return None if moved == known else ("", moved)
    if len(found.files) != 1:
        raise Unreadable("it names no single file.", is_gone=True)
    return _known(found.files[0], replace(known, etag=found.etag, commit=found.commit, memory=found.memory))


def _known(file: SourceText, reference: Reference) -> tuple[str, Reference]:
    if file.error:
        raise Unreadable(file.error, is_gone=True)
    digest = hashlib.sha256(file.text.encode("utf-8", "surrogatepass")).hexdigest()
    return file.text, replace(reference, content_hash=digest)
