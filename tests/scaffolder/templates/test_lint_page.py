"""What lint says of a golden path, as a developer reads it."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from scaffolder import template_text, templates
from scaffolder.models import Template
from tests.catalog.factories import make_entities
from tests.scaffolder.lint.test_playbook import playbook_template

pytestmark = pytest.mark.django_db

PAGE = "/create/templates/default/my-golden-path/lint/"


def test_the_playbooks_template_shows_its_faults_with_place_and_repair(developer):
    make_entities(playbook_template())
    page = developer.get("/create/templates/default/microservice-golden-path/lint/")

    assertContains(page, "2 errors, 3 warnings")
    assertContains(page, "line 37, column 30")
    assertContains(page, "steps.publish")
    assertContains(page, "<code>required: [name]</code>")
    assertContains(page, "A run would not come to its end.")


def test_a_sound_template_says_so(developer):
    make_entities(template_text.EXAMPLE)

    assertContains(developer.get(PAGE), "Nothing is wrong with this golden path.")


def test_a_text_that_was_not_taken_over_is_shown_with_the_reason(developer):
    hostile = template_text.EXAMPLE.replace("ui:field: EntityNamePicker", "pattern: '^(a+)+$'")
    make_entities(hostile)
    page = developer.get(PAGE)

    assertContains(page, "Not taken over")
    assertContains(page, "can be read in many ways")


def test_a_draft_of_admin_is_its_writers_business(developer, platform):
    templates.create(template_text.EXAMPLE, actor=platform.actor)

    assert developer.get(PAGE).status_code == 404


def test_the_draft_is_not_shown_beside_what_is_published(developer, platform):
    template = templates.create(template_text.EXAMPLE, actor=platform.actor)
    templates.publish(template, platform.actor)
    templates.save_draft(template, template_text.EXAMPLE + "# secret plans\n", actor=platform.actor)

    assertNotContains(developer.get(PAGE), "secret plans")


def test_an_archived_template_is_not_found(developer):
    make_entities(template_text.EXAMPLE)
    Template.objects.update(state=Template.State.ARCHIVED)

    assert developer.get(PAGE).status_code == 404


def test_a_stranger_is_sent_to_sign_in():
    make_entities(template_text.EXAMPLE)

    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")
