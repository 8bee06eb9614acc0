"""What happens to a golden path that is written in admin."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import AuditEvent
from catalog.models import Entity
from scaffolder import engine, template_text, templates
from scaffolder.models import Template
from scaffolder.templates import DraftChanged, NameRefused, TemplateLocked, TemplateRefused
from tests.catalog.factories import make_entities
from tests.scaffolder.runs import fresh, no_heartbeat
from tests.scaffolder.templates.kept import in_use

pytestmark = pytest.mark.django_db

TEXT = template_text.EXAMPLE
BROKEN = TEXT.replace("parameters.name", "parameters.nmae")


@pytest.fixture
def grace(platform):
    return platform.actor


@pytest.fixture
def published(grace, django_capture_on_commit_callbacks):
    template = templates.create(TEXT, actor=grace)
    with django_capture_on_commit_callbacks(execute=True):
        templates.publish(template, grace, "The first one")
    return template


def publish(template, actor, capture, note=""):
    with capture(execute=True):
        return templates.publish(template, actor, note)


def test_a_draft_is_nobodys_to_run(grace):
    template = templates.create(TEXT, actor=grace)

    assert template.ref == "template:default/my-golden-path"
    assert list(Template.objects.runnable_by(grace)) == []
    assert Entity.objects.count() == 0


def test_publishing_makes_a_revision_and_shows_it_in_the_catalog(published):
    revision = published.revision

    assert (revision.number, revision.note, revision.published_by) == (1, "The first one", "user:default/grace")
    assert revision.sha256 == template_text.sha256(TEXT)
    entity = Entity.objects.get(ref="template:default/my-golden-path")
    assert (entity.kind, entity.title, entity.owner_ref) == ("template", "My golden path", "group:default/platform")


def test_runs_start_from_what_is_published_and_not_from_the_draft(published, grace):
    templates.save_draft(published, TEXT.replace("Hello,", "Good day,"), actor=grace)

    assert "Hello," in in_use().text


def test_a_text_with_errors_is_not_published_and_the_last_one_stays(published, grace):
    templates.save_draft(published, BROKEN, actor=grace)
    with pytest.raises(TemplateRefused) as refused:
        templates.publish(published, grace)

    assert [problem.rule for problem in refused.value.problems] == ["L23"]
    assert in_use().number == 1


def test_a_second_document_is_not_published(grace):
    template = templates.create(f"{TEXT}---\nkind: Group\n", actor=grace)
    with pytest.raises(TemplateRefused):
        templates.publish(template, grace)


def test_a_run_keeps_the_text_that_it_started_with(published, grace, django_capture_on_commit_callbacks):
    """T7: what is edited while runs are on changes none of them."""
    first = in_use()
    task = engine.submit(template=published, parameters={"name": "checkout"}, actor=grace)
    templates.save_draft(published, TEXT.replace("Hello,", "Good day,"), actor=grace)
    publish(published, grace, django_capture_on_commit_callbacks)
    engine.run(task.pk, heartbeat=no_heartbeat)

    assert fresh(task).revision == first != in_use()
    assert task.events.filter(message="Hello, checkout").exists()


def test_an_earlier_text_comes_back_as_the_draft(published, grace, django_capture_on_commit_callbacks):
    templates.save_draft(published, TEXT.replace("Hello,", "Good day,"), actor=grace)
    publish(published, grace, django_capture_on_commit_callbacks)
    templates.revert(published.revisions.get(number=1), grace)

    assert (Template.objects.get().draft, in_use().number) == (TEXT, 2)


def test_an_archived_path_leaves_gallery_and_catalog_and_comes_back(
    published, grace, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        templates.archive(published, grace)
    assert list(Template.objects.runnable_by(grace)) == []
    assert Entity.objects.count() == 0

    publish(published, grace, django_capture_on_commit_callbacks)
    assert Entity.objects.count() == 1


def test_a_copy_has_another_name_and_nothing_else_is_changed(published, grace):
    copy = templates.copy(published, "my-other-path", grace)

    assert copy.draft == TEXT.replace("name: my-golden-path", "name: my-other-path")
    assert (copy.ref, copy.state) == ("template:default/my-other-path", Template.State.DRAFT)


@pytest.mark.parametrize("name", ["", "-", "a b", "x" * 64, "name\n", "my-golden-path"])
def test_a_copy_needs_a_name_that_is_free(published, grace, name):
    with pytest.raises(NameRefused):
        templates.copy(published, name, grace)
    assert Template.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["", "kind: Template", "[1]", TEXT.replace("my-golden-path", "my golden path"), "a: ["]
)
def test_a_template_begins_with_a_name(grace, text):
    with pytest.raises(NameRefused):
        templates.create(text, actor=grace)


def test_a_published_path_keeps_its_name(published, grace):
    with pytest.raises(NameRefused):
        templates.save_draft(published, TEXT.replace("my-golden-path", "another"), actor=grace)


def test_a_draft_may_be_broken_for_a_while(published, grace):
    templates.save_draft(published, "a: [", actor=grace)

    assert Template.objects.get().draft == "a: ["
    assert Template.objects.get().title == "My golden path"


def test_two_people_do_not_overwrite_each_other(published, grace):
    seen = template_text.sha256(published.draft)
    templates.save_draft(published, TEXT + "# mine\n", actor=grace, seen=seen)
    with pytest.raises(DraftChanged):
        templates.save_draft(published, TEXT + "# theirs\n", actor=grace, seen=seen)

    assert Template.objects.get().draft.endswith("# mine\n")


@pytest.mark.parametrize(
    "base_url", ["file:///etc/", "/etc/", "https://host/o/r/tree/main/path", "https://host/o/r/", "ftp://host/o/r/"]
)
def test_a_base_address_is_a_folder_of_a_repository(published, grace, base_url):
    with pytest.raises(NameRefused):
        templates.save_draft(published, TEXT, actor=grace, base_url=base_url)


@pytest.mark.parametrize("deed", ["create", "save_draft", "publish", "revert", "copy", "archive"])
def test_developers_and_team_leads_change_no_template(published, developer, team_lead, deed):
    deeds = {
        "create": lambda actor: templates.create(TEXT.replace("my-", "your-"), actor=actor),
        "save_draft": lambda actor: templates.save_draft(published, BROKEN, actor=actor),
        "publish": lambda actor: templates.publish(published, actor),
        "revert": lambda actor: templates.revert(published.revision, actor),
        "copy": lambda actor: templates.copy(published, "other", actor),
        "archive": lambda actor: templates.archive(published, actor),
    }
    for person in (developer, team_lead):
        with pytest.raises(PermissionDenied):
            deeds[deed](person.actor)

    template = Template.objects.get()
    assert (template.draft, in_use().number, template.state) == (TEXT, 1, "published")


def test_each_deed_is_in_the_audit_trail(published, grace):
    templates.save_draft(published, BROKEN, actor=grace)
    templates.revert(published.revision, grace)
    templates.archive(published, grace)

    events = AuditEvent.objects.filter(event__startswith="template.").order_by("pk")
    assert [(event.event, event.actor_ref) for event in events] == [
        ("template.created", "user:default/grace"),
        ("template.published", "user:default/grace"),
        ("template.saved", "user:default/grace"),
        ("template.reverted", "user:default/grace"),
        ("template.archived", "user:default/grace"),
    ]


def test_a_name_that_the_catalog_has_from_elsewhere_is_not_published(grace):
    template = templates.create(TEXT, actor=grace)
    make_entities(TEXT)
    with pytest.raises(TemplateRefused) as refused:
        templates.publish(template, grace)

    assert refused.value.problems[-1].rule == "I08"


def test_what_the_catalog_keeps_is_not_edited_here(grace):
    make_entities(TEXT)
    template = Template.objects.get()

    for deed in (
        lambda: templates.save_draft(template, BROKEN, actor=grace),
        lambda: templates.publish(template, grace),
        lambda: templates.revert(in_use(), grace),
        lambda: templates.archive(template, grace),
    ):
        with pytest.raises(TemplateLocked):
            deed()


def test_what_the_catalog_keeps_can_be_copied(grace):
    make_entities(TEXT)
    copy = templates.copy(Template.objects.get(), "my-copy", grace)

    assert (copy.source, copy.base_url) == (Template.Source.ADMIN, "file:///test/")


def test_publishing_pins_the_commit_and_looks_at_the_skeleton(grace, tmp_path, settings):
    text = TEXT.replace(
        "    - id: greet", "    - {id: base, action: 'fetch:template', input: {url: ./skeleton}}\n    - id: greet"
    )
    template = templates.create(text, actor=grace)
    Template.objects.update(base_url=f"{tmp_path.as_uri()}/")
    template.refresh_from_db()

    with pytest.raises(TemplateRefused) as refused:
        templates.publish(template, grace)
    assert [problem.rule for problem in refused.value.problems if problem.is_error] == ["L40"]

    (tmp_path / "skeleton").mkdir()
    (tmp_path / "skeleton" / "README.md").write_text("Hello")
    assert templates.publish(template, grace).number == 1
