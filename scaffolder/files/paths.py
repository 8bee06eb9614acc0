"""Names of files that strangers write: which are refused, and which patterns they match."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_PATH = 400
MAX_DEPTH = 32
MAX_PART_BYTES = 255  # what Linux file systems take
MAX_ALTERNATIVES = 64


class PathRefused(ValueError):
    """A name that leads out of the folder, or that no file of a repository should have."""


def parts(path: str) -> tuple[str, ...]:
    """Return the parts of a relative path; `.` and doubled slashes are dropped, and the folder itself has none.

    Raises:
        PathRefused: it is absolute, goes up, is too long or too deep, or has a part that is refused.
    """
    if path.startswith("/"):
        raise PathRefused(f'"{shown(path)}" is an absolute path; write it relative to the workspace.')
    if len(path) > MAX_PATH:
        raise PathRefused(f'"{shown(path)}" is longer than {MAX_PATH} signs.')
    found = tuple(part for part in path.split("/") if part not in ("", "."))
    if len(found) > MAX_DEPTH:
        raise PathRefused(f'"{shown(path)}" is deeper than {MAX_DEPTH} folders.')
    for part in found:
        _check_part(part, path)
    return found


def clean(path: str) -> str:
    """Return a relative path in its plain form: `./a//b/` is `a/b`.

    Raises:
        PathRefused: as `parts`, or nothing is left.
    """
    found = "/".join(parts(path))
    if not found:
        raise PathRefused(f'"{shown(path)}" names no file.')
    return found


def shown(path: str) -> str:
    """Return a path as a message may show it: short, and without signs that move the cursor."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in path[:120])


def _check_part(part: str, path: str) -> None:
    if part == "..":
        raise PathRefused(f'"{shown(path)}" leads out of the folder.')
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in part) or "\\" in part:
        raise PathRefused(f'"{shown(path)}" has a control sign or a backslash in it.')
    if len(part.encode()) > MAX_PART_BYTES:
        raise PathRefused(f'"{shown(path)}" has a name longer than {MAX_PART_BYTES} bytes.')
    if is_git_folder(part):
        raise PathRefused(f'"{shown(path)}" lies in a .git folder; those are git\'s own.')


def is_git_folder(part: str) -> bool:
    """Tell whether some file system takes `part` for `.git`: other case, signs that do not show, short names."""
    visible = "".join(sign for sign in part if unicodedata.category(sign) != "Cf")
    plain = unicodedata.normalize("NFKC", visible).casefold().split(":")[0].rstrip(" .")
    return plain in (".git", "git~1")


# -- Patterns --------------------------------------------------------------------------------------------------------


def match(patterns: Iterable[str], path: str) -> bool:
    """Tell whether a path, or a folder that it lies in, matches one of the patterns.

    `*`, `?` and `[ab]` stay inside a part, `**` spans folders, `{a,b}` offers a choice, `!` in front takes away what
    earlier patterns matched. Matching takes linear time: patterns are written by strangers.
    """
    is_matched = False
    for pattern in patterns:
        if pattern.startswith("!"):
            is_matched = is_matched and not _matches(pattern[1:], path)
        else:
            is_matched = is_matched or _matches(pattern, path)
    return is_matched


def _matches(pattern: str, path: str) -> bool:
    wanted = path.split("/")
    return any(_match_parts(alternative, wanted) for alternative in _alternatives(pattern))


def _alternatives(pattern: str) -> Iterator[list[str]]:
    """Yield the patterns that the braces of `pattern` stand for, each as its parts."""
    waiting, made = [pattern], 0
    while waiting:
        text = waiting.pop()
        end = text.find("}")
        start = text.rfind("{", 0, end) if end >= 0 else -1
        if start < 0 or made >= MAX_ALTERNATIVES:
            yield [part for part in text.split("/") if part not in ("", ".")]
            continue
        choices = text[start + 1 : end].split(",")
        made += len(choices)
        waiting.extend(text[:start] + choice + text[end + 1 :] for choice in choices)


def _match_parts(pattern: list[str], path: list[str]) -> bool:
    """Follow all ways through the pattern at once; the end reached early means a folder matched."""
    states = _skip_stars(pattern, {0})
    for part in path:
        following = {state for state in states if state < len(pattern) and pattern[state] == "**"}
        following |= {
            state + 1
            for state in states
            if state < len(pattern) and pattern[state] != "**" and _match_part(pattern[state], part)
        }
        states = _skip_stars(pattern, following)
        if len(pattern) in states:
            return True
    return False


def _skip_stars(pattern: list[str], states: set[int]) -> set[int]:
    found = set(states)
    for state in sorted(states):
        while state < len(pattern) and pattern[state] == "**":
            state += 1
            found.add(state)
    return found


@dataclass(frozen=True)
class _Sign:
    """One place of a pattern: any run of signs, any sign, or one of some."""

    is_run: bool = False
    is_any: bool = False
    signs: str = ""
    is_negated: bool = False

    def takes(self, sign: str) -> bool:
        return self.is_any or (sign in self.signs) is not self.is_negated


def _match_part(pattern: str, part: str) -> bool:
    signs = list(_signs(pattern))
    states = _skip_runs(signs, {0})
    for sign in part:
        stay = {state for state in states if state < len(signs) and signs[state].is_run}
        step = {
            state + 1 for state in states if state < len(signs) and not signs[state].is_run and signs[state].takes(sign)
        }
        states = _skip_runs(signs, stay | step)
    return len(signs) in states


def _skip_runs(signs: list[_Sign], states: set[int]) -> set[int]:
    found = set(states)
    for state in states:
        while state < len(signs) and signs[state].is_run:
            state += 1
            found.add(state)
    return found


def _signs(pattern: str) -> Iterator[_Sign]:
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        end = pattern.find("]", at + 2) if sign == "[" else -1
        if sign == "*":
            yield _Sign(is_run=True)
        elif sign == "?":
            yield _Sign(is_any=True)
        elif end > 0:
            yield _class_of(pattern[at + 1 : end])
            at = end
        elif sign == "\\" and at + 1 < len(pattern):
            at += 1
            yield _Sign(signs=pattern[at])
        else:
            yield _Sign(signs=sign)
        at += 1


def _class_of(text: str) -> _Sign:
    is_negated = text[0] in "!^"
    signs, text = "", text[1:] if is_negated else text
    at = 0
    while at < len(text):
        if text[at + 1 : at + 2] == "-" and at + 2 < len(text):
            signs += "".join(chr(code) for code in range(ord(text[at]), min(ord(text[at + 2]), 0x2FFF) + 1))
            at += 3
        else:
            signs += text[at]
            at += 1
    return _Sign(signs=signs, is_negated=is_negated)
