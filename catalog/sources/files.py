"""Files, folders and globs on the portal's own disk."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from catalog.documents import LIMITS
from catalog.sources.base import GLOB_SIGNS, Reading, SourceText, Unreadable
from integrations.git.globs import Glob

if TYPE_CHECKING:
    from catalog.models import Location

SUFFIXES = (".yaml", ".yml")
MOST_FILES = 20_000


class FileSource:
    """A file, all YAML files of a folder, or those that a glob names, on the portal's own disk."""

    def read(self, location: Location) -> Reading:
        paths = list(self._paths(location.target))
        if len(paths) > MOST_FILES:
            raise Unreadable(f"{location.target} has more than {MOST_FILES} files. Name a smaller folder.")
        if not paths:
            # A disk that is not mounted is an empty folder; what was read from it before must not go for that.
            raise Unreadable(f"{location.target} has no YAML file. Look whether the disk is there.", is_gone=True)
        root = _root(Path(location.target))
        return Reading(files=[file_at(path, root) for path in paths])

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
    """Return the files below `folder`, links to folders not followed, in one order on every machine.

    A folder whose name begins with two dots is where Kubernetes keeps the files that the links beside it lead to.
    """
    found = [path for path in folder.rglob("*") if wanted(path) and path.is_file() and not _is_behind(path, folder)]
    return sorted(found, key=lambda path: str(path).encode("utf-8", "surrogateescape"))


def _is_behind(path: Path, folder: Path) -> bool:
    return any(part.startswith("..") for part in path.relative_to(folder).parts[:-1])


def _root(target: Path) -> Path | None:
    """Return the folder that no link of a location may leave; None for a file that was named itself."""
    if target.is_dir():
        return target.resolve()
    return None if target.exists() else _fixed_part(target).resolve()


def folder_of(target: str) -> Path:
    """Return the folder of a file, a folder or a glob.

    Raises:
        Unreadable: there is none.
    """
    path = Path(target)
    if path.is_dir():
        return path
    return path.parent if path.exists() else _fixed_part(path)


def file_at(path: Path, root: Path | None = None) -> SourceText:
    """Return the text of a file, or why it has none; a link may not lead out of `root`."""
    name = str(path)
    try:
        if root and path.is_symlink() and not path.resolve().is_relative_to(root):
            return SourceText(name, error="This link leads out of the folder. Put the file itself here.")
        if not path.is_file():
            # A pipe or a device would be read for ever.
            return SourceText(name, error="This is no regular file. Name a file of YAML.")
        if path.stat().st_size > LIMITS.bytes:
            return SourceText(name, error=f"The file is larger than {LIMITS.bytes // 1_000_000} MB. Split it.")
        return SourceText.of(name, path.read_bytes())
    except OSError as error:
        return SourceText(name, error=f"The file cannot be read: {error.strerror}.")
