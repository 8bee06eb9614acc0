"""The files that a run would make, while the form is filled in."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.scaffolder.pages.paths import PATH, Form
from tests.scaffolder.runs import make_template, steps_of


def preview(client, **answers):
    form = Form(client)
    return client.post(f"{PATH}preview/", {**form.hidden(), **answers}, headers={"HX-Request": "true"})


@pytest.fixture
def skeleton(tmp_path, shop):
    (tmp_path / "skeleton" / "src").mkdir(parents=True)
    (tmp_path / "skeleton" / "README.md").write_text("# ${{ values.name }}\n<script>alert(1)</script>\n")
    (tmp_path / "skeleton" / "src" / "${{ values.name }}.py").write_text("pass\n")
    (tmp_path / "skeleton" / "catalog.yaml").write_text("name: ${{ values.name }}\n")
    (tmp_path / "skeleton" / "logo.bin").write_bytes(b"\0\1")
    return make_template(
        "  parameters:\n    required: [name]\n    properties: {name: {title: Name, type: string}}\n"
        + steps_of(
            '{id: f, action: "fetch:template", input: {url: ./skeleton, values: {name: "${{ parameters.name }}"}}}'
        ),
        base_url=f"file://{tmp_path}/",
    )


def test_preview_follows_the_answers_and_marks_them(developer, skeleton):
    page = preview(developer, **{"/name": "gift-cards"})
    assertContains(page, '<mark class="code-view__live">gift-cards</mark>')
    assertContains(page, "gift-cards.py")
    assertContains(page, "4 files")
    assertNotContains(page, "<script>alert")
    assertNotContains(page, "<html")


def test_preview_colours_yaml_around_the_answers(developer, skeleton):
    page = preview(developer, **{"/name": "gift-cards", "file": "catalog.yaml"})
    assertContains(page, '<span class="k">name</span>: <mark class="code-view__live">gift-cards</mark>')


def test_preview_lets_an_example_stand_in_for_what_is_missing(developer, skeleton):
    page = preview(developer, **{"/name": ""})
    assertContains(page, "An example stands in for Name.")
    assertContains(page, "my-service.py")


def test_preview_shows_the_file_that_was_chosen_and_says_which_are_new(developer, skeleton):
    page = preview(developer, **{"/name": "b", "file": "logo.bin", "before": "README.md\nlogo.bin\nsrc/a.py"})
    assertContains(page, "This file is not a text.")
    assertContains(page, 'b.py<span class="file-tree__word">new</span>')


def test_preview_tells_which_step_would_fail(developer, shop):
    make_template(steps_of('{id: a, name: Break it, action: "debug:log", input: {message: "${{ nope() }}"}}'))
    assertContains(preview(developer), "With these answers the step “Break it” would fail")


def test_preview_is_a_whole_page_without_htmx(developer, skeleton):
    form = Form(developer)
    assertContains(developer.post(f"{PATH}preview/", form.hidden()), "<html")


def test_preview_is_not_found_for_who_may_not_run_and_takes_only_posts(developer, member, skeleton):
    assert member.post(f"{PATH}preview/").status_code == 404
    assert developer.get(f"{PATH}preview/").status_code == 405
    assert developer.post(f"{PATH}preview/", {"answers": "x"}).status_code == 204
