"""Docs of a repository, read as a worker reads them: what is new is rendered, and nothing else is asked for."""

from typing import Any

from django.utils import timezone

from catalog.docs import reading
from catalog.docs.markup import rendering
from catalog.docs.markup.targets import Addresses
from catalog.models import DocsFinding, DocsPage, DocsPicture, DocsSite, SearchEntry
from catalog.scm_events import Push
from delivery import pushes
from delivery.handlers import Origin

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
MKDOCS = """site_name: The checkout
nav:
  - Home: index.md
  - Guide:
    - guide/start.md
    - Elsewhere: https://docs.acme.example
  - Gone: gone.md
"""
FILES = {
    "mkdocs.yml": MKDOCS,
    "docs/index.md": "# Checkout\n\nSee [start](guide/start.md#second), ![way](img/way.png)\n\n[bad](nowhere.md)\n",
    "docs/guide/start.md": "# Start\n\n## Second\n\nBack [home](../index.md) or to [code](../../app.py).\n",
    "docs/img/way.png": PNG,
    "app.py": "pass\n",
}


def test_pages_are_read_rendered_and_dated(docs):
    docs.write(FILES)
    docs.describe()
    site = docs.read()
    assert (site.name, site.page_count, site.error) == ("The checkout", 2, "")
    page = docs.page("index.md")
    assert page.title == "Checkout"
    assert 'href="/docs/component/default/checkout/guide/start/#doc-second"' in page.html
    assert page.changed_by == "Acme Platform"
    assert page.commit == site.commit
    assert f'href="{docs.forge.url}/acme/checkout/blob/main/app.py"' in docs.page("guide/start.md").html


def test_the_contents_are_those_of_the_configuration(docs):
    docs.write(FILES)
    docs.describe()
    assert docs.read().nav == [
        {"title": "Home", "path": "index.md"},
        {
            "title": "Guide",
            "children": [
                {"title": "Start", "path": "guide/start.md"},
                {"title": "Elsewhere", "url": "https://docs.acme.example"},
            ],
        },
    ]


def test_links_that_lead_nowhere_are_found_with_their_line(docs):
    docs.write(FILES)
    docs.describe()
    docs.read()
    found = DocsFinding.objects.order_by("path").values_list("path", "line", "kind", "target")
    assert list(found) == [("index.md", 5, "link", "nowhere.md"), ("mkdocs.yml", 7, "link", "gone.md")]


def test_a_link_that_is_mended_elsewhere_is_no_finding_any_more(docs):
    docs.write(FILES)
    docs.describe()
    docs.read()
    docs.write({"docs/nowhere.md": "# Here it is\n", "docs/gone.md": "# And here\n"})
    assert docs.read().finding_count == 0


def test_docs_that_are_as_they_were_cost_one_conditional_request(docs):
    docs.write(FILES)
    docs.describe()
    docs.read()
    before = len(docs.forge.calls())
    docs.read()
    assert docs.forge.statuses()[before:] == [304]


def test_of_a_new_commit_only_what_changed_is_fetched(docs):
    docs.write(FILES)
    docs.describe()
    docs.read()
    before = len(docs.forge.calls())
    docs.write({"docs/guide/start.md": "# Begin\n"})
    docs.read()
    blobs = [call for call in docs.forge.calls()[before:] if "/git/blobs/" in call]
    assert len(blobs) == 2  # mkdocs.yml and the page
    assert docs.page("guide/start.md").title == "Begin"
    assert DocsSite.objects.get().nav[1]["children"][0]["title"] == "Begin"


def test_a_page_that_is_gone_is_neither_kept_nor_found(docs):
    docs.write(FILES)
    docs.describe()
    docs.read()
    docs.remove("docs/guide/start.md")
    docs.read()
    assert list(DocsPage.objects.values_list("path", flat=True)) == ["index.md"]
    assert SearchEntry.objects.filter(type="docs").values_list("key", flat=True).get() == f"{docs_ref()}#index.md"


def docs_ref() -> str:
    return "component:default/checkout"


def test_the_search_finds_pages_under_the_owner_of_the_entity(docs):
    docs.write(FILES)
    docs.describe()
    docs.read()
    docs.describe(owner="money")
    docs.read()
    entry = SearchEntry.objects.get(type="docs", key=f"{docs_ref()}#guide/start.md")
    assert (entry.title, entry.url) == ("Start", "/docs/component/default/checkout/guide/start/")
    assert entry.owner_ref == "group:default/money"


def test_pictures_that_pages_show_are_kept_and_no_others(docs):
    docs.write({**FILES, "docs/img/other.png": PNG, "docs/img/way.png": PNG})
    docs.describe()
    docs.read()
    assert list(DocsPicture.objects.values_list("path", "content_type")) == [("img/way.png", "image/png")]


