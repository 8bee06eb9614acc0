"""The files of a place as they are at one moment: listed whole, read one by one, never outside of it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from catalog.docs.places import DocsPlace
from integrations import github, hosts
from integrations.errors import Conflict, EgressDenied, IntegrationError, Invalid, NotFound, RateLimited
from integrations.git import looks
from integrations.git.source_url import SourceUrl
from integrations.github.records import Head

MOST_FILES = 20_000
LONGEST_REPOSITORY = 400
# Folders that hold nothing of an author's.
LEFT_OUT = {".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv"}
LINK = "120000"


class OutOfReach(Exception):
    """The place cannot be read now; the message says why and what to do. `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True)
class File:
    """A file: its path from the root, what tells its contents from others, and its size in bytes."""

    path: str
    digest: str
    size: int


@dataclass(frozen=True)
class Snapshot:
    """The files of a place at one moment.

    Attributes:
        base: the folder that the annotation names, from the root of the repository; empty on a disk.
        view, edit: addresses at the host, `%s` for the path of a file; empty on a disk.
        source: of a repository at a GitHub host.
    """

    commit: str
    etag: str
    base: str
    files: Mapping[str, File]
    read: Callable[[File], bytes] = field(repr=False)
    view: str = ""
    edit: str = ""
    source: SourceUrl | None = None


def repository_of(place: DocsPlace) -> str:
    """Return the name under which places of one repository and ref are known; empty on a disk."""
    if place.type != "url":
        return ""
    source = SourceUrl.parse(place.target)
    return f"{source.host}/{source.owner}/{source.repo}@{source.ref}".lower()[:LONGEST_REPOSITORY]


def look(place: DocsPlace, *, commit: str = "", etag: str = "") -> Snapshot | None:
    """Return the files of a place, or None when it is as it was at `commit`.

    Raises:
        OutOfReach: it cannot be read.
    """
    if place.type == "file":
        return _disk(place, commit)
    try:
        return _repository(place, commit, etag)
    except (NotFound, Invalid, Conflict) as error:
        raise OutOfReach(
            f"There is no folder at {place.target}, or the portal may not see it. Look at the spelling, the branch "
            "and the repository's name."
        ) from error
    except EgressDenied as error:
        raise OutOfReach(
            f"{error} Docs are read from GitHub hosts of the configuration, and from the portal's own disk."
        ) from error
    except RateLimited as error:
        raise OutOfReach(str(error), retry_after=error.retry_after) from error
    except IntegrationError as error:
        raise OutOfReach(str(error)) from error


# -- A repository at a GitHub host -----------------------------------------------------------------------------------


def _repository(place: DocsPlace, commit: str, etag: str) -> Snapshot | None:
    source = SourceUrl.parse(place.target)
    hosts.github_host(source.host)
    head = looks.head(source, known=Head(commit, etag) if commit and etag else None)
    if head.sha == commit:
        return None
    found = looks.files(source, head.sha)
    # What a link leads to is a file of its own here; links are not followed.
    files = {path: File(path, entry.sha, entry.size) for path, entry in found.items() if entry.mode != LINK}
    client = github.client(source.host, owner=source.owner)
    return Snapshot(
        commit=head.sha,
        etag=head.etag,
        base=source.folder,
        files=files,
        read=lambda file: client.blob(source.repo_url, file.digest),
        view=_address(source, "blob"),
        edit=_address(source, "edit"),
        source=source,
    )


def _address(source: SourceUrl, word: str) -> str:
    ref = quote(source.ref or "HEAD")
    return f"{source.scheme}://{source.host}/{source.owner}/{source.repo}/{word}/{ref}/%s"


# -- The portal's own disk -------------------------------------------------------------------------------------------


def _disk(place: DocsPlace, commit: str) -> Snapshot | None:
    top = Path(place.target)
    below = (top, *top.parents)
    if any(path.is_symlink() for path in below if path.is_relative_to(place.root) and str(path) != place.root):
        raise OutOfReach(f"{top} is behind a link. Name the folder itself.")
    if not top.is_dir():
        raise OutOfReach(f"There is no folder {top}. Look at the spelling, and whether the disk is there.")
    files: dict[str, File] = {}
    for file in _walk(top):
        files[file.path] = file
        if len(files) > MOST_FILES:
            raise OutOfReach(f"{top} holds more than {MOST_FILES} files. Name a smaller folder.")
    listing = "\n".join(f"{file.path} {file.digest}" for file in sorted(files.values(), key=lambda each: each.path))
    now = hashlib.sha256(listing.encode("utf-8", "surrogateescape")).hexdigest()
    if now == commit:
        return None
    return Snapshot(commit=now, etag="", base="", files=files, read=lambda file: _read(top, file))


def _walk(top: Path) -> Iterator[File]:
    for folder, names, found in os.walk(top, followlinks=False):
        names[:] = sorted(name for name in names if name not in LEFT_OUT)
        for name in sorted(found):
            whole = Path(folder) / name
            about = whole.lstat()
            if stat.S_ISREG(about.st_mode) and _is_text(name):
                # Good enough to see a change; the bytes are read of those files alone that are pages.
                digest = hashlib.sha256(f"{about.st_size} {about.st_mtime_ns}".encode()).hexdigest()
                yield File(whole.relative_to(top).as_posix(), digest, about.st_size)


def _is_text(name: str) -> bool:
    """Whether a name is one that the database takes; a disk has names of any bytes."""
    return "\0" not in name and name.isprintable()


def _read(top: Path, file: File) -> bytes:
    """Return the bytes of a file below `top`; no part of its path may be a link, also not since it was listed."""
    *folders, name = file.path.split("/")
    at = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    except OSError as error:
        raise OutOfReach(f"{file.path} cannot be read: {error.strerror}.") from error
    finally:
        os.close(at)
    with os.fdopen(opened, "rb") as stream:
        return stream.read(file.size + 1)[: file.size]
