"""The forms of public templates, as their authors wrote them."""

import pytest

from catalog import documents
from scaffolder.engine import spec
from scaffolder.forms import fields, validation
from tests.scaffolder.forms.factories import ADA
from tests.shared import shared

FOLDER = shared("corpus/backstage/templates")
CONTROLS = {
    *("text", "textarea", "password", "hidden", "radio", "select", "checkbox", "lines", "checkboxes", "rows", "json"),
    *("group", "nothing", "secret", "repo_url", "name", "tags", "suggest"),
}
LOOKS_AHEAD = "awslabs__app-development-for-backstage-io-on-aws/aws-s3-resource/template.yaml:1"


def forms():
    """Return {name: pages} of every template that is read without an error."""
    found = {}
    for path in sorted(FOLDER.rglob("*.y*ml")):
        text = path.read_text(encoding="utf-8")
        for document in documents.load_all(text) if "scaffolder.backstage.io" in text else []:
            if isinstance(document.value, dict) and document.value.get("kind") == "Template":
                name = f"{path.relative_to(FOLDER)}:{document.line}"
                found[name] = spec.pages(document.value["spec"].get("parameters"))
    return found


FORMS = forms()


def test_there_are_as_many_as_there_should_be():
    assert len(FORMS) >= 67


@pytest.mark.django_db
@pytest.mark.parametrize("name", FORMS)
def test_each_page_has_a_control_for_every_question(name):
    pages = FORMS[name]
    values = fields.defaults(pages)
    for page in pages:
        built = list(fields.flat(fields.build(page, values, actor=ADA)))
        assert {field.widget for field in built} <= CONTROLS
        assert all(field.label and field.dom_id for field in built)


@pytest.mark.parametrize("name", sorted(FORMS.keys() - {LOOKS_AHEAD}))
def test_each_form_can_be_checked(name):
    assert validation.check_schema(FORMS[name]) == []


def test_the_one_whose_pattern_looks_ahead_is_refused_since_that_can_take_for_ever():
    ((page, reason),) = validation.check_schema(FORMS[LOOKS_AHEAD])
    assert page == 2
    assert "(?!(^xn--" in reason
