"""Markdown of strangers as HTML that is safe to show.

Raw HTML is off, and what comes out is cleaned again by a list of our own tags: neither step is trusted alone.
"""

from __future__ import annotations

import re

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
# Beyond these a text is shown plainly. A hundred thousand signs of lists take the parser a second; and each bracket may
# begin a link, whose end it looks for.
LONGEST = 100_000
MOST_BRACKETS = 10_000


def render(text: str) -> SafeString:
    """Return `text` as HTML without scripts, frames, pictures or styles."""
    if len(text) > LONGEST or text.count("[") > MOST_BRACKETS:
        return format_html("<pre>{}</pre>", text[:LONGEST])
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    return SafeString(
        nh3.clean(
            parser.render(text),
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener noreferrer nofollow",
        )
    )


# -- Pages of docs -----------------------------------------------------------------------------------------------------

DOCUMENT_TAGS = TAGS | {
    *("b", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "i", "img", "ins", "kbd", "mark", "section"),
    *("small", "span", "sub", "summary", "sup", "u"),
}
DOCUMENT_ATTRIBUTES = {
    "a": {"aria-label", "href", "id", "title"},
    "details": {"name", "open"},
    "div": {"aria-label", "role", "tabindex"},
    "img": {"alt", "height", "loading", "src", "title", "width"},
    "li": {"id", "value"},
    "ol": {"start"},
    "pre": {"aria-label", "role", "tabindex"},
    "span": {"aria-hidden", "aria-label", "data-line", "id", "role"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
_KINDS = ("abstract", "bug", "danger", "example", "failure", "info", "note", "plain", "question", "quote", "success")
_ADMONITION = {"docs-admonition", *(f"docs-admonition--{kind}" for kind in (*_KINDS, "tip", "warning"))}
DOCUMENT_CLASSES = {
    "a": {"docs-permalink", "footnote-backref"},
    "details": {*_ADMONITION, "docs-tab"},
    "div": {*_ADMONITION, "docs-table"},
    "figcaption": {"docs-code__title"},
    "figure": {"docs-code"},
    "li": {"task-list-item"},
    "ol": {"footnotes-list"},
    "p": {"docs-admonition__alert", "docs-admonition__title"},
    "pre": {"docs-code__text"},
    "section": {"footnotes"},
    "span": {
        *("c", "d", "i", "k", "n", "s", "t"),
        *("docs-code__line", "docs-code__line--marked", "docs-missing", "docs-refused", "docs-task", "icon"),
        *("icon--alert-circle", "icon--alert-triangle", "icon--bug", "icon--check", "icon--flag", "icon--flask"),
        *("icon--help-circle", "icon--info-circle", "icon--list-details", "icon--message", "icon--minus"),
        *("icon--pencil", "icon--x"),
    },
    "summary": {"docs-admonition__title", "docs-tab__title"},
    "sup": {"footnote-ref"},
    "ul": {"contains-task-list"},
}
# Before each id, so that none takes the place of a part of the portal's own page.
ID_PREFIX = "doc-"
# Pictures come from the portal itself, as do all addresses without a host.
OUR_PICTURE = re.compile(r"/docs/[^\\]*")
OUR_ADDRESS = re.compile(r"/(?![/\\])[^\\]*|#.*|(?:https?|mailto):.*", re.DOTALL)


def _document_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if OUR_PICTURE.fullmatch(value) else None
    if name == "href":
        is_bare = value.startswith("#") and len(value) > 1 and not value.startswith(f"#{ID_PREFIX}")
        value = f"#{ID_PREFIX}{value[1:]}" if is_bare else value
        return value if OUR_ADDRESS.fullmatch(value) else None
    return value


_document = nh3.Cleaner(
    tags=DOCUMENT_TAGS,
    attributes=DOCUMENT_ATTRIBUTES,
    allowed_classes=DOCUMENT_CLASSES,
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer nofollow",
    id_prefix=ID_PREFIX,
    attribute_filter=_document_attribute,
)


def document(html: str) -> SafeString:
    """Return the HTML of a page of docs with nothing in it but what such a page is made of."""
    return SafeString(_document.clean(html))
