"""The little HTML and the attribute lists that people write between Markdown; all else in angle brackets stays text.

HTML is off in the parser. What is known here becomes tokens of our own, so no attribute of a stranger gets through but
those that are named.
"""

from __future__ import annotations

import html
import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

# Elements without attributes, as they stand in the output.
PLAIN = frozenset(("b", "br", "del", "em", "i", "ins", "kbd", "mark", "s", "small", "strong", "sub", "sup", "u"))
# Around blocks: their tags are dropped, what is in them is shown.
FRAMES = "div|p|center|span|section|article|figure|figcaption|picture|source"
PLAIN_TAG = re.compile(r"</?([a-zA-Z]{1,6})[ \t]*/?>", re.ASCII)
PICTURE = re.compile(
    r"<img((?:[ \t\n]+[a-zA-Z-]{1,20}(?:=(?:\"[^\"<>]{0,500}\"|'[^'<>]{0,500}'|[\w%.-]{1,20}))?){0,12})[ \t\n]*/?>"
)
ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,20})=(?:\"([^\"]*)\"|'([^']*)'|([\w%.-]+))")
ANCHOR = re.compile(r"<a[ \t]+(?:name|id)=[\"']([\w.-]{1,100})[\"'][ \t]*/?>(?:[ \t]*</a>)?", re.ASCII)
FRAME_LINE = re.compile(rf"(?:[ \t]*</?(?:{FRAMES})(?:[ \t][^<>\n]{{0,300}})?>)+[ \t]*", re.IGNORECASE)
FOLD_LINE = re.compile(
    r"[ \t]*(?:(<details)(?:[ \t][^<>\n]{0,100})?>)?[ \t]*"
    r"(?:<summary>([^\n]{0,300})</summary>)?[ \t]*(</details>)?[ \t]*",
    re.IGNORECASE,
)
ATTRIBUTE_LIST = re.compile(r"\{:?((?:[^{}\"'\n]|\"[^\"\n]*\"|'[^'\n]*'){0,300})\}")
SIZE = re.compile(r"[0-9]{1,4}(?:px)?", re.ASCII)
IDENTIFIER = re.compile(r"#([A-Za-z][\w.:-]{0,99})", re.ASCII)
ABBREVIATION = re.compile(r"\*\[[^\]\n]{1,80}\]:")
TAKES_ATTRIBUTES = ("image", "link_close", "code_inline")


def plugin(parser: MarkdownIt) -> None:
    """Teach `parser` these pieces."""
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "docs_comment", _comment_block, ends)
    parser.block.ruler.before("fence", "docs_frame", _frame, ends)
    parser.block.ruler.before("reference", "docs_abbreviation", _abbreviation)
    parser.inline.ruler.before("autolink", "docs_piece", _piece)
    parser.inline.ruler.before("link", "docs_attributes", _attributes)


# -- Blocks ----------------------------------------------------------------------------------------------------------


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _comment_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Leave out a comment that begins a line, up to the end of the line that it ends in."""
    if state.is_code_block(start) or not _line(state, start).startswith("<!--"):
        return False
    last = start
    while last < end and "-->" not in _line(state, last):
        last += 1
    if last == end:
        return False
    if not silent:
        state.line = last + 1
    return True


def _frame(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take the tags of a line that has nothing else: `<details>` folds, a frame is dropped."""
    if state.is_code_block(start):
        return False
    line = _line(state, start)
    if not line.startswith("<"):
        return False
    fold = FOLD_LINE.fullmatch(line)
    if not (FRAME_LINE.fullmatch(line) or (fold and any(fold.groups()))):
        return False
    if silent:
        return True
    if fold and any(fold.groups()):
        _fold(state, fold, start)
    state.line = start + 1
    return True


def _fold(state: StateBlock, found: re.Match[str], line: int) -> None:
    if found[1]:
        state.push("docs_fold_open", "details", 0).attrSet("class", "docs-admonition docs-admonition--plain")
    if found[2] is not None:
        opened = state.push("docs_title_open", "summary", 0)
        opened.attrSet("class", "docs-admonition__title")
        words = state.push("inline", "", 0)
        words.content, words.map, words.children = found[2], [line, line + 1], []
        state.push("docs_title_close", "summary", 0)
    if found[3]:
        state.push("docs_fold_close", "details", 0)


def _abbreviation(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Leave out `*[HTML]: HyperText Markup Language`."""
    if state.is_code_block(start) or not ABBREVIATION.match(_line(state, start)):
        return False
    if not silent:
        state.line = start + 1
    return True


# -- Within a line ---------------------------------------------------------------------------------------------------


def _piece(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "<":
        return False
    return _comment(state) or _plain(state, silent) or _picture(state, silent) or _anchor(state, silent)


def _comment(state: StateInline) -> bool:
    if not state.src.startswith("<!--", state.pos):
        return False
    end = state.src.find("-->", state.pos)
    if end < 0:
        return False
    state.pos = end + 3
    return True


def _plain(state: StateInline, silent: bool) -> bool:
    found = PLAIN_TAG.match(state.src, state.pos)
    if not found or found[1].lower() not in PLAIN:
        return False
    if not silent:
        token = state.push("docs_tag", "", 0)
        name = found[1].lower()
        token.content = f"</{name}>" if found[0].startswith("</") and name != "br" else f"<{name}>"
    state.pos = found.end()
    return True


def _picture(state: StateInline, silent: bool) -> bool:
    found = PICTURE.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        values = _values(found[1])
        token = state.push("image", "img", 0)
        token.attrs = {"src": values.get("src", ""), "alt": ""}
        token.content = values.get("alt", "")
        token.children = state.md.inline.parse(token.content, state.md, state.env, [])
        _take(token.attrs, values)
    state.pos = found.end()
    return True


def _anchor(state: StateInline, silent: bool) -> bool:
    """Keep a place that links may lead to; `<a href>` stays text, Markdown has a way to write it."""
    found = ANCHOR.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("docs_anchor", "span", 0)
        token.meta = {"id": found[1]}
    state.pos = found.end()
    return True


def _attributes(state: StateInline, silent: bool) -> bool:
    """Take `{ width="300" #id .class }` after a picture, link or code: width, height, title and id are kept."""
    if state.src[state.pos] != "{" or state.pending or not state.tokens:
        return False
    token = state.tokens[-1]
    found = ATTRIBUTE_LIST.match(state.src, state.pos) if token.type in TAKES_ATTRIBUTES else None
    if not found:
        return False
    if not silent:
        if token.type == "image":
            _take(token.attrs, _values(found[1]))
        named = IDENTIFIER.search(found[1])
        if named:
            state.push("docs_anchor", "span", 0).meta = {"id": named[1]}
    state.pos = found.end()
    return True


def _values(text: str) -> dict[str, str]:
    """Return the attributes that are written in `text`."""
    found = {}
    for match in ATTRIBUTE.finditer(text):
        value = next((part for part in match.groups()[1:] if part is not None), "")
        found[match[1].lower()] = html.unescape(value)
    return found


def _take(attributes: dict[str, str | int | float], values: dict[str, str]) -> None:
    for name in ("width", "height"):
        if SIZE.fullmatch(values.get(name, "")):
            attributes[name] = values[name].removesuffix("px")
    if values.get("title"):
        attributes["title"] = values["title"]
