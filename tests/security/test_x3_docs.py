"""X3, X2, W1, X5: docs of strangers show text and pictures; nothing acts, no other file is read, nothing hangs."""

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from catalog.docs import folders, loose_yaml, mkdocs, navigation, pictures, places, reading
from catalog.docs.folders import OutOfReach
from catalog.docs.markup import code, rendering
from catalog.docs.markup.targets import Addresses
from catalog.docs.places import DocsPlace
from catalog.models import DocsPage, DocsPicture, DocsSite
from integrations import markdown
from tests.catalog.docs.factories import make_docs
from tests.catalog.factories import make_entities
from tests.security.test_x3_markdown import PAYLOADS

ADDRESSES = Addresses(
    folder="docs",
    page=lambda path: f"/docs/component/default/x/{path}",
    picture=lambda path: f"/docs/component/default/x/{path}",
    entity=lambda ref: f"/catalog/{ref}",
)
MORE = [
    '<img src="x" onerror="alert(1)">',
    '<img src="javascript:alert(1)">',
    '<img src="https://evil.example/pixel.gif">',
    "<img src=//evil.example/x.png>",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "![x](//evil.example/x.png)",
    "[x](//evil.example)",
    "[x](\\\\evil.example)",
    "[x](/\\evil.example)",
    "[x](http://user:pass@evil.example)",
    "[x](file:///etc/passwd)",
    "[x](%6aavascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    '![x](a.png){ onerror="alert(1)" style="x" }',
    '![x](a.png){ title="\\" onerror=alert(1)" }',
    '[x](a.md){ target="_blank" onclick="alert(1)" hx-get="/" }',
    "## x {: onclick=alert(1) #main style=color:red }",
    '<a name="main" onclick="alert(1)"></a>',
    '<a id="palette"></a>',
    "<details ontoggle=alert(1) open><summary>x</summary>\n\ny\n\n</details>",
    "<details>\n<summary><img src=x onerror=alert(1)></summary>\n</details>",
    '!!! note "<script>alert(1)</script>"\n    <script>alert(1)</script>',
    '!!! note onclick=alert(1) "x"\n    y',
    '=== "<img src=x onerror=alert(1)>"\n\n    x',
    '```html title="<script>alert(1)</script>"\n</code></pre><script>alert(1)</script>\n```',
    '```"><script>alert(1)</script>\nx\n```',
    '```py linenums="1" onclick="alert(1)"\nx\n```',
    "[^<script>]: x\n\ny[^<script>]",
    '[^"onclick=alert(1)]: x\n\ny[^"onclick=alert(1)]',
    '--8<-- "<script>alert(1)</script>"',
    "Term<script>\n:   <script>alert(1)</script>",
    "- [x] <script>alert(1)</script>",
    "> [!NOTE]\n> <script>alert(1)</script>",
    "<kbd onclick=alert(1)>x</kbd>",
    "<sub><sup><sub><script>alert(1)</script>",
    "</article></main><script>alert(1)</script>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<!--><script>alert(1)</script>-->",
    "<!-- <!-- --> <script>alert(1)</script> -->",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    'component:default/x"onclick="alert(1)',
    "[x](component:default/../../admin)",
]
# A descriptor that says nothing of docs.
PLAIN = (
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: x}\nspec: {type: s, lifecycle: p, owner: o}\n"
)


