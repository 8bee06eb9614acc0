import pytest

from scaffolder.files.workspace import WorkspaceError
from scaffolder.step import StepFailed

pytestmark = pytest.mark.django_db
FILES = {"README.md": "", "src/app.py": "", "src/web/views.py": "", "docs/a.md": ""}


def paths(entries):
    return [entry["path"] for entry in entries]


@pytest.mark.parametrize(
    ("given", "files", "folders"),
    [
        ({"paths": ["."]}, ["README.md"], ["docs", "src"]),
        ({"paths": ["src"]}, ["src/app.py"], ["src/web"]),
        ({"paths": ["./src/"]}, ["src/app.py"], ["src/web"]),
        ({"paths": ["docs", "src/web"]}, ["docs/a.md", "src/web/views.py"], []),
        (
            {"paths": ["."], "recursive": True},
            ["README.md", "docs/a.md", "src/app.py", "src/web/views.py"],
            ["docs", "src", "src/web"],
        ),
        ({"paths": ["src"], "recursive": True}, ["src/app.py", "src/web/views.py"], ["src/web"]),
    ],
)
def test_it_lists_what_lies_in_a_folder(bench, given, files, folders):
    bench.put(FILES)
    found = bench.run("fs:readdir", **given)
    assert (paths(found["files"]), paths(found["folders"])) == (files, folders)


def test_an_entry_has_name_and_path_and_no_place_of_this_machine(bench):
    bench.put(FILES)
    (entry,) = bench.run("fs:readdir", paths=["docs"])["files"]
    assert entry == {"name": "a.md", "path": "docs/a.md", "fullPath": "docs/a.md"}


def test_a_folder_that_is_not_there_or_not_inside_is_refused(bench):
    bench.put(FILES)
    for path in ("lib", "README.md", "../x"):
        with pytest.raises((StepFailed, WorkspaceError)):
            bench.run("fs:readdir", paths=[path])
