"""Markdown of strangers as HTML that is safe to show.

Raw HTML is off, and what comes out is cleaned again by a list of our own tags: neither step is trusted alone.
"""

from __future__ import annotations

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
