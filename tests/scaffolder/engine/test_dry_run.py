"""Dry runs: what a template would make, said without touching anything outside."""

import tempfile

import pytest

from scaffolder import engine, registry
from scaffolder.engine import spec as specs
from scaffolder.models import Task
from scaffolder.sources import TemplateSource
from tests.scaffolder.runs import HEAD, steps_of

pytestmark = pytest.mark.django_db

SKELETON = "{id: fetch, action: 'fetch:template', input: {url: ./skeleton, values: {name: '${{ parameters.name }}'}}}"
PUBLISH = (
    "{id: publish, action: 'publish:github', input: {repoUrl: 'github.com?owner=acme&repo=${{ parameters.name }}'}}"
)
WORKFLOW = (
    "{id: ci, action: 'github:actions:create', "
    "input: {repoUrl: 'github.com?owner=acme&repo=shop', workflows: [b.yaml]}}"
)
REGISTER = (
    "{id: register, action: 'catalog:register', "
    "input: {repoContentsUrl: '${{ steps.publish.output.repoContentsUrl }}'}}"
)


@pytest.fixture
def dry(tmp_path, developer):
    """Return a function that plays a spec dry beside a skeleton."""
    folder = tmp_path / "template"
    (folder / "skeleton").mkdir(parents=True)
    (folder / "workflows").mkdir()
    (folder / "workflows" / "b.yaml").write_text("on: push\n")
    (folder / "skeleton" / "${{ values.name }}.txt").write_text("Hello ${{ values.name }}")

    def play(spec, parameters=None, **options):
        text = HEAD + spec
        source = TemplateSource("template:default/path", base_url=f"file://{folder}/")
        return engine.dry_run(
            specs.of_text(text), parameters or {}, template=source, actor=developer.actor, text=text, **options
        )

    return play


def test_a_golden_path_tells_its_files_outputs_and_addresses(dry):
    found = dry(
        steps_of(SKELETON, WORKFLOW, PUBLISH, REGISTER) + "  output: {link: '${{ steps.publish.output.remoteUrl }}'}\n",
        {"name": "shop"},
    )
    assert found.error == ""
    assert [(file.path, file.content) for file in found.files] == [
        (".github/workflows/b.yaml", b"on: push\n"),
        ("shop.txt", b"Hello shop"),
    ]
    assert [step.state for step in found.steps] == ["completed"] * 4
    assert found.steps[1].input["repoUrl"] == "github.com?owner=acme&repo=shop"
    assert found.output == {"link": "https://github.com/acme/shop.git"}
    assert "Would publish 2 files as https://github.com/acme/shop" in [line.message for line in found.log]
    assert not Task.objects.exists()


def test_a_workflow_after_publishing_stays_out_of_the_workspace(dry):
    found = dry(steps_of(SKELETON, PUBLISH, WORKFLOW), {"name": "shop"})
    assert [file.path for file in found.files] == ["shop.txt"]


def test_the_files_up_to_a_mistake_are_shown_with_the_mistake_and_its_place(dry):
    bad = "{id: bad, name: Bad, action: 'debug:log', input: {message: '${{ nope() }}'}}"
    found = dry(steps_of(SKELETON, bad, PUBLISH), {"name": "shop"})
    assert [file.path for file in found.files] == ["shop.txt"]
    assert [step.state for step in found.steps] == ["completed", "failed", "skipped"]
    assert found.error.startswith("template.yaml:9:")
    assert (found.expression_error.line, found.expression_error.expression) == (9, "${{ nope() }}")
    assert found.steps[1].error == found.error


def test_t17_an_action_that_cannot_run_dry_is_left_out_and_its_outputs_are_made_up(dry, monkeypatch):
    def act(step):
        raise AssertionError("it ran")

    schema = {"type": "object", "properties": {"url": {"type": "string"}, "count": {"type": "number"}}}
    info = registry.ActionInfo("acme:act", "Acts.", act, {"type": "object"}, schema)
    monkeypatch.setattr(registry, "_actions", {**registry.all(), "acme:act": info})
    found = dry(
        steps_of(
            "{id: act, action: 'acme:act'}", "{action: 'debug:log', input: {message: '${{ steps.act.output.url }}'}}"
        )
    )
    assert found.steps[0].output == {"url": "<example>", "count": 0}
    assert "<example>" in [line.message for line in found.log]


def test_secrets_are_masked_in_all_that_comes_back(dry):
    log = "{id: log, action: 'debug:log', input: {message: 'the key is ${{ secrets.key }}'}}"
    found = dry(steps_of(log), secrets={"key": "s3cr3t-value"})
    assert "s3cr3t-value" not in repr(found)
    assert [line.message for line in found.log] == ["the key is •••"]


def test_each_and_conditions_work_as_in_a_run(dry):
    each = (
        "{id: log, each: [1, 2], if: '${{ each.value > 1 }}', action: 'debug:log', "
        "input: {message: 'no ${{ each.value }}'}}"
    )
    assert [line.message for line in dry(steps_of(each)).log] == ["no 2"]


def test_nothing_of_a_dry_run_stays_on_the_disk(dry, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    dry(steps_of(SKELETON), {"name": "shop"})
    assert list((tmp_path / "tmp").iterdir()) == []
