"""The editor of golden paths in Django admin."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from scaffolder import template_text, templates
from scaffolder.models import Template
from tests.catalog.factories import make_entities
from tests.scaffolder.templates.kept import in_use

pytestmark = pytest.mark.django_db

TEXT = template_text.EXAMPLE
BROKEN = TEXT.replace("parameters.name", "parameters.nmae")
LIST = "/admin/scaffolder/template/"


@pytest.fixture
def template(platform):
    return templates.create(TEXT, actor=platform.actor)


def address(template, page="change"):
    return f"{LIST}{template.pk}/{page}/"


def test_the_list_tells_state_and_lint(platform, template):
    page = platform.get(LIST)

    assertContains(page, "default/my-golden-path")
    assertContains(page, "Draft")
    assertContains(page, "Passes")


@pytest.mark.parametrize("person", ["member", "developer", "team_lead"])
@pytest.mark.parametrize("page", ["change", "lint", "preview", "revisions", "copy", "revisions/1/restore"])
def test_only_platform_and_administrators_get_in(request, template, person, page):
    browser = request.getfixturevalue(person)

    assert browser.get(address(template, page)).status_code in (302, 403, 404, 405)
    assert browser.post(address(template, page), {"text": BROKEN}).status_code in (302, 403, 404)
    assert Template.objects.get().draft == TEXT


def test_a_new_path_begins_with_an_example(platform):
    assertContains(platform.get(f"{LIST}add/"), "my-golden-path")


def test_a_new_path_is_saved_as_a_draft(platform):
    answer = platform.post(f"{LIST}add/", {"text": TEXT, "base_url": "", "deed": "save"})

    assert answer.status_code == 302
    assert Template.objects.get().state == Template.State.DRAFT


def test_a_text_without_a_name_comes_back_as_it_was_written(platform):
    answer = platform.post(f"{LIST}add/", {"text": "kind: Template", "base_url": "", "deed": "save"})

    assertContains(answer, "no `metadata.name`", status_code=422)
    assertContains(answer, "kind: Template", status_code=422)


def test_the_draft_is_saved_with_the_line_ends_of_a_file(platform, template):
    platform.post(address(template), {"text": BROKEN.replace("\n", "\r\n"), "base_url": "", "deed": "save"})

    assert Template.objects.get().draft == BROKEN


def test_a_sign_that_no_database_takes_is_shown_as_unreadable(platform, template):
    answer = platform.post(address(template), {"text": TEXT + "# \0", "base_url": "", "deed": "save", "note": "\0"})

    assert answer.status_code == 302
    assert Template.objects.get().draft.endswith("# \N{REPLACEMENT CHARACTER}")


def test_publishing_saves_the_text_and_keeps_the_note(platform, template):
    answer = platform.post(
        address(template), {"text": TEXT + "# new\n", "base_url": "", "deed": "publish", "note": "Say hello"}
    )

    revision = in_use()
    assert answer.status_code == 302
    assert (revision.number, revision.note, revision.text) == (1, "Say hello", TEXT + "# new\n")


def test_a_text_with_errors_is_shown_again_with_its_problems(platform, template):
    answer = platform.post(address(template), {"text": BROKEN, "base_url": "", "deed": "publish"})

    assertContains(answer, "The template has an error.", status_code=422)
    assertContains(answer, "Did you mean", status_code=422)
    assert Template.objects.get().revision is None


def test_a_draft_that_somebody_else_saved_is_not_overwritten(platform, template):
    (seen,) = re.findall(r'name="seen" value="(\w+)"', platform.get(address(template)).text)
    platform.post(address(template), {"text": TEXT + "# mine\n", "base_url": "", "seen": seen, "deed": "save"})
    answer = platform.post(
        address(template), {"text": TEXT + "# theirs\n", "base_url": "", "seen": seen, "deed": "save"}
    )

    assertContains(answer, "# theirs", status_code=409)
    assert Template.objects.get().draft == TEXT + "# mine\n"


def test_the_check_without_scripts_changes_nothing(platform, template):
    answer = platform.post(address(template), {"text": BROKEN, "base_url": "", "deed": "check"})

    assertContains(answer, "parameters.nmae")
    assertContains(answer, "not saved")
    assert Template.objects.get().draft == TEXT


def test_lint_of_a_text_that_is_being_written_is_a_part_of_the_page(platform, template):
    answer = platform.post(address(template, "lint"), {"text": BROKEN, "base_url": ""})

    assertContains(answer, 'data-line="24"')
    assertContains(answer, "disabled")
    assertNotContains(answer, "<html")
    assert Template.objects.get().draft == TEXT


def test_lint_is_there_for_a_path_that_is_not_saved_yet(platform):
    assertContains(platform.post(f"{LIST}0/lint/", {"text": BROKEN}), "parameters.nmae")


def test_the_preview_shows_form_and_steps_and_keeps_nothing(platform, template):
    answer = platform.post(address(template, "preview"), {"text": TEXT, "base_url": ""})

    assertContains(answer, "<legend>Service</legend>")
    assertContains(answer, "Say hello")
    assert Template.objects.get().tasks.count() == 0


def test_the_preview_of_a_broken_text_says_so(platform, template):
    assertContains(platform.post(address(template, "preview"), {"text": "a: [", "base_url": ""}), "cannot be played")


def test_revisions_show_what_changed_and_can_be_restored(platform, template):
    templates.publish(template, platform.actor, "One")
    templates.save_draft(template, TEXT.replace("Hello,", "Good day,"), actor=platform.actor)
    templates.publish(template, platform.actor, "Two")

    page = platform.get(address(template, "revisions"))
    assertContains(page, "message: Hello, ${{ parameters.name }}")
    assertContains(page, "message: Good day, ${{ parameters.name }}")
    assertContains(page, "+1 −1 lines")

    platform.post(address(template, "revisions/1/restore"))
    assert Template.objects.get().draft == TEXT


def test_what_the_catalog_keeps_is_read_only_and_can_be_copied(platform):
    make_entities(TEXT)
    kept = Template.objects.get()
    page = platform.get(address(kept))
    assertNotContains(page, "<textarea")
    assertContains(page, "Copy under a new name")

    platform.post(address(kept), {"text": BROKEN, "base_url": "", "deed": "save"})
    assert Template.objects.get().draft.strip() == TEXT.strip()

    platform.post(address(kept, "copy"), {"name": "my-copy"})
    assert Template.objects.filter(ref="template:default/my-copy", source="admin").exists()


def test_a_template_is_never_deleted(platform, template):
    assert platform.post(f"{LIST}{template.pk}/delete/", {"post": "yes"}).status_code == 403


def test_archiving_asks_for_a_button_of_its_own(platform, template):
    templates.publish(template, platform.actor)
    platform.post(address(template), {"text": TEXT, "base_url": "", "deed": "archive"})

    assert Template.objects.get().state == Template.State.ARCHIVED


@pytest.mark.parametrize("page", ["change", "revisions"])
def test_what_authors_write_stays_text(platform, template, page):
    """X1: no element comes out of a title, a note or a line of the text."""
    hostile = TEXT.replace("title: My golden path", "title: <script>alert(1)</script>")
    templates.save_draft(template, hostile, actor=platform.actor)
    templates.publish(template, platform.actor, "<script>alert(2)</script>")

    assertNotContains(platform.get(address(template, page)), "<script>alert")


def test_pages_of_templates_are_not_kept_by_the_browser(platform, template):
    assert "no-store" in platform.get(address(template))["Cache-Control"]
