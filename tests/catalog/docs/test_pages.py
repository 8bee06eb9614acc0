"""Pages of docs over HTTP: the list, the reader, the report, the tab, and Backstage's addresses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from catalog.docs.markup import rendering
from catalog.models import DocsPage, DocsPicture, DocsSite
from tests.catalog.docs.factories import make_docs
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db

COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: {name}, annotations: {{{annotation}}}}}
spec: {{type: service, lifecycle: production, owner: {owner}}}
"""
OWN = '"backstage.io/techdocs-ref": "dir:."'
PAGES = {
    "index.md": "# Checkout\n\nWhat it does.\n\n## Part one\n\nSee [the guide](guide/start.md#deep).\n",
    "guide/start.md": "# Start here\n\nZebras are striped.\n\n## Deep\n\nmore\n",
    "guide/then.md": "# Then\n\ntext\n",
}
SITE = "/docs/component/default/checkout/"


def make(name: str = "checkout", *, owner: str = "shop", annotation: str = OWN) -> str:
    make_entities(COMPONENT.format(name=name, owner=owner, annotation=annotation))
    return f"component:default/{name}"


def test_the_reader_shows_a_page_with_contents_headings_and_ways_on(member):
    make_docs(make(), PAGES)
    page = member.get(f"{SITE}guide/start/")
    for part in ("Start here", "Zebras are striped", 'href="#doc-deep"', 'rel="prev"', 'rel="next"', "Edit", "Then"):
        assertContains(page, part)
    assertContains(page, "https://git.example/shop/x/edit/main/docs/guide/start.md")
    assertContains(page, f'<a href="{SITE}guide/start/" aria-current="page">')


@pytest.mark.parametrize(
    "path", ["", "guide/start/", "guide/start", "guide/start.md", "guide/start.html", "guide/start/index.html"]
)
def test_a_page_has_the_addresses_that_mkdocs_gives_it(member, path):
    make_docs(make(), PAGES)
    assert member.get(SITE + path).status_code == 200


def test_an_address_as_backstage_writes_it_leads_here(member):
    make_docs(make(), PAGES)
    answer = member.get("/docs/default/component/checkout/guide/start/")
    assert (answer.status_code, answer["Location"]) == (302, f"{SITE}guide/start/")


def test_a_page_that_is_not_there_is_a_404_within_the_docs(member):
    make_docs(make(), PAGES)
    answer = member.get(f"{SITE}gone/")
    assert answer.status_code == 404
    assertContains(answer, "There is no page", status_code=404)
    assertContains(answer, "Start here", status_code=404)


@pytest.mark.parametrize(
    "path", ["../../../etc/passwd", "%2e%2e/%2e%2e/settings.py", "a%00b/", "guide/../../x.md", "a" * 3_000]
)
def test_an_odd_path_is_no_page(member, path):
    make_docs(make(), PAGES)
    assert member.get(SITE + path).status_code in (404, 400)


def test_nobody_reads_docs_who_may_not_read_the_catalog(client):
    make_docs(make(), PAGES)
    for address in ("/docs/", "/docs/report/", SITE, f"{SITE}guide/start/"):
        assert client.get(address).status_code == 302
    assert client.get("/api/techdocs/metadata/techdocs/default/component/checkout").status_code == 401


def test_docs_that_were_never_read_say_so_and_ask_again(member):
    make()
    page = member.get(SITE)
    assertContains(page, "being read for the first time")
    assertContains(page, 'hx-trigger="every 2s"')


def test_docs_that_cannot_be_read_show_what_was_read_with_its_age(member):
    make_docs(make(), PAGES, error="forge did not answer in time. Try again.")
    page = member.get(SITE)
    assertContains(page, "These docs are as they were read")
    assertContains(page, "forge did not answer in time")
    assertContains(page, "What it does.")


def test_docs_that_could_never_be_read_say_why(member):
    DocsSite.objects.create(
        ref=make(), error="There is no folder.", failing_since=timezone.now(), next_read_at=timezone.now()
    )
    assertContains(member.get(SITE), "There is no folder.")


def test_an_entity_without_docs_shows_the_lines_that_would_give_it_some(member):
    make(annotation="")
    for address in (SITE, "/catalog/component/default/checkout/docs/"):
        assertContains(member.get(address), "backstage.io/techdocs-ref: dir:.")


