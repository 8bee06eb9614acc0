"""The folder that a run's steps work in. No name that a stranger writes leads out of it.

Each part of a path is opened from its folder's descriptor with O_NOFOLLOW, so a link is refused where it stands, also
when it is put there between a check and a use. Only regular files and folders are ever made.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from scaffolder.files import archives, paths

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PREFIX = "run-"


class WorkspaceError(Exception):
    """A file operation that is refused or fails; the message tells the person of the run what to do."""


@dataclass(frozen=True)
class Limits:
    """How much a workspace may hold."""

    bytes: int = 50 * 1024 * 1024
    files: int = 5_000

    @classmethod
    def configured(cls) -> Limits:
        """Return the installation's limits (`scaffolder.limits` in waymark.yaml)."""
        limits: dict[str, Any] = settings.WAYMARK["scaffolder"]["limits"]
        return cls(bytes=limits["workspace_bytes"], files=limits["skeleton_files"])


@dataclass(frozen=True)
class WorkspaceFile:
    """A file as it lies there; `mode` is git's, 100644 or 100755."""

    path: str
    mode: str
    size: int
    # When content or mode changed last, in nanoseconds; nobody can set it back.
    changed_ns: int = 0


@dataclass(frozen=True)
class FileContent:
    path: str
    mode: str
    content: bytes


