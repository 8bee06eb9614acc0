"""`manage.py template lint | render | run`."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from scaffolder.models import Task, Template
from tests.scaffolder.lint.samples import HEAD, PAGE

STEPS = """  steps:
    - id: base
      action: fetch:template
      input:
        url: ./skeleton
        values: {name: "${{ parameters.name }}"}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A golden path that writes a README and a script."""
    skeleton = tmp_path / "path" / "skeleton"
    skeleton.mkdir(parents=True)
    (skeleton / "README.md").write_text("# ${{ values.name }}\n")
    (skeleton / "run.sh").write_text("echo ${{ values.name }}\n")
    (skeleton / "run.sh").chmod(0o755)
    (tmp_path / "path" / "template.yaml").write_text(HEAD + PAGE + STEPS)
    return tmp_path / "path"


@pytest.fixture
def values(tmp_path: Path) -> str:
    (tmp_path / "values.yaml").write_text("name: checkout\n")
    return str(tmp_path / "values.yaml")


def template(*arguments: str) -> tuple[int, str]:
    """Return exit code and output of `manage.py template`."""
    out = StringIO()
    try:
        call_command("template", *arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    except CommandError as error:
        return error.returncode, str(error)
    return 0, out.getvalue()


def break_it(folder: Path) -> None:
    file = folder / "template.yaml"
    file.write_text(file.read_text().replace("parameters.name", "parameters.nmae"))


def test_lint_of_a_sound_template_needs_no_database_and_ends_with_0(folder):
    assert template("lint", str(folder)) == (0, "1 templates, 0 problems\n")


def test_lint_tells_file_line_column_rule_and_cure_and_ends_with_1(folder):
    break_it(folder)
    code, said = template("lint", str(folder / "template.yaml"))

    assert code == 1
    line = said.splitlines()[0]
    assert line.startswith(f"{folder}/template.yaml:17:29: `parameters.nmae` is not a parameter")
    assert line.endswith("[L23] Did you mean `name`?")


def test_lint_of_warnings_alone_ends_with_0(folder):
    (folder / "skeleton" / "README.md").write_text("${{ values.other }}")
    code, said = template("lint", str(folder))

    assert code == 0
    assert f"{folder}/skeleton/README.md:1:5: warning:" in said


def test_lint_as_json(folder):
    break_it(folder)
    code, said = template("lint", str(folder), "--json")

    assert code == 1
    assert json.loads(said)["problems"][0]["rule"] == "L23"


def test_lint_looks_below_a_folder(folder):
    assert template("lint", str(folder.parent))[1] == "1 templates, 0 problems\n"


@pytest.mark.parametrize("path", ["missing.yaml", "."])
def test_what_is_no_template_is_wrong_use(tmp_path, path):
    assert template("lint", str(tmp_path / path))[0] == 2


def test_render_writes_the_files_without_a_database(folder, values, tmp_path):
    code, said = template("render", str(folder), "--values", values, "--out", str(tmp_path / "out"))

    assert (code, said.split()) == (0, ["README.md", "run.sh"])
    assert (tmp_path / "out" / "README.md").read_text() == "# checkout\n"
    assert (tmp_path / "out" / "run.sh").stat().st_mode & 0o111


def test_render_does_not_write_over_files(folder, values, tmp_path):
    code, _said = template("render", str(folder), "--values", values, "--out", str(folder))

    assert code == 2
    assert (folder / "skeleton" / "README.md").read_text() == "# ${{ values.name }}\n"


def test_render_makes_no_outside_call(folder, values, tmp_path):
    file = folder / "template.yaml"
    file.write_text(file.read_text().replace("./skeleton", "https://github.com/o/r/tree/main/skeleton"))
    code, said = template("render", str(folder), "--values", values, "--out", str(tmp_path / "out"))

    assert code == 1
    assert "makes no outside call" in said


@pytest.mark.parametrize("text", ["- a list", "{broken"])
def test_values_are_a_map(folder, tmp_path, text):
    (tmp_path / "values.yaml").write_text(text)

    assert (
        template("render", str(folder), "--values", str(tmp_path / "values.yaml"), "--out", str(tmp_path / "o"))[0] == 2
    )


@pytest.mark.django_db
def test_a_dry_run_tells_what_would_be_made_and_makes_no_run(folder, values):
    code, said = template("run", str(folder), "--values", values, "--dry-run")

    assert code == 0
    assert "completed: fetch:template (fetch:template)" in said
    assert "would make README.md" in said
    assert Task.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_run_follows_the_log_to_its_end(folder, values):
    code, said = template("run", str(folder), "--values", values)

    assert code == 0
    assert "Finished step fetch:template" in said
    assert Task.objects.get().state == Task.State.COMPLETED
    assert list(Template.objects.published()) == []


@pytest.mark.django_db
def test_values_that_the_form_refuses_start_no_run(folder, tmp_path):
    (tmp_path / "values.yaml").write_text("name: -checkout\n")
    code, said = template("run", str(folder), "--values", str(tmp_path / "values.yaml"))

    assert code == 1
    assert "name" in said
    assert Task.objects.count() == 0


@pytest.mark.django_db
def test_a_template_without_steps_is_not_run(folder, values):
    (folder / "template.yaml").write_text(HEAD)

    assert template("run", str(folder), "--values", values, "--dry-run")[0] == 1
