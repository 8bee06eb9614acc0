"""CODEOWNERS as GitHub documents it, line by line."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.attribution import codeowners

# The meaning of each kind of pattern in GitHub's documentation, in paths of our own.
MEANINGS = [
    ("*", ["README.md", "a/b/c.go"], []),
    ("*.js", ["app.js", "src/deep/app.js"], ["app.ts", "app.js.map"]),
    ("*.go", ["main.go"], ["main.god"]),
    ("/build/logs/", ["build/logs/a.log", "build/logs/2026/a.log"], ["build/log", "x/build/logs/a.log", "build/logs"]),
    ("docs/*", ["docs/start.md"], ["docs/build-app/trouble.md", "x/docs/start.md"]),
    ("apps/", ["apps/a.py", "x/apps/deep/a.py"], ["apps", "myapps/a.py"]),
    ("/docs/", ["docs/a.md", "docs/x/a.md"], ["x/docs/a.md"]),
    ("/scripts/", ["scripts/run.sh"], ["scripts"]),
    ("**/logs", ["logs/a", "build/logs/a", "deeply/nested/logs/a", "build/logs"], ["build/logs.txt"]),
    ("/apps/github", ["apps/github/a.py", "apps/github"], ["apps/github.py", "x/apps/github/a.py"]),
    ("/*", ["README.md"], ["docs/README.md"]),
    ("/docs/**/api.md", ["docs/api.md", "docs/a/b/api.md"], ["docs/a/api.txt"]),
    ("/docs/**", ["docs/a.md", "docs/a/b.md"], ["docs"]),
    ("catalog-info.yaml", ["catalog-info.yaml", "services/a/catalog-info.yaml"], ["catalog-info.yml"]),
    ("/catalog-info.yaml", ["catalog-info.yaml"], ["services/a/catalog-info.yaml"]),
    ("services/*/catalog-info.yaml", ["services/a/catalog-info.yaml"], ["services/a/b/catalog-info.yaml"]),
    ("a?c.md", ["abc.md"], ["ac.md", "a/c.md"]),
    ("Docs/", [], ["docs/a.md"]),  # paths are told apart by case
    ("with\\ blank/", ["with blank/a.md"], ["with/a.md"]),
]


@pytest.mark.parametrize(("pattern", "inside", "outside"), MEANINGS)
def test_a_pattern_means_what_github_says(pattern, inside, outside):
    (line,) = codeowners.parse(f"{pattern} @acme/shop")
    assert [path for path in inside if not codeowners.matches(line.pattern, path)] == []
    assert [path for path in outside if codeowners.matches(line.pattern, path)] == []


FILE = """\
# Lines with a number sign are remarks.

*                 @acme/everybody
*.js              @acme/web    # and so is what stands behind one
/services/        @acme/shop @ada
/services/legacy
docs/*            docs@acme.example
"""


@pytest.mark.parametrize(
    ("path", "number", "owners"),
    [
        ("README.md", 3, ("@acme/everybody",)),
        ("x/app.js", 4, ("@acme/web",)),
        ("services/a/app.js", 5, ("@acme/shop", "@ada")),
        ("services/legacy/app.js", 6, ()),
        ("docs/start.md", 7, ("docs@acme.example",)),
    ],
)
def test_the_last_line_that_matches_counts(path, number, owners):
    line = codeowners.line_for(path, codeowners.parse(FILE))
    assert (line.number, line.owners) == (number, owners)


@pytest.mark.parametrize(
    "row",
    [
        "!docs/ @ada",
        "[a-z].md @ada",
        "\\#notes.md @ada",
        "docs/ ada",
        "docs/ @ada/b/c",
        "docs/ @",
        "/ @ada",
        "docs/ @ada not an owner",
        "x" * 600 + " @ada",
    ],
)
def test_a_line_that_github_does_not_understand_is_read_past(row):
    assert [line.number for line in codeowners.parse(f"* @acme/all\n{row}\n")] in ([1], [1, 2])
    assert codeowners.line_for("docs/a.md", codeowners.parse(f"* @acme/all\n{row}\n")).number == 1


def test_without_a_line_nobody_answers():
    assert codeowners.line_for("a.md", codeowners.parse("/docs/ @ada")) is None


def test_a_file_that_is_larger_than_github_reads_says_nothing():
    assert codeowners.parse("* @ada\n" * 600_000) == []


def test_a_line_of_stars_takes_no_time():
    began = time.monotonic()
    pattern = "/".join(["*a" * 100] * 2 + ["**"] * 30)
    codeowners.matches(pattern, "/".join(["a" * 200] * 30))
    lines = codeowners.parse("* @ada\n" * 20_000)
    codeowners.line_for("x/y/z", lines)
    assert time.monotonic() - began < 2


@given(st.text(max_size=300), st.text(min_size=1, max_size=60))
def test_no_text_makes_it_fail(text, path):
    for line in codeowners.parse(text):
        codeowners.matches(line.pattern, path)
    codeowners.line_for(path, codeowners.parse(text))
