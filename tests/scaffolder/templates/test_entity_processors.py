"""Template entities of the catalog become golden paths, and go with them."""

import pytest

from catalog.models import Entity
from scaffolder import template_text, templates
from scaffolder.models import Template
from tests.catalog.factories import make_entities
from tests.scaffolder.templates.kept import in_use

pytestmark = pytest.mark.django_db

TEXT = template_text.EXAMPLE
REF = "template:default/my-golden-path"


def test_a_template_of_the_catalog_is_a_published_golden_path():
    make_entities(TEXT)

    template = Template.objects.get()
    assert (template.ref, template.source, template.state) == (REF, "catalog", "published")
    assert (template.title, template.type, template.tags) == ("My golden path", "service", ["recommended"])
    assert template.base_url == "file:///test/"
    assert in_use().text.strip() == TEXT.strip()


def test_an_unchanged_text_makes_no_revision_and_a_new_one_does():
    make_entities(TEXT, target="/test/a/template.yaml")
    make_entities(TEXT, target="/test/a/template.yaml")
    assert Template.objects.get().revisions.count() == 1

    make_entities(TEXT.replace("Hello,", "Good day,"), target="/test/a/template.yaml")
    assert in_use().number == 2


def test_a_faulty_template_is_taken_over_with_its_problems():
    make_entities(TEXT.replace("parameters.name", "parameters.nmae"))

    template = Template.objects.get()
    assert template.state == Template.State.PUBLISHED
    assert [problem["rule"] for problem in in_use().problems] == ["L23"]


@pytest.mark.parametrize(
    "field",
    [
        "{type: string, pattern: '^(a+)+$'}",
        "{type: string, pattern: '(?=a)b'}",
        "{$ref: 'https://schemas.example/name.json'}",
    ],
)
def test_a_form_that_could_be_used_against_its_readers_is_not_taken_over(field):
    make_entities(TEXT, target="/test/a/template.yaml")
    hostile = TEXT.replace("      properties:\n", f"      properties:\n        bad: {field}\n")
    make_entities(hostile, target="/test/a/template.yaml")

    template = Template.objects.get()
    assert "bad:" in template.draft
    assert (in_use().number, template.state) == (1, "published")


def test_a_template_that_goes_is_archived_and_comes_back_with_its_history():
    make_entities(TEXT, target="/test/a/template.yaml")
    make_entities(TEXT.replace("my-golden-path", "another"), target="/test/a/template.yaml")
    assert not Entity.objects.filter(ref=REF).exists()
    assert Template.objects.get(ref=REF).state == Template.State.ARCHIVED

    make_entities(TEXT, target="/test/a/template.yaml")
    template = Template.objects.get(ref=REF)
    assert (template.state, template.revisions.count()) == ("published", 1)


def test_a_draft_in_admin_keeps_its_name_when_the_catalog_brings_one(platform, caplog):
    templates.create(TEXT, actor=platform.actor)
    make_entities(TEXT)

    assert Template.objects.get().source == Template.Source.ADMIN
    assert "is being written in admin" in caplog.text
