"""The golden path of the platform engineering playbook, exactly as it has it: it cannot run, and lint says why."""

import re

from scaffolder import lint
from tests.scaffolder.lint.samples import marked
from tests.shared import shared

FENCE = re.compile(r"^```yaml\n## golden-paths/microservice/template\.yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def playbook_template() -> str:
    match = FENCE.search(shared("playbook.md").read_text())
    assert match is not None
    return match[1]


def test_shows_exactly_the_five_faults_each_with_its_place():
    problems = lint.check(playbook_template())

    assert [(problem.rule, problem.severity, problem.line, problem.column) for problem in problems] == [
        ("L30", "warning", 8, 7),
        ("L31", "warning", 12, 20),
        ("L11", "warning", 28, 15),
        ("L23", "error", 30, 22),
        ("L20", "error", 37, 30),
    ]


def test_marks_what_is_wrong():
    text = playbook_template()

    assert [marked(text, problem) for problem in lint.check(text)] == [
        "title: Service Details",
        "'^[a-z0-9-]+$'",
        "github:actions:create",
        "parameters.repoUrl }}",
        "steps.publish.output.repoContentsUrl }}",
    ]


def test_tells_a_repair_for_each():
    cures = [problem.cure for problem in lint.check(playbook_template())]

    assert "`required: [name]`" in cures[0]
    assert "`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`" in cures[1]
    assert ".github/workflows" in cures[2]
    assert "`repoUrl: {type: string, ui:field: RepoUrlPicker}`" in cures[3]
    assert "`id: publish` with `action: publish:github`" in cures[4]
