"""What authors write in docs, as it is shown: the dialect of mkdocs and the extensions that most sites use."""

import pytest

from catalog.docs.markup import rendering
from catalog.docs.markup.targets import Addresses
from integrations import markdown

ADDRESSES = Addresses(
    folder="docs",
    page=lambda path: f"/docs/component/default/x/{path}",
    picture=lambda path: f"/docs/component/default/x/{path}",
    entity=lambda ref: f"/catalog/{ref}",
    file=lambda path: f"https://git.example/o/r/blob/main/{path}",
)


def page(text: str, path: str = "index.md") -> rendering.Page:
    return rendering.render(text, path=path, addresses=ADDRESSES)


def html(text: str, path: str = "index.md") -> str:
    return str(markdown.document(page(text, path).html))


def test_the_first_heading_is_the_title_and_stands_above_the_page():
    found = page("# Hello `world`\n\ntext\n\n# Second\n")
    assert found.title == "Hello world"
    assert "Hello" not in found.html
    assert '<h2 id="doc-second">' in found.html


def test_front_matter_gives_title_and_tags_and_keeps_the_lines():
    found = page("---\ntitle: Mine\ntags: [a, b]\nbad: !!python/name:os.system\n---\n\n[x](gone.md)\n")
    assert (found.title, found.tags) == ("Mine", ["a", "b"])
    assert found.links[0].line == 7


def test_headings_are_named_as_github_and_as_mkdocs_name_them():
    found = page("## What & why?\n\n## What & why?\n")
    assert [heading[1] for heading in found.headings] == ["what--why", "what--why-1"]
    assert "what-why" in found.anchors


def test_a_heading_may_name_itself():
    assert page("## Set-up {#install}\n").headings == [(2, "install", "Set-up")]
    assert page("## Set-up {: #install .x }\n").headings == [(2, "install", "Set-up")]


@pytest.mark.parametrize(
    ("word", "look"),
    [
        ("note", "note"),
        ("tldr", "abstract"),
        ("todo", "info"),
        ("important", "tip"),
        ("done", "success"),
        ("faq", "question"),
        ("attention", "warning"),
        ("missing", "failure"),
        ("error", "danger"),
        ("bug", "bug"),
        ("example", "example"),
        ("cite", "quote"),
        ("of-our-own", "note"),
    ],
)
def test_an_admonition_of_each_type_has_its_look(word, look):
    shown = html(f"!!! {word}\n    inside **it**\n\nafter")
    assert f'class="docs-admonition docs-admonition--{look}"' in shown
    assert "<p>inside <strong>it</strong></p>\n</div>" in shown


def test_an_admonition_has_the_title_that_it_is_given_or_none():
    assert "Mind <strong>this</strong></p>" in html('!!! note "Mind **this**"\n    x')
    assert "docs-admonition__title" not in html('!!! note ""\n    x')


def test_an_admonition_that_folds_is_a_details_element():
    assert '<details class="docs-admonition docs-admonition--tip">' in html("??? tip\n    x")
    assert '<details class="docs-admonition docs-admonition--tip" open="">' in html("???+ tip\n    x")


def test_blocks_may_stand_in_blocks():
    shown = html('=== "One"\n\n    !!! note\n        - a\n\n            ```py\n            x = 1\n            ```\n')
    assert shown.index("docs-tab") < shown.index("docs-admonition") < shown.index("<li>") < shown.index("docs-code")


def test_tabs_side_by_side_open_one_at_a_time():
    shown = html('=== "A"\n\n    a\n\n=== "B"\n\n    b\n\ntext\n\n=== "C"\n\n    c\n')
    assert shown.count('name="docs-tabs-1"') == 2
    assert shown.count("open=") == 2
    assert 'name="docs-tabs-2"' in shown


def test_alerts_of_github_look_alike():
    assert "docs-admonition--warning" in html("> [!WARNING]\n> careful\n")


