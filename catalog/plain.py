"""Reads the plainest YAML, which most descriptors are written in, at a third of the cost of a parser's events.

Maps and lists in block style, keys of plain words, values on one line or after a `|`. Whatever is out of the ordinary
(other texts over several lines, flow style, escapes, anchors, numbers, a key that stands twice, any sign outside ASCII)
is left to `documents`, which also tells what is wrong: this module only ever says yes. A test holds both to the same
answers.
"""

from __future__ import annotations

import re
from typing import Any

from catalog.building import WORDS

# A text without quotes: `: ` would make it a key, ` #` begin a comment, and many signs mean something at its start.
PLAIN = r"[A-Za-z$/_(](?:[ -\"$-9;-~]|:(?=[!-~]))*(?<! )"
VALUE = rf"(?P<plain>{PLAIN})|'(?P<single>[^'\n]*)'|\"(?P<double>[^\"\\\n]*)\""
KEY = r"(?:(?P<key>[A-Za-z_][A-Za-z0-9_./-]{0,200}):(?=[ \n]|\Z))"
LINE = re.compile(rf"(?P<indent> *)(?P<dash>- )?(?:{KEY} *)?(?:{VALUE})? *", re.ASCII)
IGNORED = re.compile(r" *(?:#.*)?")
MOST_LINES = 20_000
DEEPEST = 50


class _Odd(Exception):
    """The text is not as plain as it looked."""


class _Token:
    """A line: how far it is indented, whether it begins an item, its key, and its value."""

    __slots__ = ("has_value", "indent", "is_item", "key", "value")

    def __init__(self, match: re.Match[str]) -> None:
        indent, dash, self.key, plain, single, double = match.groups()
        self.indent = len(indent)
        self.is_item = dash is not None
        self.has_value = match.lastgroup in ("plain", "single", "double")
        quoted = single if single is not None else double
        self.value: Any = WORDS.get(plain, plain) if quoted is None else quoted
        if self.key is None and not self.has_value:
            raise _Odd


def read(chunk: str) -> tuple[Any, int] | None:
    """Return the value of a text of one document, and how many lines stand before it; None if it is not plain."""
    if not chunk.isascii() or "\t" in chunk or "\r" in chunk:
        return None
    lines = chunk.split("\n")
    if len(lines) > MOST_LINES:
        return None
    try:
        tokens, first = _tokens(lines)
        value, end = _block(tokens, 0, 0)
    except _Odd:
        return None
    return (value, first) if end == len(tokens) else None


def _tokens(lines: list[str]) -> tuple[list[_Token], int]:
    """Return the lines that hold something, and the number of the first of them, from 0."""
    at = 1 if lines[0].rstrip(" ") == "---" else 0
    tokens: list[_Token] = []
    first = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if IGNORED.fullmatch(line):
            continue
        if not tokens:
            first = at - 1
        if line.endswith(": |"):
            # As if the text that follows stood in quotes; it is put in below.
            line = f"{line[:-1]}''"
            text, after = _literal(lines, at, line)
        else:
            text, after = None, at
        match = LINE.fullmatch(line)
        if match is None:
            raise _Odd
        tokens.append(_Token(match))
        if text is not None:
            tokens[-1].value = text
        at = after
    if not tokens:
        raise _Odd
    return tokens, first


def _literal(lines: list[str], at: int, owner: str) -> tuple[str, int]:
    """Return the text of `key: |` that begins at a line, and the number of the line after it."""
    outside = owner.find(owner.lstrip(" -"))
    depth = _indent(lines[at]) if at < len(lines) else 0
    if depth <= outside:
        raise _Odd
    end = at
    while end < len(lines) and (not lines[end] or (_indent(lines[end]) >= depth and not lines[end].isspace())):
        end += 1
    # A text that the file ends in has no line end; spaces alone, or a line that is indented less, are seldom meant.
    if end == len(lines) and lines[-1]:
        raise _Odd
    if end < len(lines) and (lines[end].isspace() or _indent(lines[end]) > outside):
        raise _Odd
    return "\n".join(line[depth:] for line in lines[at:end]).rstrip("\n") + "\n", end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _block(tokens: list[_Token], at: int, depth: int) -> tuple[Any, int]:
    """Return the map or list that begins at a line, and the number of the line after it."""
    if depth > DEEPEST:
        raise _Odd
    token = tokens[at]
    if token.is_item:
        return _list(tokens, at, token.indent, depth)
    if token.key is None:
        raise _Odd
    return _map(tokens, at, token.indent, depth)


def _map(tokens: list[_Token], at: int, indent: int, depth: int) -> tuple[dict[str, Any], int]:
    found: dict[str, Any] = {}
    while at < len(tokens) and (token := tokens[at]).indent == indent and not token.is_item and token.key is not None:
        key = token.key
        if key in found or key in WORDS:
            raise _Odd
        at += 1
        following = tokens[at] if at < len(tokens) else None
        if token.has_value:
            found[key] = token.value
        elif following and following.indent > indent:
            found[key], at = _block(tokens, at, depth + 1)
        elif following and following.indent == indent and following.is_item:
            found[key], at = _list(tokens, at, indent, depth + 1)
        else:
            found[key] = None
    return found, _ended(tokens, at, indent)


def _list(tokens: list[_Token], at: int, indent: int, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while at < len(tokens) and (token := tokens[at]).indent == indent and token.is_item:
        if token.key is None:
            found.append(token.value)
            at = _ended(tokens, at + 1, indent)
        elif depth >= DEEPEST:
            raise _Odd
        else:
            # The map of an item begins after its dash.
            token.is_item, token.indent = False, indent + 2
            value, at = _map(tokens, at, indent + 2, depth + 1)
            found.append(value)
    return found, at


def _ended(tokens: list[_Token], at: int, indent: int) -> int:
    """Return `at`, where something ends; a line that is indented further would belong to it in a way not known here."""
    if at < len(tokens) and tokens[at].indent > indent:
        raise _Odd
    return at