class Seen(HTMLParser):
    """The elements and attributes of a text as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def shown(text: str) -> str:
    page = rendering.render(text, path="index.md", addresses=ADDRESSES)
    return str(markdown.document(page.html))


@pytest.mark.parametrize("payload", [*PAYLOADS, *MORE])
def test_x3_a_payload_becomes_text_or_nothing(payload):
    seen = Seen(shown(f"before\n\n{payload}\n\nafter"))
    assert seen.tags <= markdown.DOCUMENT_TAGS
    known = {name for names in markdown.DOCUMENT_ATTRIBUTES.values() for name in names} | {"class", "rel"}
    assert {name for _, name, _ in seen.attributes} <= known
    for _, name, value in seen.attributes:
        if name == "href":
            assert re.match(r"https?://(?!user)|mailto:|#doc-|/(?![/\\])", value), value
        if name == "src":
            assert re.match(r"/docs/component/", value), value
        if name == "id":
            assert value.startswith("doc-"), value
        if name == "class":
            assert not {"btn", "shell", "modal"} & set(value.split())


@pytest.mark.parametrize("payload", ['<p onclick="x">', '<img src="/admin/logout">', '<a href="//evil.example">x</a>'])
def test_x3_what_is_stored_is_cleaned_again_when_it_is_shown(payload):
    seen = Seen(str(markdown.document(payload)))
    assert {name for _, name, _ in seen.attributes} <= {"rel"}


def test_x2_no_markup_of_docs_speaks_to_htmx(member):
    make_entities(PLAIN)
    make_docs("component:default/x", {"index.md": "# X\n\n<div hx-get='/admin/' hx-trigger='load'>x</div>"})
    answer = member.get("/docs/component/default/x/").content.decode()
    assert '<article class="docs-article" hx-disable>' in answer
    assert ("div", "hx-get", "/admin/") not in Seen(answer).attributes


PIECES = [
    *("[", "]", "[a](", "![", "*a ", "~~a", "> ", "`", "<", "_", "- a\n", "| a ", "&a", "[^a]", "[^a]: x\n", "^["),
    *(
        "a\n: b\n",
        "!!! a\n    ",
        '=== "a"\n\n    b\n\n',
        "<kbd>",
        "<img ",
        '<img a="',
        "<a name='",
        "{",
        "{.a ",
        "`a`{.b}",
    ),
    *(
        "<!--",
        "*[",
        "--8<--",
        "<details>\n",
        "# a {#b}\n",
        "- [ ] a\n",
        "> [!NOTE]\n",
        ":material-a:",
        "\\",
        "```\n",
        "\t",
    ),
    *("[[", "{#a}", "x\n===\n", "1. a\n", "** ", "<a@b", "http://a ", "a|b\n-|-\n"),
]


@pytest.mark.parametrize("piece", PIECES)
def test_x3_no_page_takes_long(piece):
    text = piece * (60_000 // len(piece))
    began = time.process_time()
    shown(text)
    assert time.process_time() - began < 5  # 2 s on a processor that nobody else uses


@pytest.mark.parametrize("piece", ["> ", "- ", "!!! a\n", "    ", '=== "a"\n', "<details>\n"])
def test_x3_no_nesting_is_too_deep(piece):
    lines = "\n".join(
        "    " * (depth if piece.endswith("\n") else 0) + piece.rstrip("\n") * (1 if piece.endswith("\n") else depth)
        for depth in range(300)
    )
    began = time.process_time()
    shown(lines)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("text", ["x" * 1_000_000, "[x](" * 250_000, "`" * 1_000_000 + "\n", "a" * 999_999 + "*"])
def test_x3_a_line_of_a_megabyte_is_shown_plainly(text):
    began = time.process_time()
    assert Seen(shown(text)).tags == {"pre"}
    assert time.process_time() - began < 2


@pytest.mark.parametrize("language", sorted(code.LANGUAGES))
def test_x3_no_code_takes_long(language):
    budget = code.Budget(0.3)
    began = time.process_time()
    for piece in ("a ", "a<", '"\\', "<!--", "{", "(a", "${", "/*", "'", "`", "@", "\t", "=a", "[[", "<<A"):
        line = piece * (code.LONGEST_LINE // len(piece))
        code.render(f"{line}\n" * 60, code.Info(language), number=1, budget=budget)
    assert time.process_time() - began < 5


# -- Files -----------------------------------------------------------------------------------------------------------


def on_disk(tmp_path: Path, ref: str = "dir:.") -> DocsSite:
    text = (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata: {{name: x, annotations: {{backstage.io/techdocs-ref: '{ref}'}}}}\n"
        "spec: {type: s, lifecycle: p, owner: o}\n"
    )
    make_entities(text, target=str(tmp_path / "catalog-info.yaml"))
    site = reading.read("component:default/x")
    assert site is not None
    return site


def test_docs_beside_a_descriptor_on_the_disk_are_read(tmp_path, db):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# Here\n\n![p](p.png)\n")
    (tmp_path / "docs" / "p.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 9)
    site = on_disk(tmp_path)
    assert (site.page_count, site.error, DocsPicture.objects.count()) == (1, "", 1)


@pytest.mark.parametrize("ref", ["dir:..", "dir:../other", "dir:a/../../..", "dir:/../../etc"])
def test_w1_an_annotation_does_not_lead_out_of_the_folder(tmp_path, db, ref):
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "index.md").write_text("# secret\n")
    site = on_disk(inside, ref)
    assert (site.page_count, DocsPage.objects.count()) == (0, 0)
    assert site.error


def test_w1_a_source_location_of_the_author_names_no_folder_of_the_disk(tmp_path, db):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.md").write_text("# secret\n")
    text = (
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        "metadata:\n  name: x\n  annotations:\n    backstage.io/techdocs-ref: 'dir:.'\n"
        f"    backstage.io/source-location: 'file:{tmp_path}/'\n"
        f"    backstage.io/managed-by-location: 'file:{tmp_path}/a'\n"
        "spec: {type: s, lifecycle: p, owner: o}\n"
    )
    make_entities(text, type="url", target="https://git.example/o/r/raw/x")
    reading.read("component:default/x")
    assert DocsPage.objects.count() == 0


def test_w1_links_on_the_disk_are_not_followed(tmp_path, db):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    (inside / "docs").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.md").write_text("# secret\n")
    (inside / "docs" / "index.md").write_text("# Here\n")
    (inside / "docs" / "link.md").symlink_to(outside / "secret.md")
    (inside / "docs" / "folder").symlink_to(outside)
    site = on_disk(inside)
    assert list(site.pages.values_list("path", flat=True)) == ["index.md"]


def test_w1_a_folder_that_is_a_link_is_refused(tmp_path, db):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "index.md").write_text("# secret\n")
    (inside / "docs").symlink_to(outside)
    assert "behind a link" in on_disk(inside, "dir:docs").error


def test_w1_a_file_that_became_a_link_since_it_was_listed_is_not_read(tmp_path):
    (tmp_path / "docs").mkdir()
    page = tmp_path / "docs" / "index.md"
    page.write_text("# Here\n")
    found = folders.look(DocsPlace("file", str(tmp_path), root=str(tmp_path)))
    assert found is not None
    page.unlink()
    page.symlink_to("/etc/hostname")
    with pytest.raises(OutOfReach, match="cannot be read"):
        found.read(found.files["docs/index.md"])


# -- mkdocs.yml ------------------------------------------------------------------------------------------------------

BOMB = "a: &a [x, x]\n" + "\n".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(24)
)


@pytest.mark.parametrize(
    "text",
    [
        f"{BOMB}\nnav: *y",
        "nav: " + "[" * 5_000,
        "nav: " + "{a: " * 5_000,
        "a: &a {"
        + ", ".join(f"k{n}: 1" for n in range(4_000))
        + "}\n"
        + "\n".join(f"b{n}: {{<<: [*a, *a]}}" for n in range(3_000)),
        "nav: &n\n  - x: *n\n",
        "- " * 50_000,
        "nav: !!python/object/apply:os.system [touch /tmp/owned]",
        "x" * 600_000,
        "\0",
        "nav:\n\t- x",
    ],
)
def test_a_configuration_that_is_a_trap_takes_no_time_and_does_nothing(text):
    began = time.process_time()
    config = mkdocs.parse(text)
    navigation.read(config.nav, ["index.md"], lines=config.lines)
    assert time.process_time() - began < 2


def test_tags_name_nothing_and_the_rest_is_read():
    loaded = loose_yaml.read(
        "site_name: X\nedit_uri: !ENV [A, b]\nextra: {emoji: !!python/name:material.x }\nnav: [index.md]\n"
    )
    assert loaded.value == {"site_name": "X", "edit_uri": None, "extra": {"emoji": None}, "nav": ["index.md"]}


@pytest.mark.parametrize("folder", ["..", "../other", "/etc", "a/../..", "a/../../b"])
def test_w1_the_folder_of_pages_does_not_lead_out(folder):
    config = mkdocs.parse(f"docs_dir: '{folder}'\n")
    assert config.folder == "docs"
    assert "leads out" in config.remarks[0]


# -- Pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n123", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<?xml version='1.0'?>\n<!-- a -->\n<svg>", "image/svg+xml"),
        (b"<html><svg>", ""),
        (b"<script>alert(1)</script>", ""),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>", ""),
        (b"MZ\x90", ""),
        (b"", ""),
    ],
)
def test_x5_a_picture_is_what_its_bytes_say(content, kind):
    assert pictures.content_type(content) == kind


def test_x5_a_picture_with_a_script_is_served_so_that_it_cannot_run(member):
    make_entities(PLAIN)
    site = make_docs("component:default/x", {"index.md": "# X"})
    content = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    DocsPicture.objects.create(site=site, path="a.svg", digest="1", content_type="image/svg+xml", content=content)
    answer = member.get("/docs/component/default/x/a.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"] == "attachment"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def test_places_that_are_no_address_are_refused(db):
    make_entities(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\n"
        "metadata: {name: x, annotations: {backstage.io/techdocs-ref: 'url:file:///etc'}}\n"
        "spec: {type: s, lifecycle: p, owner: o}"
    )
    site = reading.read("component:default/x")
    assert site is not None
    assert "which is no address" in site.error
    assert places.REF in site.error