def test_docs_of_another_entity_are_read_there(member):
    make_docs(make(), PAGES)
    make("basket", annotation='"backstage.io/techdocs-entity": "component:default/checkout"')
    answer = member.get("/docs/component/default/basket/guide/start/")
    assert answer["Location"] == f"{SITE}guide/start/"
    assertContains(member.get("/catalog/component/default/basket/docs/"), SITE)


def test_the_tab_shows_the_home_of_the_docs(member):
    make_docs(make(), PAGES)
    page = member.get("/catalog/component/default/checkout/docs/")
    assertContains(page, "What it does.")
    assertContains(page, SITE)


def test_a_search_in_docs_finds_their_pages_and_no_others(member):
    make_docs(make(), PAGES)
    make_docs(make("zoo"), {"index.md": "# Zoo\n\nZebras live here.\n"})
    page = member.get(SITE, {"q": "zebra"})
    assertContains(page, "1 page matches")
    assertContains(page, "<mark>Zebra</mark>s are striped")
    assertNotContains(page, "live here")
    assertContains(member.get(SITE, {"q": "nothinglikeit"}), "No page of these docs matches")


def test_the_partial_of_the_reader_is_its_body_alone(member):
    make_docs(make(), PAGES)
    page = member.get(SITE, headers={"HX-Request": "true", "HX-Target": "docs-body"})
    assertContains(page, "What it does.")
    assertNotContains(page, "<html")


def test_the_list_shows_docs_with_their_state(member):
    make_docs(make(), PAGES, findings=2)
    make("basket", owner="money")
    page = member.get("/docs/")
    assertContains(page, "2 broken links")
    assertContains(page, "Being read")


def test_the_list_is_narrowed_by_owner_text_and_state(developer):
    make_docs(make(), PAGES, findings=1)
    make("basket", owner="money")
    for query, there, gone in (
        ("owner=group:default/money", "basket", ">checkout<"),
        ("q=bask", "basket", ">checkout<"),
        ("show=owned", ">checkout<", ">basket<"),
        ("show=broken", ">checkout<", ">basket<"),
        ("kind=component", "basket", "No docs match"),
    ):
        page = developer.get(f"/docs/?{query}")
        assertContains(page, there)
        assertNotContains(page, gone)
    assertContains(developer.get("/docs/?q=nosuch"), "No docs match")


def test_an_empty_list_tells_how_docs_begin(member):
    assertContains(member.get("/docs/"), "backstage.io/techdocs-ref: dir:.")


def test_the_report_names_page_line_owner_and_target(member):
    make_docs(make(), PAGES, findings=1)
    make_docs(make("basket", owner="money"), {"index.md": "# B"}, findings=1)
    page = member.get("/docs/report/")
    for part in ("guide/start.md:1", "gone.md", "no such page or file", "index.md:1"):
        assertContains(page, part)
    page = member.get("/docs/report/", {"owner": "group:default/money"})
    assertNotContains(page, "guide/start.md:1")
    assertContains(member.get("/docs/report/", {"entity": "component:default/basket"}), "index.md:1")


def test_the_report_shows_owners_theirs(developer):
    make_docs(make(), PAGES, findings=1)
    make_docs(make("basket", owner="money"), {"index.md": "# B"}, findings=1)
    page = developer.get("/docs/report/?owner=me")
    assertContains(page, "guide/start.md:1")
    assertNotContains(page, "index.md:1")


def test_a_page_is_stale_when_the_code_left_it_behind(member):
    old = timezone.now() - timedelta(days=400)
    make_docs(make(), {"index.md": "# Old page"}, changed_at=old)
    site = make_docs(make("asleep"), {"index.md": "# Nobody works here"}, changed_at=old)
    DocsSite.objects.filter(pk=site.pk).update(code_changed_at=old + timedelta(days=10))
    page = member.get("/docs/report/?show=stale")
    assertContains(page, "Old page")
    assertNotContains(page, "Nobody works here")


