"""Lint of the files beside a template."""

import pytest

from tests.scaffolder.lint.samples import found, marked, steps_of, template

FETCH = "{id: base, action: 'fetch:template', input: {url: ./skeleton, values: {name: '${{ parameters.name }}'}%s}}"
WORKFLOW = "skeleton/.github/workflows/build.yaml"


def fetching(options: str = "") -> str:
    return template(steps=steps_of(FETCH % options))


def test_a_missing_folder_is_told_at_the_step():
    text = fetching()
    problem = found(text, tree={"other/README.md": b""})[0]

    assert (problem.rule, marked(text, problem).split(",")[0]) == ("L40", "./skeleton")
    assert "`other`" in problem.cure


@pytest.mark.parametrize("action", ["fetch:plain:file", "fetch:template:file"])
def test_a_missing_file_is_told_with_those_that_lie_there(action):
    step = f"{{id: one, action: '{action}', input: {{url: ./docker/Dockerfil, targetPath: Dockerfile}}}}"
    text = template(steps=steps_of(step))
    (problem,) = found(text, "L40", tree={"docker/Dockerfile": b"", "skeleton/README.md": b""})

    assert (problem.message, marked(text, problem).split(",")[0]) == (
        "There is no file `docker/Dockerfil` beside the template.",
        "./docker/Dockerfil",
    )
    assert "`docker/Dockerfile`" in problem.cure
    assert "README" not in problem.cure


def test_a_single_file_is_read_as_a_skeleton_is():
    step = "{id: one, action: 'fetch:template:file', input: {url: ./NOTICE, targetPath: NOTICE, values: {name: x}}}"
    text = template(steps=steps_of(step))

    (value,) = found(text, "L42", tree={"NOTICE": b"${{ values.name }} ${{ values.year }}"})
    (broken,) = found(text, "L43", tree={"NOTICE": b"one\n${{ values. }}"})
    assert (value.path, value.found, broken.path, broken.line) == ("NOTICE", "values.year", "NOTICE", 2)


@pytest.mark.parametrize("url", ["https://host/o/r/tree/main/x", "../elsewhere", "${{ parameters.name }}"])
def test_a_folder_that_is_not_here_is_not_looked_for(url):
    text = template(steps=steps_of(f"{{id: base, action: 'fetch:template', input: {{url: '{url}'}}}}"))

    assert found(text, tree={}) == []


def test_an_expression_of_a_workflow_that_would_be_eaten_is_told_with_its_place():
    """N39: inside a skeleton GitHub's own expressions render to nothing."""
    problems = found(
        fetching(), tree={WORKFLOW: b"on: push\nenv:\n  SHA: ${{ github.sha }}\n  KEY: ${{ secrets.KEY }}\n"}
    )

    assert [(one.rule, one.path, one.line, one.column) for one in problems] == [
        ("L41", WORKFLOW, 3, 12),
        ("L41", WORKFLOW, 4, 12),
    ]
    assert "{% raw %}${{ github.sha }}{% endraw %}" in problems[0].cure


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ("", b"{% raw %}${{ github.sha }}{% endraw %}"),
        (", copyWithoutTemplating: ['.github/workflows/*']", b"${{ github.sha }}"),
        (", copyWithoutTemplating: ['.github/**']", b"${{ github.sha }}"),
        (", templateFileExtension: true", b"${{ github.sha }}"),
        (", cookiecutterCompat: true", b"${{ cookiecutter.name }}"),
        ("", b"${{ values.name }}"),
        ("", b"\0 ${{ github.sha }}"),
    ],
)
def test_a_workflow_that_survives_is_left_alone(options, content):
    assert found(fetching(options), "L41", tree={WORKFLOW: content}) == []


def test_github_s_names_elsewhere_are_a_value_that_nobody_gives():
    assert found(fetching(), tree={"skeleton/README.md": b"${{ github.sha }}"}) == []


def test_a_value_that_the_step_does_not_give_is_told_once_a_file():
    tree = {"skeleton/README.md": b"${{ values.name }} ${{ values.owner }}\n${{ values.owner }}"}
    problems = found(fetching(), tree=tree)

    assert [(one.rule, one.severity, one.line, one.column, one.found) for one in problems] == [
        ("L42", "warning", 1, 24, "values.owner")
    ]


def test_an_expression_of_a_skeleton_that_cannot_be_read_is_told():
    problems = found(fetching(), tree={"skeleton/README.md": b"Hello\n${{ values.name | tojson }}"})

    assert [(one.rule, one.path, one.line) for one in problems] == [("L43", "skeleton/README.md", 2)]
    assert "dump" in problems[0].cure
