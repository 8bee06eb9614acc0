"""A template's own tests: `manage.py template test`, and publishing in admin."""

import pytest
from django.core.management import call_command

from accounts import actors
from accounts.roles import Role
from scaffolder import template_tests, templates
from scaffolder.models import Template
from scaffolder.sources import TemplateSource
from scaffolder.templates import TemplateRefused
from tests.people import make_person

TEXT = """apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: path, title: Path}
spec:
  type: service
  parameters:
    properties:
      name: {type: string, pattern: "^[a-z]+$"}
      language: {type: string, default: go}
  steps:
    - id: write
      action: roadiehq:utils:fs:write
      input: {path: "${{ parameters.language }}.txt", content: "module ${{ parameters.name }}"}
  output:
    module: ${{ parameters.name }}
  tests:
%s
"""


def outcomes(*tests):
    text = TEXT % "\n".join(f"    - {test}" for test in tests)
    return template_tests.run(text, source=TemplateSource("template:default/path"), actor=actors.system()), text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "expect",
    [
        "files: {go.txt: module checkout}",
        "files: {go.txt: [module, checkout]}",
        "files: {go.txt: true}",
        "absent: [node.txt]",
        "output: {module: checkout}",
    ],
)
def test_what_is_so_passes(expect):
    (found,), _text = outcomes(f"{{name: x, values: {{name: checkout}}, expect: {{{expect}}}}}")
    assert found.problems == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("expect", "says", "marked"),
    [
        ("files: {go.mod: module}", "go.mod is not made. There is go.txt.", "module}"),
        ("files: {go.txt: package}", "go.txt does not hold 'package'.", "package}"),
        ("files: {go.txt: [module, package]}", "go.txt does not hold 'package'.", "[module"),
        ("absent: [x, go.txt]", "go.txt is made.", "go.txt]"),
        ("output: {module: other}", "`output.module` is 'checkout'.", "other}"),
        ("output: {other: 1}", "`output.other` is 'None'.", "1}"),
        ("error: no", "Nothing was refused.", "no}"),
    ],
)
def test_what_is_not_so_is_told_with_its_line(expect, says, marked):
    (found,), text = outcomes(f"{{name: x, values: {{name: checkout}}, expect: {{{expect}}}}}")
    (problem,) = found.problems
    assert (problem.message, problem.rule, problem.is_error) == (says, "L60", True)
    assert text.splitlines()[problem.line - 1][problem.column - 1 :].startswith(marked)


@pytest.mark.django_db
def test_values_that_the_form_refuses_can_be_expected():
    test = "{name: x, values: {name: '7'}, expect: {error: name}}"
    (found, other), _text = outcomes(test, "{name: y, values: {name: '7'}, expect: {files: {go.txt: true}}}")
    assert found.has_passed
    assert other.problems[0].message.startswith("The values are refused, or a step fails: /name: ")


@pytest.mark.django_db
def test_a_step_that_fails_can_be_expected():
    text = TEXT.replace('"module ${{ parameters.name }}"', '"${{ nope() }}"')
    text %= "    - {name: x, values: {name: a}, expect: {error: nope}}"
    (found,) = template_tests.run(text, source=TemplateSource("template:default/path"), actor=actors.system())
    assert found.has_passed


@pytest.mark.parametrize(("language", "code"), [("go", None), ("node", 1)])
def test_the_command_needs_no_database_and_its_code_tells(tmp_path, capsys, language, code):
    expect = f"expect: {{files: {{{language}.txt: module}}}}"
    test = f"    - {{name: a {language} service, values: {{name: checkout}}, {expect}}}"
    (tmp_path / "template.yaml").write_text(TEXT % test)
    if code:
        with pytest.raises(SystemExit) as ended:
            call_command("template", "test", str(tmp_path))
        assert ended.value.code == code
        assert "FAIL" in capsys.readouterr().out
    else:
        call_command("template", "test", str(tmp_path))
        assert f"ok   {tmp_path}/template.yaml: a go service" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_draft_whose_tests_fail_is_not_published():
    grace = actors.for_user(make_person("grace", role=Role.PLATFORM))
    bad = TEXT % "    - {name: x, values: {name: checkout}, expect: {files: {node.txt: true}}}"
    template = templates.create(bad, actor=grace)
    with pytest.raises(TemplateRefused) as refused:
        templates.publish(template, grace)
    assert [problem.rule for problem in refused.value.problems if problem.is_error] == ["L60"]
    templates.save_draft(template, bad.replace("node.txt", "go.txt"), actor=grace)
    assert templates.publish(template, grace).number == 1
    assert Template.objects.get().state == Template.State.PUBLISHED
