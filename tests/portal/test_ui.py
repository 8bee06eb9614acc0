"""The parts that pages are made of."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from accounts import actors
from accounts.http import PortalRequest
from catalog.problems import Problem
from portal import code_lines, icons, moments
from tests.catalog.factories import make_entities
from tests.people import SignedIn

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def render(text: str, **context: object) -> str:
    return Template("{% load ui %}" + text).render(Context(context)).strip()


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def test_every_icon_that_a_template_names_has_a_picture():
    named = {
        (path.name, name)
        for path in templates()
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert {(path, name) for path, name in named if name not in icons.known()} == set()


def test_no_template_has_inline_style_or_script():
    pattern = re.compile(
        r"""<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:|\|safe\b|{% autoescape off"""
    )
    assert [path.name for path in templates() if pattern.search(path.read_text(encoding="utf-8"))] == []


def test_icon_is_hidden_unless_it_has_a_label():
    assert render('{% icon "x" %}') == '<span class="icon icon--x" aria-hidden="true"></span>'
    assert render('{% icon "x" label="Close" %}') == '<span class="icon icon--x" role="img" aria-label="Close"></span>'


def test_unknown_icon_gives_a_neutral_one():
    assert "icon--circle-dashed" in render("{% icon name %}", name='"><script>')


@pytest.mark.parametrize(
    ("name", "shown"), [("github", "brand-github"), ("kind:API", "api"), ("no-such-thing", "world"), (None, "world")]
)
def test_link_icon_is_found_by_the_names_that_descriptors_use(name, shown):
    assert icons.for_link(name) == shown


def test_state_always_has_a_word_and_a_known_look():
    assert render('{% state "ok" "Done" %}') == '<span class="state state--ok">Done</span>'
    assert "state--idle" in render('{% state "purple" "Odd" %}')


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=3), "just now"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "Mon 12:00"),
        (timedelta(days=30), "26 Oct"),
        (timedelta(days=400), "21 Oct 2025"),
        (timedelta(minutes=-5), "in 5 min"),
        (timedelta(hours=-5), "in 5 h"),
        (timedelta(seconds=-5), "in a moment"),
    ],
)
def test_distance_is_coarser_the_older_it_is(span, said):
    assert moments.distance(NOW - span, now=NOW) == said


@pytest.mark.parametrize(
    ("duration", "said"),
    [(5, "5 s"), (372, "6 min 12 s"), (7500, "2 h 5 min"), (3 * 86400 + 4 * 3600, "3 d 4 h")],
)
def test_span_has_two_units_at_most(duration, said):
    assert moments.span(timedelta(seconds=duration)) == said


def test_time_of_nothing_is_a_dash():
    assert render("{% time_ago moment %}", moment=None) == "—"


@pytest.mark.parametrize(
    ("ref", "said"),
    [("group:default/shop", "shop"), ("group:ops/shop", "ops/shop"), ("shop", "shop"), ("::", "::"), ("", "")],
)
def test_short_ref_says_what_people_say(ref, said):
    assert render("{{ ref|short_ref }}", ref=ref) == said


def test_ref_may_break_after_its_marks_only():
    assert render("{{ ref|breakable }}", ref="component:default/<b>") == "component:<wbr>default/<wbr>&lt;b&gt;"


@pytest.mark.parametrize(("name", "letters"), [("Ada Lovelace", "AL"), ("ada", "AD"), ("", "?"), ("a.b-c", "AC")])
def test_initials_are_two_letters(name, letters):
    assert render("{{ name|initials }}", name=name) == letters


@pytest.mark.django_db
def test_ref_link_has_the_title_where_the_reader_may_see_it(developer: SignedIn):
    make_entities(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: shop, title: Team Shop}\n"
        "spec: {type: team, children: []}\n"
    )
    request = cast("PortalRequest", RequestFactory().get("/"))
    request.actor = developer.actor
    link = '<a href="/catalog/group/default/shop/">Team Shop</a>'
    assert render('{% ref_link "Group:default/Shop" %}', request=request) == link
    request.actor = actors.anonymous()
    assert "<a" not in render('{% ref_link "group:default/shop" %}', request=request)
    assert "<a" not in render('{% ref_link "group:default/gone" %}', titles={})


# -- Source with problems --------------------------------------------------------------------------------------------


def test_problem_marks_its_word_and_stands_under_its_line():
    problem = Problem("Not a field.", line=2, column=3)
    lines = code_lines.lines("spec:\n  lifecyle: production\n", [problem])
    assert [line.look for line in lines] == ["", "bad"]
    assert [piece.text for piece in lines[1].pieces if piece.look == "bad"] == ["lifecyle"]
    assert lines[1].problems == [problem]


@pytest.mark.parametrize(
    ("row", "column", "marked"),
    [
        ("action: github:actions:create", 9, "github:actions:create"),
        ("pattern: '^[a-z]+ $'  # names", 10, "'^[a-z]+ $'"),
        ("tags: [one, two]", 8, "one"),
        ("name:", 1, "name"),
    ],
)
def test_problem_marks_the_whole_value_that_it_is_about(row, column, marked):
    lines = code_lines.lines(row, [Problem("Odd.", line=1, column=column)])
    assert [piece.text for piece in lines[0].pieces if piece.look == "bad"] == [marked]


def test_warning_marks_its_line_as_a_warning():
    assert code_lines.lines("a: 1", [Problem("Odd.", line=1, severity="warning")])[0].look == "warn"


@pytest.mark.parametrize(("line", "shown"), [(0, 1), (99, 2), (2, 2)])
def test_problem_without_a_line_of_its_own_stands_at_the_nearest(line, shown):
    lines = code_lines.lines("a: 1\nb: 2", [Problem("Odd.", line=line)])
    assert [each.number for each in lines if each.problems] == [shown]


def test_long_text_is_shown_around_its_problems_with_gaps():
    text = "\n".join(f"key{number}: 1" for number in range(1, 2001))
    lines = code_lines.lines(text, [Problem("One.", line=100), Problem("Two.", line=1900)])
    assert len(lines) < 60
    assert [line.number for line in lines if line.problems] == [100, 1900]
    assert sum(line.is_gap for line in lines) == 1


def test_text_is_shown_around_its_problems_when_that_is_asked_for():
    text = "\n".join(f"key{number}: 1" for number in range(1, 101))
    lines = code_lines.lines(text, [Problem("Odd.", line=50)], longest=code_lines.SHOWN_AROUND)
    assert [line.number for line in lines][:: len(lines) - 1] == [38, 62]
    assert len(code_lines.lines(text, longest=code_lines.SHOWN_AROUND)) == 100


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a" * 100_000, "'" * 5000, "key: ${{ " * 2000, "- " * 5000, "\t\x00\u202e: 1"]
)
def test_any_text_comes_back_whole(text):
    lines = code_lines.lines(text)
    assert "\n".join("".join(piece.text for piece in line.pieces) for line in lines) == "\n".join(text.splitlines())