class Workspace:
    """The files of one run; `root` belongs to one lease and to nobody else."""

    def __init__(self, root: Path, *, limits: Limits | None = None) -> None:
        self.root = root
        self._limits = limits or Limits.configured()

    @classmethod
    def create(cls, parent: Path, *, limits: Limits | None = None) -> Self:
        """Make an empty workspace of mode 0700 and a random name in `parent`."""
        parent.mkdir(parents=True, exist_ok=True)
        return cls(Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent)), limits=limits)

    def discard(self) -> None:
        """Remove the workspace with all that is in it."""
        shutil.rmtree(self.root, ignore_errors=True)

    # -- Reading -----------------------------------------------------------------------------------------------------

    def read_bytes(self, path: str) -> bytes:
        """Return a file's content.

        Raises:
            WorkspaceError: there is no such file, or the path is refused.
        """
        return self.read(path).content

    def read(self, path: str) -> FileContent:
        """Return a file with its mode."""
        with self._parent(path) as (folder, name), _plainly(path):
            descriptor = os.open(name, READ_FLAGS, dir_fd=folder)
            with os.fdopen(descriptor, "rb") as file:
                found = os.fstat(descriptor)
                if not stat.S_ISREG(found.st_mode):
                    raise WorkspaceError(f'"{paths.shown(path)}" is not a file.')
                return FileContent("/".join(_parts(path)), _git_mode(found), file.read())

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder is there; a path that is refused is not."""
        return self._stat(path) is not None

    def is_folder(self, path: str) -> bool:
        found = self._stat(path)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def walk(self, under: str = "") -> list[WorkspaceFile]:
        """Return the files, of a folder or of all, in the order of their paths.

        Raises:
            WorkspaceError: something is there that is neither file nor folder.
        """
        start = _parts(under)
        with self._folder(start) as folder:
            return sorted(_walk(folder, "/".join(start)), key=lambda file: file.path)

    def files(self, under: str = "") -> list[FileContent]:
        """Return the files with their contents, in the order of their paths."""
        return [self.read(file.path) for file in self.walk(under)]

    def folders(self) -> list[str]:
        """Return the folders that files lie in, in order."""
        found = {
            "/".join(parts[:n]) for file in self.walk() if (parts := file.path.split("/")) for n in range(1, len(parts))
        }
        return sorted(found)

    # -- Writing -----------------------------------------------------------------------------------------------------

    def write_bytes(self, path: str, data: bytes, mode: str = "100644") -> None:
        """Write a file anew, with the folders that it needs.

        Raises:
            WorkspaceError: the path is refused, a folder is in the way, the workspace would be too large, or the
                disk is full.
        """
        self.write([FileContent(path, mode, data)])

    def write(self, files: Iterable[archives.FileLike]) -> None:
        """Write files anew, as `write_bytes` does; the workspace is measured once."""
        sizes = {file.path: file.size for file in self.walk()}
        for file in files:
            path = _clean(file.path)
            sizes[path] = len(file.content)
            if sum(sizes.values()) > self._limits.bytes:
                raise WorkspaceError(
                    f'With "{paths.shown(path)}" the workspace holds more than {self._limits.bytes} bytes.'
                )
            if len(sizes) > self._limits.files:
                raise WorkspaceError(f"The workspace holds more than {self._limits.files} files.")
            self._write_one(path, file.content, 0o755 if file.mode == "100755" else 0o644)

    def remove(self, patterns: Iterable[str]) -> list[str]:
        """Remove the files that match, and return their paths; folders that get empty go as well."""
        wanted = [pattern.removeprefix("./") for pattern in patterns]
        for pattern in wanted:
            # Without the backslashes that take the meaning off a sign.
            _parts(pattern.removeprefix("!").replace("\\", ""))
        removed = [file.path for file in self.walk() if paths.match(wanted, file.path)]
        for path in removed:
            with self._parent(path) as (folder, name), _plainly(path):
                os.unlink(name, dir_fd=folder)
            self._remove_empty_folders(path)
        return removed

    def rename(self, source: str, target: str, *, overwrite: bool = False) -> None:
        """Move a file or a folder.

        Raises:
            WorkspaceError: it is not there, or something is at the target and `overwrite` is not said.
        """
        source, target = _clean(source), _clean(target)
        if not self.exists(source):
            raise WorkspaceError(f'"{paths.shown(source)}" is not in the workspace.')
        if f"{target}/".startswith(f"{source}/"):
            raise WorkspaceError(f'"{paths.shown(source)}" cannot be moved into itself.')
        if self.exists(target) and not overwrite:
            raise WorkspaceError(f'"{paths.shown(target)}" is there already. Say `overwrite: true` to replace it.')
        if self.exists(target):
            self.remove([_literal(target)])
        with (
            self._parent(source) as (from_folder, from_name),
            self._parent(target, make=True) as (to_folder, to_name),
            _plainly(target),
        ):
            os.rename(from_name, to_name, src_dir_fd=from_folder, dst_dir_fd=to_folder)
        self._remove_empty_folders(source)

    # -- As one piece ------------------------------------------------------------------------------------------------

    def archive(self) -> bytes:
        """Return all files as one archive; the same files give the same bytes."""
        return archives.pack(self.files())

    def restore(self, data: bytes) -> None:
        """Replace all files by those of an archive.

        Raises:
            archives.ArchiveError: it holds anything but files and folders, or more than fits.
        """
        limits = archives.Limits(files=self._limits.files, bytes=self._limits.bytes)
        files = archives.unpack(data, limits=limits)
        self.clear()
        self.write(files)

    def clear(self) -> None:
        """Remove everything, and keep the folder itself."""
        for entry in os.scandir(self.root):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            else:
                Path(entry.path).unlink()

    # -- One part at a time ------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _folder(self, parts: tuple[str, ...], *, make: bool = False) -> Iterator[int]:
        path = "/".join(parts)
        with _plainly(path), contextlib.ExitStack() as stack:
            folder = os.open(self.root, FOLDER_FLAGS)
            stack.callback(os.close, folder)
            for part in parts:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, 0o755, dir_fd=folder)
                folder = os.open(part, FOLDER_FLAGS, dir_fd=folder)
                stack.callback(os.close, folder)
            yield folder

    @contextlib.contextmanager
    def _parent(self, path: str, *, make: bool = False) -> Iterator[tuple[int, str]]:
        *folders, name = _clean(path).split("/")
        with self._folder(tuple(folders), make=make) as folder:
            yield folder, name

    def _stat(self, path: str) -> os.stat_result | None:
        try:
            parts = _parts(path)
            with self._folder(parts[:-1]) as folder:
                return os.stat(parts[-1] if parts else ".", dir_fd=folder, follow_symlinks=False)
        except (WorkspaceError, FileNotFoundError):
            return None

    def _write_one(self, path: str, data: bytes, permissions: int) -> None:
        with self._parent(path, make=True) as (folder, name), _plainly(path):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name, dir_fd=folder)
            with os.fdopen(os.open(name, WRITE_FLAGS, permissions, dir_fd=folder), "wb") as file:
                file.write(data)
                os.fchmod(file.fileno(), permissions)  # past the process's umask

    def _remove_empty_folders(self, path: str) -> None:
        *folders, _ = path.split("/")
        while folders:
            *above, name = folders
            try:
                with self._folder(tuple(above)) as folder:
                    os.rmdir(name, dir_fd=folder)
            except (OSError, WorkspaceError):
                return
            folders = above


def _walk(folder: int, prefix: str) -> Iterator[WorkspaceFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{prefix}/{entry.name}" if prefix else entry.name
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode):
                below = os.open(entry.name, FOLDER_FLAGS, dir_fd=folder)
                try:
                    yield from _walk(below, path)
                finally:
                    os.close(below)
            elif stat.S_ISREG(found.st_mode):
                yield WorkspaceFile(path, _git_mode(found), found.st_size, found.st_ctime_ns)
            else:
                raise WorkspaceError(f'"{paths.shown(path)}" is neither a file nor a folder.')


def _git_mode(found: os.stat_result) -> str:
    return "100755" if found.st_mode & stat.S_IXUSR else "100644"


def _parts(path: str) -> tuple[str, ...]:
    try:
        return paths.parts(path)
    except paths.PathRefused as error:
        raise WorkspaceError(str(error)) from error


def _clean(path: str) -> str:
    try:
        return paths.clean(path)
    except paths.PathRefused as error:
        raise WorkspaceError(str(error)) from error


def _literal(path: str) -> str:
    """Return the pattern that matches this path only."""
    return "".join(f"\\{sign}" if sign in "*?[]{}!\\" else sign for sign in path)


REASONS = {
    errno.ENOENT: "is not in the workspace.",
    errno.ENOTDIR: "cannot be reached: a file is where a folder should be.",
    errno.ELOOP: "is a symbolic link, which is refused.",
    errno.EISDIR: "is a folder.",
    errno.EEXIST: "is there already.",
    errno.ENOTEMPTY: "is a folder that is not empty.",
    errno.ENOSPC: "cannot be written: the disk of the workspaces is full. Free some space, then retry the run.",
    errno.EDQUOT: "cannot be written: the disk quota is used up. Free some space, then retry the run.",
}


@contextlib.contextmanager
def _plainly(path: str) -> Iterator[None]:
    """Say what the operating system refuses in plain words."""
    try:
        yield
    except OSError as error:
        reason = REASONS.get(error.errno or 0, f"cannot be used: {os.strerror(error.errno or 0)}.")
        raise WorkspaceError(f'"{paths.shown(path) or "."}" {reason}') from error
