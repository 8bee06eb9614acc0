"""Globs of paths: `*` and `?` stay within one name, the name `**` stands for any number of folders, none included.

Strangers write them, so all ways through a glob are followed at once: trying one after the other, as a regular
expression does, takes longer than a life for a line of stars.
"""

from __future__ import annotations

import fnmatch
import re
from itertools import groupby

ANY = "**"


class Glob:
    """A glob, ready to be compared with paths."""

    def __init__(self, glob: str) -> None:
        names = [name for name, run in groupby(glob.split("/")) for name in ([name] if name == ANY else run)]
        self._names = [None if name == ANY else _pattern(name) for name in names]

    def fullmatch(self, path: str) -> bool:
        """Whether all of `path` is what the glob says."""
        places = self._past_any({0})
        parts = path.split("/")
        for part in parts[:-1]:
            places = self._past_any(self._after(part, places))
        # A glob that ends in `**` means the files below a folder, not the folder.
        return len(self._names) in self._after(parts[-1], places) or self._ends_open(places)

    def _after(self, part: str, places: set[int]) -> set[int]:
        """Return where in the glob one may be after a name of the path, for each place where one was."""
        found = set()
        for place in places:
            if place == len(self._names):
                continue
            pattern = self._names[place]
            if pattern is None:
                found.add(place)
            elif pattern.match(part):
                found.add(place + 1)
        return found

    def _past_any(self, places: set[int]) -> set[int]:
        beyond = {place + 1 for place in places if place < len(self._names) and self._names[place] is None}
        return places | beyond

    def _ends_open(self, places: set[int]) -> bool:
        last = len(self._names) - 1
        return last in places and self._names[last] is None


def _pattern(name: str) -> re.Pattern[str]:
    # The pattern that the library makes never goes back to a star that it has left; `[` is no sign of ours.
    return re.compile(fnmatch.translate(name.replace("[", "[[]")))
