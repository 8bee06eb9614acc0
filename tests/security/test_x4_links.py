"""X4: addresses that strangers wrote, in twenty spellings and more, never become a link that runs or misleads."""

from html.parser import HTMLParser

import pytest

from catalog import links
from tests.catalog.factories import make_entities

SPELLINGS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\x00script:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "jav&#x09;ascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "blob:https://portal.example/1",
    "file:///etc/passwd",
    "view-source:https://a.example",
    "//evil.example/",
    "\\\\evil.example",
    "https:\\\\evil.example",
    "https:/evil.example",
    "https:evil.example",
    "https://user@evil.example/",
    "https://portal.example:443@evil.example/",
    "https://portal.example\\@evil.example/",
    "https://a.example/\u202egpj.exe",
    "https://a.example/ b",
    "https://",
    "http:///x",
    "mailto:",
    "feed:javascript:alert(1)",
    "/relative",
    "?q=1",
    "#top",
    "",
]
GOOD = [
    "https://a.example",
    "HTTPS://A.example/x?y=1#z",
    "http://localhost:8000/a/b",
    "https://a.example/%20/ü",
    "mailto:team-shop@acme.example",
]


@pytest.mark.parametrize("address", SPELLINGS)
def test_x4_odd_address_is_no_link(address):
    assert links.safe(address) == ""


@pytest.mark.parametrize("value", [None, 1, ["https://a.example"], {"url": "https://a.example"}, b"https://a.example"])
def test_x4_what_is_no_text_is_no_link(value):
    assert links.safe(value) == ""


@pytest.mark.parametrize("address", GOOD)
def test_x4_plain_address_is_a_link(address):
    assert links.safe(address) == address


class Hrefs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in {"href", "src", "action", "xlink:href"}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example/", "data:text/html,x", "https://u@evil.example/"]
)
def test_x4_annotations_that_pages_link_to_are_held_to_the_same_rule(member, address):
    make_entities(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        "metadata:\n  name: checkout\n  annotations:\n"
        f"    backstage.io/edit-url: '{address}'\n    backstage.io/view-url: '{address}'\n"
        f"    backstage.io/source-location: 'url:{address}'\n"
        "spec: {type: service, lifecycle: production, owner: shop}\n"
    )
    hrefs = Hrefs()
    hrefs.feed(member.get("/catalog/component/default/checkout/").content.decode())
    assert [href for href in hrefs.found if "evil" in href or href.startswith(("javascript", "data"))] == []
