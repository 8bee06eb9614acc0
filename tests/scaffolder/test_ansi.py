import pytest

from scaffolder.pages import ansi


def pieces(line):
    return [(piece.text, piece.look) for piece in ansi.pieces(line)]


def test_colours_become_looks():
    line = "build \x1b[32mPASS\x1b[0m in \x1b[1;36m3 s\x1b[m"
    assert pieces(line) == [("build ", ""), ("PASS", "green"), (" in ", ""), ("3 s", "cyan")]


@pytest.mark.parametrize(
    "line", ["\x1b[2J\x1b[Hgone", "\x1b]0;title\x07gone", "go\x08ne", "\x1b]8;;javascript:x\x1b\\gone"]
)
def test_what_only_a_terminal_obeys_is_left_out(line):
    text = "".join(text for text, _look in pieces(line))
    assert "\x1b" not in text
    assert "javascript" not in text


def test_tabs_and_foreign_letters_stay():
    assert pieces("a\tü") == [("a\tü", "")]


def test_an_empty_line_has_no_pieces():
    assert pieces("") == []
