"""A step that was done is done: its stamp holds a hash of all that it depends on."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(*parts: str | Path) -> str:
    """Return a hash of texts and of what files hold; a file that is missing counts as empty."""
    found = hashlib.sha256()
    for part in parts:
        if isinstance(part, Path):
            found.update(part.read_bytes() if part.is_file() else b"")
        else:
            found.update(part.encode())
        found.update(b"\0")
    return found.hexdigest()


def digest_of_tree(paths: Iterable[Path]) -> str:
    """Return a hash of names, sizes and times of files, for trees that are too large to read at each start."""
    lines = (f"{path}:{(state := path.stat()).st_size}:{state.st_mtime_ns}" for path in sorted(paths))
    return digest("\n".join(lines))


def is_fresh(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == wanted


def write(stamp: Path, wanted: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="ascii")
