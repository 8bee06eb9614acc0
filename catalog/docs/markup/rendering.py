"""A page of docs as HTML, with all that is known of it: title, headings, links, and its words for the search.

What comes out is not yet safe to show: `integrations.markdown.document` lets through what it knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from catalog.docs import loose_yaml
from catalog.docs.markup import code, containers, pieces, slugs, targets
from catalog.docs.markup.targets import Addresses, Link

# Raised when pages that are stored must be rendered anew.
VERSION = 1
# Beyond these a page is shown as it was written.
LONGEST, MOST_BRACKETS, LONGEST_LINE = 300_000, 20_000, 20_000
MOST_LINKS, MOST_HEADINGS = 2_000, 500
NESTING = 24
FRONT = re.compile(r"---[ \t]*\r?\n(.*?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
OWN_ID = re.compile(
    r"[ \t]*\{:?[^{}#\n]{0,100}#([A-Za-z][\w.:-]{0,99})[^{}\n]{0,100}\}[ \t]*$"
    r"|[ \t]*\{:?[ \t]*\.[^{}\n]{0,100}\}[ \t]*$"
)
ICON = re.compile(r":(?:material|octicons|fontawesome|simple)-[a-z0-9-]{1,80}:")
SNIPPET = re.compile(r"[ \t]*(?:-{1,}8<-{1,}[ \t]+[\"']([^\"'\n]{1,300})[\"']|\{!([^!\n]{1,300})!\})[ \t]*")


@dataclass
class Page:
    """A page as it was rendered.

    Attributes:
        title: of the front matter or the first heading; empty when there is none.
        headings: below the title, as (level, id, text).
        anchors: ids that links may name.
        words: its text without any mark.
    """

    html: str = ""
    title: str = ""
    tags: list[str] = field(default_factory=list)
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    words: str = ""


def render(text: str, *, path: str, addresses: Addresses) -> Page:
    """Return the page at `path`, whose Markdown is `text`."""
    body, front = _front_matter(text.replace("\r\n", "\n").replace("\0", ""))
    page = Page(title=_line_of(front.get("title")), tags=_texts(front.get("tags")))
    if len(body) > LONGEST or body.count("[") > MOST_BRACKETS or _has_long_line(body):
        return replace(plain_page(body), title=page.title, tags=page.tags)
    parser = _parser()
    env: dict[str, Any] = {"budget": code.Budget()}
    tokens = parser.parse(body, env)
    _Finish(page, path, addresses).take(tokens)
    page.html = parser.renderer.render(tokens, parser.options, env)
    page.words = "\n".join(_words(tokens))
    return page


def plain_page(text: str) -> Page:
    """Return a page that shows its text as it was written."""
    shown = text.replace("\0", "")[:LONGEST]
    return Page(html=f"<pre>{escape(shown)}</pre>", words=shown)


def _has_long_line(text: str) -> bool:
    return any(len(line) > LONGEST_LINE for line in text.split("\n"))


def _front_matter(text: str) -> tuple[str, dict[str, Any]]:
    """Return the text with its front matter as empty lines, so that lines keep their numbers, and what that says."""
    found = FRONT.match(text.removeprefix("\ufeff"))
    if found is None:
        return text.removeprefix("\ufeff"), {}
    front = loose_yaml.read(found[1]).value
    empty = "\n" * found[0].count("\n")
    return empty + text.removeprefix("\ufeff")[found.end() :], front if isinstance(front, dict) else {}


def _line_of(value: object) -> str:
    return " ".join(value.split())[:255] if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)][:50] if isinstance(value, list) else []


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING}, renderer_cls=Renderer)
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False).use(deflist_plugin)
    parser.use(containers.plugin).use(pieces.plugin)
    # Which addresses are followed is decided in one place, `targets`; here an odd one would stay as text.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


class _Finish:
    """Goes over the tokens of a page once: headings get ids, links get addresses, and both are noted."""

    def __init__(self, page: Page, path: str, addresses: Addresses) -> None:
        self._page = page
        self._path = path
        self._addresses = addresses
        self._slugs = slugs.Slugs()
        self._number = 0

    def take(self, tokens: list[Token]) -> None:
        self._title(tokens)
        for index, token in enumerate(tokens):
            if token.type == "heading_open":
                self._heading(token, tokens[index + 1])
            elif token.type == "inline":
                self._inline(token)
            elif token.type == "fence":
                self._number += 1
                token.meta = {**token.meta, "number": self._number}
        for kept in ("headings", "links"):
            del getattr(self._page, kept)[MOST_HEADINGS if kept == "headings" else MOST_LINKS :]

    def _title(self, tokens: list[Token]) -> None:
        """Take the first heading out when the page begins with it: it stands above the page."""
        first = next((n for n, token in enumerate(tokens) if token.type != "docs_anchor"), 0)
        if len(tokens) < first + 3 or tokens[first].type != "heading_open" or tokens[first].tag != "h1":
            return
        words = tokens[first + 1]
        _strip_attributes(words)
        self._page.title = self._page.title or plain(words)[:255]
        self._page.anchors += [slugs.github(plain(words)), slugs.mkdocs(plain(words))]
        self._slugs.give(slugs.github(plain(words)))
        del tokens[first : first + 3]

    def _heading(self, token: Token, words: Token) -> None:
        own = _strip_attributes(words)
        text = plain(words)
        given = self._slugs.give(own or slugs.github(text))
        other = slugs.mkdocs(text)
        token.tag = "h2" if token.tag == "h1" else token.tag
        token.attrSet("id", f"{slugs.PREFIX}{given}")
        token.meta = {"id": given, "text": text}
        self._page.anchors.append(given)
        self._page.headings.append((int(token.tag[1]), given, text[:255]))
        if other and other != given and self._slugs.is_free(other):
            token.meta["other"] = self._slugs.give(other)
            self._page.anchors.append(other)

    def _inline(self, token: Token) -> None:
        line = token.map[0] + 1 if token.map else 1
        children = token.children or []
        for child in children:
            if child.type in ("softbreak", "hardbreak"):
                line += 1
            elif child.type == "link_open":
                self._link(child, line)
            elif child.type == "image":
                self._picture(child, line)
            elif child.type == "docs_anchor":
                self._page.anchors.append(child.meta["id"])
            elif child.type == "text":
                child.content = ICON.sub("", child.content)
                self._snippet(child, line)

    def _link(self, token: Token, line: int) -> None:
        written = str(token.attrGet("href") or "")
        link = targets.read(written, page=self._path, folder=self._addresses.folder, line=line)
        self._page.links.append(link)
        token.attrs = {"href": targets.address(link, self._addresses, prefix=slugs.PREFIX), **_titled(token)}

    def _picture(self, token: Token, line: int) -> None:
        written = str(token.attrGet("src") or "")
        link = targets.read(written, page=self._path, folder=self._addresses.folder, line=line, is_picture=True)
        self._page.links.append(link)
        token.attrs["src"] = targets.address(link, self._addresses, prefix=slugs.PREFIX)

    def _snippet(self, token: Token, line: int) -> None:
        """Say in words that another file is not taken in; a page is read by itself."""
        found = SNIPPET.fullmatch(token.content)
        if found:
            name = found[1] or found[2]
            token.type, token.meta = "docs_refused", {"name": name}
            self._page.links.append(Link("refused", name, line=line))


def _titled(token: Token) -> dict[str, str | int | float]:
    title = token.attrGet("title")
    return {"title": title} if title else {}


def _strip_attributes(words: Token) -> str:
    """Take `{#own-id .class}` off the end of a heading, and return the id."""
    last = next(
        (child for child in reversed(words.children or []) if child.type == "text" and child.content.strip()), None
    )
    found = OWN_ID.search(last.content) if last is not None else None
    if found is None or last is None:
        return ""
    last.content = last.content[: found.start()]
    return found[1] or ""


def plain(token: Token) -> str:
    """Return the words of a line without any mark."""
    parts = [
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak", "image", "text_special")
    ]
    return " ".join(ICON.sub("", "".join(parts)).split())


def _words(tokens: Sequence[Token]) -> list[str]:
    found = []
    for token in tokens:
        if token.type == "inline":
            found.append(plain(token))
        elif token.type in ("fence", "code_block"):
            found.append(token.content)
    return [words for words in found if words]


class Renderer(RendererHTML):
    """Writes the tokens of docs; all others are written as the parser's own renderer does it."""

    def render(self, tokens: Sequence[Token], options: Any, env: Any) -> str:
        shown = [token for token in tokens if not _is_attributes_only(token)]
        return super().render(shown, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        info = code.info_of(token.info)
        return code.render(token.content, info, number=token.meta.get("number", 0), budget=env["budget"])

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return code.render(tokens[idx].content, code.Info(), number=idx, budget=env["budget"])

    def footnote_block_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<section class="footnotes">\n<ol class="footnotes-list">\n'

    def docs_task(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        icon, label = ("check", "Done") if tokens[idx].meta["is_done"] else ("minus", "To do")
        return f'<span class="icon icon--{icon} docs-task" role="img" aria-label="{label}"></span> '

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<div class="docs-table" tabindex="0" role="region" aria-label="Table"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        opened = next(
            (token for token in reversed(tokens[max(0, idx - 2) : idx]) if token.type == "heading_open"), None
        )
        tag = opened.tag if opened else tokens[idx].tag
        if opened is None or "id" not in opened.meta:
            return f"</{tag}>\n"
        other = f'<span id="{slugs.PREFIX}{escape(opened.meta["other"])}"></span>' if "other" in opened.meta else ""
        label = escape(opened.meta["text"])
        return (
            f'{other}<a class="docs-permalink" href="#{slugs.PREFIX}{escape(opened.meta["id"])}" '
            f'aria-label="Link to “{label}”">#</a></{tag}>\n'
        )

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        alt = self.renderInlineAsText(token.children, options, env) if token.children else token.content
        if not token.attrs.get("src"):
            return f'<span class="docs-missing">{escape(alt or "picture")}</span>'
        token.attrs["alt"] = alt
        token.attrs["loading"] = "lazy"
        return self.renderToken(tokens, idx, options, env)

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        if token.attrs.get("href"):
            return self.renderToken(tokens, idx, options, env)
        return '<span class="docs-missing">'

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        for token in reversed(tokens[:idx]):
            if token.type == "link_open" and token.level == tokens[idx].level:
                return "</a>" if token.attrs.get("href") else "</span>"
        return "</a>"

    def docs_title_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        token = tokens[idx]
        name = token.meta.get("icon")
        icon = f'<span class="icon icon--{name}" aria-hidden="true"></span>' if name else ""
        return f'<{token.tag} class="{escape(str(token.attrGet("class") or ""))}">{icon}'

    def docs_title_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"</{tokens[idx].tag}>\n"

    def docs_fold_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<details class="docs-admonition docs-admonition--plain">\n'

    def docs_fold_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</details>\n"

    def docs_tag(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return tokens[idx].content

    def docs_anchor(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f'<span id="{slugs.PREFIX}{escape(tokens[idx].meta["id"])}"></span>'

    def docs_refused(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        name = escape(tokens[idx].meta["name"])
        return f'<span class="docs-refused">Not taken in: <code>{name}</code>. Pages are read one by one.</span>'


def _is_attributes_only(token: Token) -> bool:
    """Whether a line is nothing but `{: .class }`, which belongs to the block above it."""
    return token.type == "inline" and bool(re.fullmatch(r"\{:[^{}\n]{0,300}\}", token.content))