def test_code_is_coloured_by_classes_alone():
    shown = html('```python title="a.py" linenums="3" hl_lines="2"\ndef a():\n    return "<b>"\n```\n')
    assert '<figcaption class="docs-code__title">a.py</figcaption>' in shown
    assert '<span class="docs-code__line" data-line="3"><span class="k">def</span>' in shown
    assert 'class="docs-code__line docs-code__line--marked" data-line="4"' in shown
    assert "&lt;b&gt;" in shown
    assert "style" not in shown


def test_a_diagram_is_shown_as_its_source():
    shown = html("```mermaid\ngraph TD; a-->b\n```\n")
    assert "Mermaid" in shown
    assert "graph TD; a--&gt;b" in shown


def test_code_of_an_unknown_language_is_shown_plainly():
    assert "<code>a &lt; b</code>" in html("```nosuch\na < b\n```\n")


def test_tables_tasks_footnotes_and_definitions_are_shown():
    shown = html("| a |\n|---|\n| 1 |\n\n- [x] did\n- [ ] do\n\nx[^1]\n\n[^1]: why\n\nTerm\n:   Meaning\n")
    for part in (
        "<table>",
        'aria-label="Done"',
        'aria-label="To do"',
        'href="#doc-fn1"',
        'id="doc-fn1"',
        "<dt>Term</dt>",
    ):
        assert part in shown, part


def test_the_little_html_that_people_write_is_shown_and_comments_are_not():
    shown = html(
        "a<br>b <kbd>Ctrl</kbd> <!-- hidden --> x<sup>2</sup>\n\n<!-- gone\n\nall of it -->\n\n"
        "<div align=center>\n\nc\n\n</div>\n"
    )
    assert "a<br>b <kbd>Ctrl</kbd>" in shown
    assert "<sup>2</sup>" in shown
    assert "hidden" not in shown
    assert "gone" not in shown
    assert "div align" not in shown
    assert "<p>c</p>" in shown


def test_a_picture_keeps_the_size_that_its_author_gives():
    for text in ('![way](img/a.png){ width="300" }', '<img src="img/a.png" alt="way" width="300">'):
        assert '<img src="/docs/component/default/x/img/a.png" alt="way" width="300" loading="lazy">' in html(text)


def test_another_file_is_not_taken_in_and_the_page_says_so():
    for text in ('--8<-- "../secret.md"', "{!secret.md!}"):
        found = page(text)
        assert "Not taken in:" in found.html
        assert found.links[0].kind == "refused"


def test_icons_of_a_theme_leave_nothing_behind():
    assert html(":material-check: yes :octicons-x-16:") == "<p> yes </p>\n"


def test_an_abbreviation_is_not_shown_as_text():
    assert "HyperText" not in html("*[HTML]: HyperText Markup Language\n\nHTML\n")


@pytest.mark.parametrize(
    ("written", "href"),
    [
        ("other.md", "/docs/component/default/x/other.md"),
        ("sub/page.md#part", "/docs/component/default/x/sub/page.md#doc-part"),
        ("../app.py", "https://git.example/o/r/blob/main/app.py"),
        ("#here", "#doc-here"),
        ("sub/", "/docs/component/default/x/sub/"),
        ("component:default/ledger", "/catalog/component:default/ledger"),
        ("api:orders", "/catalog/api:default/orders"),
        ("https://acme.example/x", "https://acme.example/x"),
        ("mailto:a@acme.example", "mailto:a@acme.example"),
        ("/sub/page.md", "/docs/component/default/x/sub/page.md"),
        ("guide/index.html#x", "/docs/component/default/x/guide/index.md#doc-x"),
        ("files/list.csv", "https://git.example/o/r/blob/main/docs/files/list.csv"),
    ],
)
def test_a_link_leads_where_its_author_meant(written, href):
    assert f'href="{href}"' in html(f"[x]({written})")


@pytest.mark.parametrize("written", ["../../../../etc/passwd", "..%2F..%2F..%2Fetc", "%2e%2e/%2e%2e/x.md", "a\\..\\b"])
def test_a_link_out_of_the_repository_is_none(written):
    assert "href" not in html(f"[x]({written})", path="a.md")


def test_the_words_of_a_page_are_all_of_it_without_marks():
    assert page("# T\n\nSome *text* with `code`.\n\n```py\nx = 1\n```\n").words == "Some text with code.\nx = 1\n"