def test_a_host_that_is_away_leaves_what_was_read_with_its_age(docs):
    docs.write(FILES)
    docs.describe()
    docs.read()
    docs.forge.turn_on(outage={"times": 50})
    site = docs.read()
    assert site.failing_since is not None
    assert site.error
    assert site.page_count == 2
    docs.forge.turn_on(outage=None)
    assert (docs.read().error, DocsSite.objects.get().failing_since) == ("", None)


def test_docs_go_with_their_annotation(docs):
    docs.write(FILES)
    docs.describe()
    docs.read()
    docs.describe(ref="")
    assert reading.read(docs_ref()) is None
    assert (DocsSite.objects.count(), SearchEntry.objects.filter(type="docs").count()) == (0, 0)


def test_a_repository_with_a_readme_alone_has_docs_of_one_page(docs):
    docs.write({"README.md": "# Read me\n", "src/notes.md": "no docs\n"})
    docs.describe()
    docs.read()
    assert docs.page("README.md").title == "Read me"
    assert DocsPage.objects.count() == 1


def test_docs_may_lie_in_a_folder_of_another_repository(docs):
    docs.write({"handbook/mkdocs.yml": "site_name: H\ndocs_dir: .\n", "handbook/index.md": "# Hi\n"}, "handbook")
    docs.describe(ref=f"url:{docs.forge.url}/acme/handbook/tree/main/handbook")
    site = docs.read()
    assert (site.name, docs.page("index.md").title) == ("H", "Hi")


def test_a_new_entity_with_docs_is_read_at_the_next_round(docs):
    docs.write(FILES)
    docs.describe()
    assert reading.read_due() == 1
    assert DocsSite.objects.get().page_count == 2
    assert reading.read_due() == 0


def test_a_push_has_them_read_at_once(docs):
    docs.write(FILES)
    docs.describe()
    reading.read_due()
    docs.write({"docs/index.md": "# Another\n"})
    assert reading.pushed(f"{docs.forge.host}/acme/checkout", "main", is_default=True) == 1
    assert reading.read_due() == 1
    assert docs.page("index.md").title == "Another"


def test_an_annotation_that_leads_out_of_the_repository_is_told_in_words(docs):
    docs.describe(ref="dir:../../../etc")
    assert "leads out of the repository" in docs.read().error


def test_an_annotation_that_cannot_be_followed_is_told_in_words(docs):
    docs.describe(ref="nonsense")
    assert "Write `dir:.`" in docs.read().error


def test_a_push_that_a_webhook_tells_of_makes_the_docs_due(docs):
    docs.write(FILES)
    docs.describe()
    reading.read_due()
    push = Push(branch="main", modified=frozenset({"docs/index.md"}), is_default=True)
    said = pushes.act(Origin(docs.forge.host, docs.forge.repo("checkout")), [push], lambda line: None)
    assert said.endswith("Docs of 1 entities are read again.")
    assert DocsSite.objects.due(timezone.now()).count() == 1


def test_a_picture_that_is_another_file_by_its_bytes_is_not_kept(docs):
    docs.write({**FILES, "docs/img/way.png": b"<html><script>alert(1)</script>"})
    docs.describe()
    docs.read()
    assert DocsPicture.objects.count() == 0


def test_two_entities_of_one_repository_ask_the_host_once_for_its_newest_commit(docs):
    docs.write(FILES)
    docs.describe()
    docs.describe("basket", repo="checkout")
    reading.read_due()
    DocsSite.objects.update(next_read_at=timezone.now())
    before = len(docs.forge.calls())
    assert reading.read_due() == 2
    assert docs.forge.statuses()[before:] == [304]


def test_what_no_database_takes_is_left_out_of_what_is_kept(docs):
    docs.write(
        {
            "mkdocs.yml": 'site_name: "a\\0b"\n',
            "docs/index.md": '---\ntitle: "T\\0itle"\n---\n\n[x](#%00a) \0 &#0; &#xD800; [y](a%00b.md)\n',
        }
    )
    docs.describe()
    site = docs.read()
    assert (site.name, docs.page("index.md").title) == ("ab", "Title")


def test_a_page_that_the_renderer_stumbles_over_is_shown_as_it_was_written(docs, monkeypatch):
    docs.write(FILES)
    docs.describe()
    whole = rendering.render

    def stumble(text: str, *, path: str, addresses: Addresses) -> Any:
        if path == "index.md":
            raise IndexError
        return whole(text, path=path, addresses=addresses)

    monkeypatch.setattr(rendering, "render", stumble)
    docs.read()
    assert docs.page("index.md").html.startswith("<pre># Checkout")
    assert docs.page("guide/start.md").title == "Start"


def test_an_annotation_longer_than_any_address_is_told_in_words(docs):
    docs.describe(ref=f"dir:{'a' * 1_500}")
    assert "Write `dir:.`" in docs.read().error
