"""Which patterns can take for ever in an engine that backtracks."""

import pytest

from scaffolder.lint import ambiguity, regex


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "^(a*)*$",
        "^(a|a)*$",
        "^(a|aa)+$",
        "^([a-z0-9]+-?)*$",
        r"^(\w+\s?)+$",
        "^(.*)*$",
        "(x+x+)+y",
        "^([a-z]{1,5}-?){1,20}$",
        "^(a{2}|a{3})*$",
        r"^(([a-z])+.)+[A-Z]([a-z])+$",
        "^(a?){30}a{30}$",
        "^((a|b)*c?)*$",
    ],
)
def test_two_ways_through_a_loop_are_found(pattern):
    assert ambiguity.is_exponential(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "^[a-z0-9]+(-[a-z0-9]+)*$",
        r"^[a-z0-9:+#]+(\-[a-z0-9:+#]+)*$",
        "^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$",
        r"^(\d{1,3}\.){3}\d{1,3}$",
        r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$",
        "^(a|b|c)*$",
        "^https://[^/]+/.*$",
        r"^\d{4}-\d{2}-\d{2}$",
        "^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$",
    ],
)
def test_patterns_that_people_use_are_fine(pattern):
    assert not ambiguity.is_exponential(pattern)


@pytest.mark.parametrize("pattern", ["(", ")", "[a", "(?=a)", r"(a)\1", "(?i)a", "(" * 100 + ")" * 100])
def test_what_cannot_be_read_is_said(pattern):
    with pytest.raises(regex.Unreadable):
        regex.parse(pattern)


@pytest.mark.parametrize(("pattern", "anchored"), [("^a$", True), ("^a|b$", False), ("^a$|^b$", True), ("a", False)])
def test_anchored_means_the_whole_text(pattern, anchored):
    assert regex.is_anchored(regex.parse(pattern)) is anchored