@pytest.mark.parametrize("address", ["/docs/", "/docs/report/", "/docs/report/?show=stale"])
def test_a_list_takes_as_many_statements_for_30_rows_as_for_3(member, address):
    old = timezone.now() - timedelta(days=400)
    counts = []
    for first, last in ((0, 3), (3, 30)):
        for number in range(first, last):
            make_docs(make(f"c{number}"), {"index.md": "# X"}, findings=1, changed_at=old)
        member.get(address)
        with CaptureQueriesContext(connection) as queries:
            member.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_the_reader_takes_as_many_statements_for_30_pages_as_for_3(member):
    make_docs(make(), PAGES)
    make_docs(make("long"), {f"page{number}.md": f"# Page {number}" for number in range(30)})
    counts = []
    for address in (f"{SITE}guide/start/", "/docs/component/default/long/page7/"):
        member.get(address)
        with CaptureQueriesContext(connection) as queries:
            member.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_a_picture_is_asked_for_once(member):
    site = make_docs(make(), PAGES)
    DocsPicture.objects.create(site=site, path="img/a.png", digest="abc", content_type="image/png", content=b"\x89PNG")
    answer = member.get(f"{SITE}img/a.png")
    assert (answer["Content-Type"], answer.content) == ("image/png", b"\x89PNG")
    assert member.get(f"{SITE}img/a.png", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_page_that_is_shown_renders_nothing(member, monkeypatch):
    make_docs(make(), PAGES)
    monkeypatch.setattr(rendering, "render", None)
    assertContains(member.get(SITE), "What it does.")


# -- Backstage's addresses -------------------------------------------------------------------------------------------


def test_backstages_metadata_of_docs(member):
    make_docs(make(), PAGES)
    found = member.get("/api/techdocs/metadata/techdocs/default/component/checkout").json()
    assert found["files"] == ["guide/start/index.html", "guide/then/index.html", "index.html"]
    assert found["etag"] == "0" * 40
    assert found["build_timestamp"] > 1_600_000_000_000


def test_backstages_metadata_of_the_entity(member):
    make_docs(make(), PAGES)
    found = member.get("/api/techdocs/metadata/entity/default/Component/checkout").json()
    assert found["metadata"]["name"] == "checkout"
    assert found["locationMetadata"] == {"type": "dir", "target": "."}


def test_backstages_pages_of_docs(member):
    make_docs(make(), PAGES)
    for path in ("index.html", "", "guide/start/index.html", "guide/start/"):
        answer = member.get(f"/api/techdocs/static/docs/default/component/checkout/{path}")
        assert answer["Content-Type"].startswith("text/html")
        assertContains(answer, "docs-article")
    answer = member.get("/api/techdocs/static/docs/default/component/checkout/gone/index.html")
    assert (answer.status_code, answer.json()["error"]["name"]) == (404, "NotFoundError")


def test_backstages_sync_ends_at_once(member):
    make_docs(make(), PAGES)
    address = "/api/techdocs/sync/default/component/checkout"
    answer = member.get(address, headers={"Accept": "text/event-stream"})
    assert answer["Content-Type"] == "text/event-stream"
    assert answer.content == b'event: finish\ndata: {"updated":false}\n\n'
    assert "message" in member.get(address).json()


def test_backstages_addresses_of_docs_that_are_not_there(member):
    make()
    assert member.get("/api/techdocs/metadata/techdocs/default/component/checkout").status_code == 404
    assert member.get("/api/techdocs/metadata/entity/default/component/nobody").status_code == 404


def test_pages_go_with_their_site(member):
    make_docs(make(), PAGES).delete()
    assert DocsPage.objects.count() == 0


def test_anonymous_reads_where_the_portal_lets_everybody_read(settings):
    settings.ANONYMOUS_READ = True
    make_docs(make(), PAGES)
    assertContains(Client().get(SITE), "What it does.")


def test_a_readme_is_the_home_of_a_folder_that_has_no_index(member):
    make_docs(
        make(), {"README.md": "# Read me", "a/README.md": "# In a", "b/index.md": "# B", "b/README.md": "# Beside"}
    )
    for path, title in (("", "Read me"), ("README/", "Read me"), ("a/", "In a"), ("b/", "B"), ("b/README/", "Beside")):
        assertContains(member.get(SITE + path), f'<h1 class="page-head__title">{title}</h1>', html=True)


def test_the_about_card_leads_to_docs_where_there_are_some(member):
    make()
    make("basket", annotation="")
    assertContains(member.get("/catalog/component/default/checkout/"), "View docs")
    assertNotContains(member.get("/catalog/component/default/basket/"), "View docs")
