"""CODEOWNERS as GitHub reads it: who answers for a file, and which line says so.

Source: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.git.globs import Glob

# The first of these that a repository has is the one that counts.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
# GitHub reads no larger file.
LARGEST = 3 * 1024 * 1024
MOST_LINES = 20_000
LONGEST_PATTERN = 500
WORD = re.compile(r"(?:\\.|[^\s\\])+")
OWNER = re.compile(
    r"@[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})(?:/[A-Za-z0-9._-]{1,100})?|[^@\s]{1,64}@[A-Za-z0-9.-]{1,253}", re.ASCII
)


@dataclass(frozen=True)
class Line:
    """A line that names owners of files; without owners it takes them away."""

    number: int
    pattern: str
    owners: tuple[str, ...]


def parse(text: str) -> list[Line]:
    """Return the lines of a CODEOWNERS file; GitHub reads past one that it does not understand, and so does this."""
    if len(text) > LARGEST:
        return []
    return [line for line in _lines(text) if _is_understood(line)]


def line_for(path: str, lines: list[Line]) -> Line | None:
    """Return the line that counts for a file: the last one whose pattern matches."""
    return next((line for line in reversed(lines) if matches(line.pattern, path)), None)


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means the file `path`, which is written from the repository's root without a leading slash."""
    is_folder, is_flat = pattern.endswith("/"), pattern.endswith("/*") and not pattern.endswith("**/*")
    name = pattern.strip("/")
    # A slash at the start or within ties a pattern to the root; a name alone may stand in any folder.
    if "/" not in pattern.rstrip("/"):
        name = f"**/{name}"
    below = Glob(f"{name}/**").fullmatch(path)
    if is_folder:
        return below
    # `docs/*` means the files of the folder, and not those further down.
    return Glob(name).fullmatch(path) or (below and not is_flat)


def _lines(text: str) -> Iterator[Line]:
    for number, row in enumerate(text.splitlines()[:MOST_LINES], 1):
        words = WORD.findall(row)
        comment = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
        if words[:comment]:
            pattern, *owners = words[:comment]
            yield Line(number, re.sub(r"\\(.)", r"\1", pattern), tuple(owners))


def _is_understood(line: Line) -> bool:
    """Whether a line is one of GitHub's: no pattern of theirs negates, has a class of signs, or is that long."""
    odd = line.pattern.startswith("!") or set("[]") & set(line.pattern) or len(line.pattern) > LONGEST_PATTERN
    return not odd and bool(line.pattern.strip("/")) and all(map(OWNER.fullmatch, line.owners))
