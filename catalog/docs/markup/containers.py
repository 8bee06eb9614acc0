"""Blocks with a head line and an indented body, `!!! note "Title"`, `??? tip`, `=== "Tab"`; alerts and tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

INDENT = 4
HEAD = re.compile(r'(!!!|\?\?\?\+?)[ \t]*([A-Za-z][\w-]*(?: +[A-Za-z][\w-]*){0,5})?(?:[ \t]+"(.*)")?[ \t]*', re.ASCII)
TAB = re.compile(r'===[!+]?[ \t]+(?:"(.*)"|\'(.*)\')[ \t]*')
ALERT = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*(?:\n|$)", re.IGNORECASE)
# What authors call a type, by the look that it has; the icon that goes with each look.
LOOKS = {
    "note": ("note", "seealso"),
    "abstract": ("abstract", "summary", "tldr"),
    "info": ("info", "todo"),
    "tip": ("tip", "hint", "important"),
    "success": ("success", "check", "done"),
    "question": ("question", "help", "faq"),
    "warning": ("warning", "caution", "attention"),
    "failure": ("failure", "fail", "missing"),
    "danger": ("danger", "error"),
    "bug": ("bug",),
    "example": ("example",),
    "quote": ("quote", "cite"),
}
ICONS = {
    "note": "pencil",
    "abstract": "list-details",
    "info": "info-circle",
    "tip": "flag",
    "success": "check",
    "question": "help-circle",
    "warning": "alert-triangle",
    "failure": "x",
    "danger": "alert-circle",
    "bug": "bug",
    "example": "flask",
    "quote": "message",
}
LOOK_OF = {word: look for look, words in LOOKS.items() for word in words}


@dataclass(frozen=True)
class _Head:
    """The first line: what is made of it, and its words."""

    kind: str  # "admonition", "collapsible" or "tab"
    title: str
    look: str = ""
    is_open: bool = False


def plugin(parser: MarkdownIt) -> None:
    """Teach `parser` these blocks."""
    ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "docs_container", _container, ends)
    parser.core.ruler.after("inline", "docs_tabs", _number_tabs)
    parser.core.ruler.after("block", "docs_alerts", _alerts)
    parser.core.ruler.after("inline", "docs_tasks", _tasks)


def _container(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if state.is_code_block(start):
        return False
    head = _head(state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]])
    if head is None:
        return False
    if silent:
        return True
    inside = state.sCount[start] + INDENT
    after = _end_of(state, start, end, inside)
    _open(state, head, (start, after))
    kept = state.parentType, state.lineMax, state.blkIndent
    state.parentType, state.lineMax, state.blkIndent = "container", after, inside
    state.md.block.tokenize(state, start + 1, after)
    state.parentType, state.lineMax, state.blkIndent = kept
    state.push(f"docs_{head.kind}_close", _tag(head), -1)
    state.line = after
    return True


def _head(line: str) -> _Head | None:
    tab = TAB.fullmatch(line)
    if tab:
        return _Head("tab", tab[1] if tab[1] is not None else tab[2])
    found = HEAD.fullmatch(line)
    if not found or not (found[2] or found[3]):
        return None
    word = (found[2] or "note").split()[0].lower()
    title = found[3] if found[3] is not None else word.replace("-", " ").capitalize()
    look = LOOK_OF.get(word, "note")
    if found[1] == "!!!":
        return _Head("admonition", title, look)
    return _Head("collapsible", title or word.capitalize(), look, is_open=found[1].endswith("+"))


def _end_of(state: StateBlock, start: int, end: int, inside: int) -> int:
    """Return the line after the last one that is indented far enough; empty lines between belong to the block."""
    after = line = start + 1
    while line < end:
        if not state.isEmpty(line):
            if state.sCount[line] < inside:
                break
            after = line + 1
        line += 1
    return after


def _tag(head: _Head) -> str:
    return "div" if head.kind == "admonition" else "details"


def _open(state: StateBlock, head: _Head, lines: tuple[int, int]) -> None:
    token = state.push(f"docs_{head.kind}_open", _tag(head), 1)
    token.map, token.block = list(lines), True
    if head.kind == "tab":
        token.attrSet("class", "docs-tab")
    else:
        token.attrSet("class", f"docs-admonition docs-admonition--{head.look}")
    if head.is_open:
        token.attrSet("open", "")
    if head.title:
        _title(state, head, lines[0])


def _title(state: StateBlock, head: _Head, line: int) -> None:
    tag = "p" if head.kind == "admonition" else "summary"
    opened = state.push("docs_title_open", tag, 1)
    opened.map = [line, line + 1]
    opened.attrSet("class", "docs-tab__title" if head.kind == "tab" else "docs-admonition__title")
    opened.meta = {"icon": ICONS.get(head.look, "")}
    words = state.push("inline", "", 0)
    words.content, words.map, words.children = head.title, [line, line + 1], []
    state.push("docs_title_close", tag, -1)


def _number_tabs(state: StateCore) -> None:
    """Give tabs that stand side by side one name, so that one of them is open at a time; the first one is."""
    count, inside = 0, [0]
    last, ended_at = 0, -1  # the group of the tab that closed last, and the index after it
    for index, token in enumerate(state.tokens):
        if token.type == "docs_tab_open":
            if index == ended_at:
                inside.append(last)
            else:
                count += 1
                inside.append(count)
                token.attrSet("open", "")
            token.attrSet("name", f"docs-tabs-{inside[-1]}")
        elif token.type == "docs_tab_close":
            last, ended_at = inside.pop(), index + 1


def _alerts(state: StateCore) -> None:
    """Make a quotation that begins with `[!NOTE]` what such a block is elsewhere."""
    stack: list[tuple[Token, bool]] = []
    for index, token in enumerate(state.tokens):
        if token.type == "blockquote_open":
            stack.append((token, _as_alert(state.tokens, index)))
        elif token.type == "blockquote_close" and stack:
            _, is_alert = stack.pop()
            if is_alert:
                token.tag = "div"


def _as_alert(tokens: list[Token], index: int) -> bool:
    words = tokens[index + 2] if index + 2 < len(tokens) else None
    found = ALERT.match(words.content) if words is not None and words.type == "inline" else None
    if not found or words is None:
        return False
    look = LOOK_OF[found[1].lower()]
    quote, paragraph = tokens[index], tokens[index + 1]
    quote.tag = "div"
    quote.attrSet("class", f"docs-admonition docs-admonition--{look}")
    words.content = f"**{found[1].capitalize()}**\n{words.content[found.end() :]}".rstrip()
    paragraph.attrSet("class", "docs-admonition__alert")
    return True


def _tasks(state: StateCore) -> None:
    """Make the `[ ]` or `[x]` that an item of a list begins with a box."""
    kinds = ("list_item_open", "paragraph_open", "inline")
    for item, paragraph, words in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if (item.type, paragraph.type, words.type) != kinds or not words.children:
            continue
        first = words.children[0]
        mark = first.content[:4].lower()
        if first.type == "text" and mark in ("[ ] ", "[x] "):
            first.content = first.content[4:]
            box = Token("docs_task", "span", 0)
            box.meta = {"is_done": mark == "[x] "}
            words.children.insert(0, box)
            item.attrSet("class", "task-list-item")
