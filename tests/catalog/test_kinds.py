"""K01 to K11: the fields of each kind."""

import pytest

from catalog.descriptor import kinds
from catalog.descriptor.kinds import Kind
from tests.catalog.reading import OWNED, problems, refusals, with_spec

GOOD = {
    "Component": f"{OWNED}\nsystem: s\nsubcomponentOf: c\nprovidesApis: [a]\nconsumesApis: [a]\ndependsOn: ['api:a']",
    "API": f"{OWNED}\ndefinition: d",
    "Resource": "type: x\nowner: z\ndependsOn: ['component:c']",
    "System": "owner: z\ndomain: d",
    "Domain": "owner: z\nsubdomainOf: d",
    "Group": "type: x\nchildren: []\nprofile: {displayName: X, email: a@b, picture: p}",
    "User": "memberOf: []",
    "Location": "",
}


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("version", ["backstage.io/v1alpha1", "backstage.io/v1beta1"])
def test_a_good_entity_of_each_kind(kind, version):
    assert problems(with_spec(kind, GOOD[kind], version=version)) == []


@pytest.mark.parametrize("kind", GOOD)
def test_further_fields_are_accepted(kind):
    assert problems(with_spec(kind, f"{GOOD[kind]}\nfurther: {{a: 1}}".lstrip())) == []


@pytest.mark.parametrize(
    ("rule", "kind", "field"),
    [
        *[("K01", "Component", name) for name in ("type", "lifecycle", "owner")],
        *[("K02", "API", name) for name in ("type", "lifecycle", "owner", "definition")],
        *[("K04", "Resource", name) for name in ("type", "owner")],
        ("K05", "System", "owner"),
        ("K06", "Domain", "owner"),
        *[("K07", "Group", name) for name in ("type", "children")],
        ("K08", "User", "memberOf"),
    ],
)
def test_a_required_field_that_is_missing(rule, kind, field):
    spec = "\n".join(line for line in GOOD[kind].splitlines() if not line.startswith(f"{field}:"))
    (problem,) = problems(with_spec(kind, f"further: 1\n{spec}"))
    assert problem.rule == rule
    assert problem.message.startswith(f'"spec.{field}" is not valid; expected ')
    assert f"`{field}:`" in problem.cure


@pytest.mark.parametrize("value", ["''", "12", "[]", "null"])
def test_k01_a_field_that_is_no_text(value):
    assert refusals(with_spec("Component", f"type: {value}\nlifecycle: y\nowner: z")) == [("K01", 6)]


def test_k01_a_list_that_is_none_and_an_item_that_is_no_text():
    assert refusals(with_spec("Component", f"{OWNED}\nprovidesApis: a\nconsumesApis: [1]")) == [("K01", 9), ("K01", 10)]


def test_k03_an_mcp_server_has_remotes_and_no_definition():
    spec = "type: mcp-server\nlifecycle: y\nowner: z\n"
    assert refusals(with_spec("API", f"{spec}remotes: [{{type: sse, url: 'https://x'}}]")) == []
    assert refusals(with_spec("API", f"{spec}remotes: []")) == [("K03", 9)]
    assert refusals(with_spec("API", f"{spec}remotes: [{{type: sse}}]")) == [("K03", 9)]


def test_k09_presence():
    assert refusals(with_spec("Location", "presence: optional")) == []
    (problem,) = problems(with_spec("Location", "presence: perhaps"))
    assert (problem.rule, problem.expected) == ("K09", "required or optional")


TEMPLATE = "scaffolder.backstage.io/v1beta3"


def test_k10_template():
    steps = "steps: [{action: 'debug:log', id: a, if: true}]"
    assert refusals(with_spec("Template", f"type: x\n{steps}\nparameters: {{}}", version=TEMPLATE)) == []
    assert refusals(with_spec("Template", f"type: x\n{steps}\nparameters: [{{}}]", version=TEMPLATE)) == []
    assert refusals(with_spec("Template", "type: x", version=TEMPLATE)) == [("K10", 5)]
    assert refusals(with_spec("Template", "type: x\nsteps: [{id: a}]", version=TEMPLATE)) == [("K10", 7)]


def test_k10_steps_may_be_named_by_a_placeholder():
    assert refusals(with_spec("Template", "type: x\nsteps:\n  - $yaml: ./steps.yaml", version=TEMPLATE)) == []


def test_k11_ai_resource():
    assert refusals(with_spec("AiResource", f"{OWNED}\nskills: [a]".replace("type: x", "type: plugin"))) == []
    assert refusals(with_spec("AiResource", OWNED.replace("type: x", "type: plugin"))) == [("K11", 5)]


@pytest.mark.parametrize(
    ("kind", "version", "line"),
    [
        ("Gadget", "backstage.io/v1alpha1", 2),
        ("component", "backstage.io/v1alpha1", 2),
        ("Component", "acme.com/v1", 1),
        ("Template", "backstage.io/v1alpha1", 1),
    ],
)
def test_a_foreign_kind_or_version(kind, version, line):
    (problem,) = problems(with_spec(kind, "type: x", version=version))
    assert problem.line == line
    assert problem.message == (
        f"No processor recognized the entity {kind.lower()}:default/thing as valid, "
        "possibly caused by a foreign kind or apiVersion."
    )


def test_a_new_kind_is_one_registration(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(Kind("Gadget", "K99", kinds.fields({"size": kinds.TEXT})))
    assert refusals(with_spec("Gadget", "size: big")) == []
    assert refusals(with_spec("Gadget", "size: 1")) == [("K99", 6)]
