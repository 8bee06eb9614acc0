"""`manage.py ingest` and `manage.py validate`: words, counts and exit codes."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Entity, Location
from tests.catalog.reading import COMPONENT

BROKEN = COMPONENT.replace("checkout", "no name")


def run(name, *arguments, **options):
    """Return the exit code and what was printed."""
    out = StringIO()
    try:
        call_command(name, *map(str, arguments), stdout=out, **options)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.yaml").write_text(COMPONENT)
    return tmp_path


@pytest.mark.django_db
def test_ingest_prints_the_counts(folder):
    assert run("ingest", folder) == (0, "1 added, 0 changed, 0 unchanged, 0 removed, 0 problems\n")
    assert run("ingest", folder) == (0, "0 added, 0 changed, 1 unchanged, 0 removed, 0 problems\n")
    assert Location.objects.get().target == str(folder)


@pytest.mark.django_db
def test_ingest_prints_file_line_and_column_of_a_problem_each_time(folder):
    (folder / "b.yaml").write_text(BROKEN)
    for _ in range(2):
        code, printed = run("ingest", folder)
        assert code == 1
        assert printed.startswith(f'{folder / "b.yaml"}:4:9: "metadata.name" is not valid;')


@pytest.mark.django_db
def test_ingest_as_json(folder):
    (folder / "b.yaml").write_text(BROKEN)
    code, printed = run("ingest", folder, json=True)
    report = json.loads(printed)
    assert (code, report["added"]) == (1, 1)
    (problem,) = report["problems"]
    assert (problem["path"], problem["line"], problem["column"], problem["rule"]) == (
        str(folder / "b.yaml"),
        4,
        9,
        "C05",
    )


@pytest.mark.django_db
def test_ingest_dry_run_stores_nothing(folder):
    assert run("ingest", folder, dry_run=True) == (0, "1 added, 0 changed, 0 unchanged, 0 removed, 0 problems\n")
    assert not Entity.objects.exists()
    assert not Location.objects.exists()


@pytest.mark.django_db
def test_ingest_of_what_is_not_there_is_wrong_use(folder):
    with pytest.raises(CommandError, match="does not exist") as caught:
        call_command("ingest", str(folder / "nothing.yaml"))
    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_a_warning_alone_is_no_failure(folder):
    (folder / "a.yaml").write_text(COMPONENT.replace("owner: shop", "owner: ada@example.com"))
    code, printed = run("ingest", folder)
    assert code == 0
    assert ":8:10: warning: The owner " in printed


def test_validate_needs_no_database(folder):
    assert run("validate", folder / "a.yaml") == (0, "1 entities are right, 0 problems\n")


def test_validate_prints_what_the_catalog_would_refuse(folder):
    (folder / "b.yaml").write_text(BROKEN)
    code, printed = run("validate", folder / "a.yaml", folder / "b.yaml")
    assert code == 1
    assert printed.startswith(f'{folder / "b.yaml"}:4:9: "metadata.name" is not valid;')


def test_validate_finds_a_ref_that_stands_twice(folder):
    (folder / "b.yaml").write_text(COMPONENT)
    code, printed = run("validate", folder, json=True)
    result = json.loads(printed)
    assert (code, result["entities"], [problem["rule"] for problem in result["problems"]]) == (1, 1, ["I08"])


def test_validate_of_what_is_not_there_is_wrong_use(folder):
    with pytest.raises(CommandError) as caught:
        call_command("validate", str(folder / "nothing.yaml"))
    assert caught.value.returncode == 2


def test_validate_names_files_from_the_working_folder_on(folder, monkeypatch):
    (folder / "b.yaml").write_text(BROKEN)
    monkeypatch.chdir(folder)
    assert run("validate", "b.yaml")[1].startswith('b.yaml:4:9: "metadata.name" is not valid;')


def test_validate_for_github_marks_the_line_of_the_pull_request(folder, monkeypatch):
    (folder / "b.yaml").write_text(BROKEN)
    monkeypatch.chdir(folder)
    code, printed = run("validate", "b.yaml", format="github")
    first = printed.splitlines()[0]
    assert (code, first.partition('::"')[0]) == (1, "::error file=b.yaml,line=4,col=9,title=Catalog rule C05")


def test_validate_for_github_lets_no_text_end_the_command(folder):
    (folder / "b.yaml").write_text(
        'apiVersion: v1\nkind: "x\\n::error file=/etc/passwd::pwned %25"\nmetadata: {name: a}\n'
    )
    printed = run("validate", folder / "b.yaml", format="github")[1]
    assert [line for line in printed.splitlines() if line.startswith("::error file=/etc")] == []


LOCATION = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: all
spec:
  targets:
    - ./sub/c.yaml
    - ./missing.yaml
    - https://git.example/acme/web/blob/main/catalog-info.yaml
"""


def test_validate_follows_the_files_that_a_location_names(folder):
    (folder / "all.yaml").write_text(LOCATION)
    (folder / "sub").mkdir()
    (folder / "sub" / "c.yaml").write_text(BROKEN)
    code, printed = run("validate", folder / "all.yaml", stderr=StringIO())
    lines = printed.splitlines()
    assert code == 1
    assert lines[0].startswith(f"{folder / 'all.yaml'}:8:7: location:default/all leads to {folder / 'missing.yaml'}")
    assert lines[1].startswith(f"{folder / 'sub' / 'c.yaml'}:4:9:")


def test_validate_says_what_it_did_not_look_at(folder):
    (folder / "all.yaml").write_text(LOCATION.replace("./missing.yaml", "./a.yaml").replace("./sub/c.yaml", "./a.yaml"))
    told = StringIO()
    assert run("validate", folder / "all.yaml", stderr=told)[0] == 0
    assert "https://git.example/acme/web/blob/main/catalog-info.yaml" in told.getvalue()


def test_validate_lets_an_optional_target_be_missing(folder):
    text = LOCATION.replace("spec:\n", "spec:\n  presence: optional\n").replace("./sub/c.yaml", "./a.yaml")
    (folder / "all.yaml").write_text(text)
    assert run("validate", folder / "all.yaml", stderr=StringIO())[0] == 0


def test_validate_goes_round_no_circle(folder):
    (folder / "all.yaml").write_text(
        LOCATION.replace("./sub/c.yaml", "./all.yaml").replace("./missing.yaml", "./a.yaml")
    )
    assert run("validate", folder / "all.yaml", stderr=StringIO())[0] == 0


@pytest.mark.django_db
def test_validate_and_ingest_say_the_same(folder):
    (folder / "all.yaml").write_text(
        LOCATION.replace("    - https://git.example/acme/web/blob/main/catalog-info.yaml\n", "")
    )
    (folder / "sub").mkdir()
    (folder / "sub" / "c.yaml").write_text(BROKEN + "---\n" + COMPONENT)
    (folder / "a.yaml").write_text("kind: [\n")
    checked = run("validate", folder / "all.yaml")[1].splitlines()[:-1]
    read = run("ingest", folder / "all.yaml")[1].splitlines()[:-1]
    assert sorted(checked) == sorted(read)
    assert len(read) == 2


def test_validate_reads_what_placeholders_lead_to_from_the_disk(folder):
    text = COMPONENT.replace("kind: Component", "kind: API") + "  definition:\n    $text: ./openapi.yaml\n"
    (folder / "api.yaml").write_text(text)
    code, printed = run("validate", folder / "api.yaml")
    assert code == 1
    assert printed.startswith(f"{folder / 'api.yaml'}:10:12:")
    (folder / "openapi.yaml").write_text("openapi: 3.1.0\n")
    assert run("validate", folder / "api.yaml")[0] == 0
