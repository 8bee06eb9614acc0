"""Names and patterns that strangers write."""

import time

import pytest

from scaffolder.files import paths


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.txt", "a.txt", True),
        ("*.txt", "sub/a.txt", False),
        ("**/*.txt", "a.txt", True),
        ("**/*.txt", "x/y/a.txt", True),
        ("docs", "docs/a/b.md", True),
        ("docs/**", "docs/a/b.md", True),
        ("docs/*", "docs/a/b.md", True),
        ("d?cs/[ab].md", "docs/a.md", True),
        ("d?cs/[!ab].md", "docs/a.md", False),
        ("[a-c].md", "b.md", True),
        ("*.{md,txt}", "a.txt", True),
        ("{a,b/{c,d}}/e", "b/d/e", True),
        ("./a", "a", True),
        ("\\*", "*", True),
        ("\\*", "a", False),
        ("**", "x/y", True),
        ("", "a", False),
    ],
)
def test_patterns_match_as_globs_do(pattern, path, matches):
    assert paths.match([pattern], path) is matches


def test_a_pattern_with_an_exclamation_mark_takes_away():
    patterns = ["**/*.md", "!docs/**"]
    assert paths.match(patterns, "a.md")
    assert not paths.match(patterns, "docs/a.md")


@pytest.mark.parametrize("pattern", ["*a" * 200 + "b", "**/" * 200 + "b", "{a,b}" * 60, "[" * 400, "{" * 400])
def test_a_hostile_pattern_takes_no_time(pattern):
    began = time.process_time()
    paths.match([pattern], "/".join(["a" * 12] * 30))
    assert time.process_time() - began < 1


def test_plain_names_are_kept_and_cleaned():
    assert paths.clean("./a//b/./c/") == "a/b/c"
    assert paths.clean(".gitignore") == ".gitignore"
    assert paths.clean(".github/workflows/a.yaml") == ".github/workflows/a.yaml"
    assert paths.clean("héllo/wörld") == "héllo/wörld"
