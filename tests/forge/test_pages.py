import pytest


@pytest.fixture
def web(forge):
    """A repository with a workflow, a page and a pull request."""
    client, repo = forge.client(), forge.repo("web")
    client.create_repository(repo, description="The <shop>")
    client.put_file(repo, "docs/index.md", b"# Hello <script>alert(1)</script>\n", message="Add a <page>")
    client.put_file(
        repo, ".github/workflows/build.yaml", b"name: build\non: push\njobs: {}\n", message="Add a workflow"
    )
    client.put_file(repo, "logo.png", b"\x89PNG\x00", message="Add a picture")
    client.create_ref(repo, "topic/one", client.branch(repo, "main").sha)
    client.put_file(repo, "a.txt", b"a\n", message="Add a", branch="topic/one")
    client.create_pull_request(repo, head="topic/one", base="main", title="Add <a>")
    return repo


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/", "acme/web"),
        ("/acme", "acme/web"),
        ("/acme/web", "docs"),
        ("/acme/web.git", "docs"),
        ("/acme/web/tree/main/docs", "index.md"),
        ("/acme/web/tree/topic/one", "a.txt"),
        ("/acme/web/blob/main/docs/index.md", "# Hello"),
        ("/acme/web/blob/topic/one/a.txt", "a.txt"),
        ("/acme/web/blob/main/logo.png", "not text"),
        ("/acme/web/commits", "Add a workflow"),
        ("/acme/web/commits/topic/one", "Add a"),
        ("/acme/web/pulls", "Add &lt;a&gt;"),
        ("/acme/web/pull/1", "a.txt"),
        ("/acme/web/actions", "build"),
    ],
)
def test_a_page_shows_what_is_there(forge, web, path, says):
    page = forge.page(path)
    assert page.status == 200
    assert says in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/nobody",
        "/acme/nothing",
        "/acme/web/tree/none",
        "/acme/web/tree/main/none",
        "/acme/web/blob/main/docs",
        "/acme/web/pull/9",
        "/acme/web/commit/" + "0" * 40,
        "/acme/web/blob/main/../../../../etc/passwd",
        "/_static/../store.py",
    ],
)
def test_what_is_not_there_is_a_plain_page(forge, web, path):
    page = forge.page(path)
    assert page.status == 404
    assert "root:" not in page.text


def test_a_raw_file_is_plain_text_whatever_it_holds(forge, web):
    page = forge.page("/acme/web/raw/main/docs/index.md")
    assert page.headers["content-type"] == "text/plain; charset=utf-8"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.text == "# Hello <script>alert(1)</script>\n"


def test_a_commit_shows_what_it_changed(forge, web):
    sha = forge.client().commit_sha(web, "topic/one")
    assert "a.txt" in forge.page(f"/acme/web/commit/{sha}").text


def test_an_empty_repository_has_a_page(forge):
    forge.client().create_repository(forge.repo("empty"), auto_init=False)
    assert forge.page("/acme/empty").status == 200
    assert forge.page("/acme/empty/commits").status == 200
