"""Every action: its examples are right by its own schema, and run dry."""

import pytest

from scaffolder import registry
from scaffolder.sources import TemplateSource

pytestmark = pytest.mark.django_db

EXAMPLES = [(name, number) for name, info in registry.all().items() for number in range(len(info.examples))]
BESIDE = {
    "skeleton/${{ values.name }}.txt": "Hello ${{ values.name }}",
    "skeleton/NOTICE": "Made for ${{ values.name }}",
    "docs/a.bak": "old",
    "workflows/build-test-deploy.yaml": "on: push\n",
}
IN_WORKSPACE = {"package.json": "{}", "app.py": "", "a.md": "", "b.md": "", "skeleton/${{ values.name }}.txt": ""}


@pytest.mark.parametrize("name", registry.all())
def test_an_action_tells_what_it_does_and_describes_what_it_takes(name):
    info = registry.get(name)
    assert info.description.endswith(".")
    assert info.examples
    assert info.input_schema["additionalProperties"] is False


@pytest.mark.parametrize(("name", "number"), EXAMPLES)
def test_an_example_runs_dry(bench, name, number):
    bench.beside(BESIDE)
    bench.put(IN_WORKSPACE)
    info = registry.get(name)
    given = dict(info.examples[number])

    outputs = bench.run(name, dry_run=True, **given)

    assert set(outputs) <= set(info.output_schema["properties"])


def test_the_actions_of_the_golden_paths_are_there():
    wanted = {"fetch:plain", "fetch:template", "debug:log", "fs:delete", "fs:rename", "publish:github"}
    assert wanted | {"github:actions:create", "catalog:write"} <= set(registry.all())


def test_an_unknown_action_is_told_with_its_relatives():
    with pytest.raises(
        registry.UnknownAction, match=r"No action is called fs:move\. There is fs:delete, fs:readdir, fs:rename\."
    ):
        registry.get("fs:move")


def test_two_functions_cannot_claim_one_action():
    with pytest.raises(registry.ActionIsThere):
        registry.action("debug:log", description="Another.", input_schema={})(lambda step: {})


def test_made_up_outputs_have_the_shape_of_the_schema():
    schema = {
        "properties": {
            "text": {"type": "string"},
            "count": {"type": "integer"},
            "on": {"type": "boolean"},
            "list": {"type": "array", "items": {"type": "string"}},
            "map": {"type": "object", "properties": {"a": {"type": "number"}}},
        }
    }
    info = registry.ActionInfo("x", "X.", lambda step: {}, {}, schema)
    assert info.made_up_outputs() == {
        "text": "<example>",
        "count": 0,
        "on": False,
        "list": ["<example>"],
        "map": {"a": 0},
    }


def test_a_template_without_an_address_says_so():
    from scaffolder.sources import SourceMissing

    with pytest.raises(SourceMissing, match="has no base address"):
        TemplateSource("template:default/path").tree("./skeleton")
