"""Folders as one piece of bytes, and back: regular files only, everything counted while it is inflated.

Nothing here writes to disk. `tarfile` reads the headers, never extracts: even with `filter="data"` its extraction can
be led out of the folder on the Python versions that we run.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from scaffolder.files import paths

CHUNK = 64 * 1024
# Headers, padding and long names of a well-formed archive stay far below this for each file.
HEADER_BYTES = 4096


class ArchiveError(Exception):
    """An archive that is refused; the message says why."""


class FileLike(Protocol):
    """A file by its content; `mode` is git's, `100644`, `100755` or `120000` for a link."""

    @property
    def path(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def content(self) -> bytes: ...


@dataclass(frozen=True)
class ArchivedFile:
    path: str
    mode: str
    content: bytes


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold once it is inflated."""

    files: int = 5_000
    bytes: int = 50 * 1024 * 1024


LIMITS = Limits()


def pack(files: Iterable[FileLike]) -> bytes:
    """Return files as a gzipped tar archive; the same files give the same bytes."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for file in files:
            member = tarfile.TarInfo(file.path)
            member.size = len(file.content)
            member.mode = 0o755 if file.mode == "100755" else 0o644
            archive.addfile(member, io.BytesIO(file.content))
    return gzip.compress(plain.getvalue(), compresslevel=1, mtime=0)


def unpack(data: bytes, *, limits: Limits = LIMITS) -> list[ArchivedFile]:
    """Return the files of a gzipped tar archive, in its order.

    Raises:
        ArchiveError: it is broken, holds links or devices, names that lead out, one name twice, or too much.
    """
    plain = _inflate(data, at_most=limits.bytes + (limits.files + 1) * HEADER_BYTES)
    try:
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
            return _files(archive, limits)
    except ArchiveError:
        raise
    except Exception as error:
        # tarfile raises a dozen classes on hostile headers.
        raise ArchiveError(f"The archive is broken: {error}") from error


def _inflate(data: bytes, *, at_most: int) -> bytes:
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    found, rest = bytearray(), data
    try:
        while rest and not inflater.eof:
            found += inflater.decompress(rest, CHUNK)
            rest = inflater.unconsumed_tail
            if len(found) > at_most:
                raise ArchiveError(f"The archive inflates to more than {at_most} bytes.")
    except zlib.error as error:
        raise ArchiveError(f"The archive is broken: {error}") from error
    if not inflater.eof:
        raise ArchiveError("The archive is cut off.")
    return bytes(found)


def _files(archive: tarfile.TarFile, limits: Limits) -> list[ArchivedFile]:
    found: dict[str, ArchivedFile] = {}
    size = 0
    for count, member in enumerate(archive, start=1):
        if count > 2 * limits.files:
            raise ArchiveError(f"The archive has more than {2 * limits.files} entries.")
        path = _path(member)
        if path is None:
            continue
        size += member.size
        if len(found) >= limits.files or size > limits.bytes:
            raise ArchiveError(f"The archive holds more than {limits.files} files or {limits.bytes} bytes.")
        if path in found:
            raise ArchiveError(f'The archive holds "{paths.shown(path)}" twice.')
        content = archive.extractfile(member)
        found[path] = ArchivedFile(
            path, "100755" if member.mode & 0o100 else "100644", content.read() if content else b""
        )
    return list(found.values())


def _path(member: tarfile.TarInfo) -> str | None:
    """Return the path of a file, None for a folder."""
    shown = paths.shown(member.name)
    if member.issparse() or not (member.isreg() or member.isdir()):
        raise ArchiveError(f'"{shown}" is neither a file nor a folder; links and devices are refused.')
    if member.name.startswith("/"):
        raise ArchiveError(f'"{shown}" is an absolute path.')
    try:
        return None if member.isdir() and paths.parts(member.name) is not None else paths.clean(member.name)
    except paths.PathRefused as error:
        raise ArchiveError(str(error)) from error
