"""Addresses of repositories and of what is in them."""

import pytest

from integrations.git.globs import Glob
from integrations.git.repo_url import RepoUrl, RepoUrlError
from integrations.git.source_url import SourceUrl, SourceUrlError

FILE = "https://github.com/acme/web/blob/main/docs/catalog-info.yaml"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("github.com?owner=acme&repo=web", ("github.com", "acme", "web")),
        ("GitHub.com?repo=web&owner=acme", ("github.com", "acme", "web")),
        ("127.0.0.1:8010?owner=acme&repo=a.b_c-d", ("127.0.0.1:8010", "acme", "a.b_c-d")),
        (" github.com?owner=/acme/&repo=/web/ ", ("github.com", "acme", "web")),
    ],
)
def test_f01_a_repository_is_read_from_its_address(text, found):
    repo = RepoUrl.parse(text)
    assert (repo.host, repo.owner, repo.repo) == found
    assert RepoUrl.parse(str(repo)) == repo


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("?owner=acme&repo=web", "host not provided"),
        ("github.com?repo=web", "owner not provided"),
        ("github.com?owner=acme", "repo not provided"),
        ("", "host not provided"),
        ("github.com?owner=acme&repo=..", "signs that no repository"),
        ("github.com?owner=acme&repo=a%2Fb", "signs that no repository"),
        ("github.com?owner=acme&repo=a%0Ab", "signs that no repository"),
        ("user@github.com?owner=acme&repo=web", "Unable to parse"),
        ("evil.example\\@github.com?owner=acme&repo=web", "Unable to parse"),
        ("[::1?owner=acme&repo=web", "Unable to parse"),
    ],
)
def test_f01_what_is_missing_is_said_in_backstages_words(text, message):
    with pytest.raises(RepoUrlError, match=message):
        RepoUrl.parse(text)


@pytest.mark.parametrize(
    ("url", "ref", "path", "kind"),
    [
        (FILE, "main", "docs/catalog-info.yaml", "blob"),
        ("https://github.com/acme/web/tree/main/docs/", "main", "docs/", "tree"),
        ("https://github.com/acme/web", "", "", "tree"),
        ("https://github.com/acme/web.git", "", "", "tree"),
        ("https://github.com/acme/web/edit/main/a.yaml", "main", "a.yaml", "blob"),
        ("https://github.com/acme/web/raw/v1/a.yaml", "v1", "a.yaml", "raw"),
        ("https://raw.githubusercontent.com/acme/web/main/a.yaml", "main", "a.yaml", "raw"),
        ("http://127.0.0.1:8010/acme/web/blob/main/a%20b.yaml", "main", "a b.yaml", "blob"),
    ],
)
def test_a_file_or_folder_is_read_from_its_address(url, ref, path, kind):
    found = SourceUrl.parse(url)
    assert (found.owner, found.repo, found.ref, found.path.rstrip("/"), found.kind) == (
        "acme",
        "web",
        ref,
        path.rstrip("/"),
        kind,
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://github.com/acme/web",
        "https://github.com",
        "https://github.com/acme",
        "https://github.com/acme/web/pulls/1",
        "https://github.com/acme/web/blob",
        "https://github.com/acme/web/blob/main/../../../other/repo",
        "https://github.com/acme/web/blob/main/%2e%2e/a.yaml",
        "https://github.com/acme/web/blob/main/a%2Fb",
        "https://github.com/acme/web/blob/main/a%00b",
        "https://github.com/../web/blob/main/a.yaml",
        "https://user@github.com/acme/web/blob/main/a.yaml",
        "https://github.com\\@evil.example/acme/web",
        "https://[::1/acme/web",
    ],
)
def test_what_is_no_file_or_folder_is_refused(url):
    with pytest.raises(SourceUrlError):
        SourceUrl.parse(url)


@pytest.mark.parametrize(
    ("relative", "found"),
    [
        ("./skeleton", "docs/skeleton"),
        ("skeleton/", "docs/skeleton"),
        ("../openapi.yaml", "openapi.yaml"),
        ("/openapi.yaml", "openapi.yaml"),
        (".", "docs"),
        ("a/../b.yaml", "docs/b.yaml"),
    ],
)
def test_a_relative_path_is_read_from_the_folder_of_the_file(relative, found):
    assert SourceUrl.parse(FILE).join(relative).path == found


@pytest.mark.parametrize("relative", ["../../secret", "/../x", "../..", "a/../../../b"])
def test_a_relative_path_does_not_leave_the_repository(relative):
    with pytest.raises(SourceUrlError, match="leads out"):
        SourceUrl.parse(FILE).join(relative)


@pytest.mark.parametrize(
    ("glob", "matches", "misses"),
    [
        ("*.yaml", "a.yaml", "docs/a.yaml"),
        ("**/catalog-info.yaml", "catalog-info.yaml", "catalog-info.yml"),
        ("**/catalog-info.yaml", "a/b/catalog-info.yaml", "a/xcatalog-info.yaml"),
        ("services/?.yaml", "services/a.yaml", "services/ab.yaml"),
        ("a.b", "a.b", "axb"),
        ("a/**", "a/b/c", "b/c"),
        ("a/**", "a/b", "a"),
        ("a/**/**/b", "a/b", "a/bb"),
        ("**/b/**/c", "a/b/b/x/c", "a/b/b/x/d"),
        ("x[1].yaml", "x[1].yaml", "x1.yaml"),
    ],
)
def test_a_pattern_matches_as_its_stars_say(glob, matches, misses):
    assert Glob(glob).fullmatch(matches)
    assert not Glob(glob).fullmatch(misses)
