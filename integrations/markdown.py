"""Markdown of strangers as HTML that is safe to show.

Raw HTML is off, and what comes out is cleaned again by a list of our own tags: neither step is trusted alone.
"""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

TAGS = {
    *("a", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre"),
    *("s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
# Beyond this a text is shown plainly: nesting costs the parser time that grows faster than the text.
LONGEST = 500_000


def render(text: str) -> SafeString:
    """Return `text` as HTML without scripts, frames, pictures or styles."""
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 20}).enable(["table", "strikethrough"])
    return SafeString(
        nh3.clean(
            parser.render(text[:LONGEST]),
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel="noopener noreferrer nofollow",
        )
    )
