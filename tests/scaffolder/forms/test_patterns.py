import pytest

from scaffolder.forms import patterns


@pytest.mark.parametrize(
    "pattern", [r"^(a+)+$", r"(a*)*", r"^([a-z]+)*$", r"^(\w+\s?)*$", r"((a+))+", r"(?:a+|b)+", r"([a-z]{2,})+"]
)
def test_a_repeated_repetition_is_found(pattern):
    assert patterns.repeats_a_repetition(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        r"^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$",
        r"^(?:[a-z]+\.)+[a-z]{2,}$",
        r"^[(+)*]+$",
        r"\(a+\)+",
        r"^a+$",
        r"(",
        r"[",
        "a{",
        "",
    ],
)
def test_what_begins_each_round_anew_is_let_through(pattern):
    assert not patterns.repeats_a_repetition(pattern)
