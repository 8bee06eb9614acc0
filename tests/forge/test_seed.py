import pytest

from demo.forge import git as git_module
from demo.forge import seed
from demo.forge.store import Store
from tests.forge import stored


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "web"
    (made / "docs").mkdir(parents=True)
    (made / "docs" / "index.md").write_text("at https://forge.acme.example\n")
    (made / "run.sh").write_text("#!/bin/sh\n")
    (made / "run.sh").chmod(0o755)
    return made


def test_a_folder_becomes_a_repository(tmp_path, folder):
    seed.repository(tmp_path / "git", "acme", "web", folder, description="The shop", topics=["python"])
    found = stored.repository(tmp_path / "git", "web")
    assert (found.description, found.topics, found.default_branch) == ("The shop", ["python"], "main")
    assert stored.files(tmp_path / "git", "web")["run.sh"] == ("100755", b"#!/bin/sh\n")


def test_the_same_folder_gives_the_same_commit_everywhere_and_changes_nothing(tmp_path, folder):
    first = seed.repository(tmp_path / "one", "acme", "web", folder)
    assert seed.repository(tmp_path / "one", "acme", "web", folder) == first
    assert seed.repository(tmp_path / "two", "acme", "web", folder) == first


def test_a_folder_that_changed_becomes_one_more_commit(tmp_path, folder):
    first = seed.repository(tmp_path / "git", "acme", "web", folder)
    (folder / "run.sh").unlink()
    second = seed.repository(tmp_path / "git", "acme", "web", folder)
    with stored.git_of(tmp_path / "git", "web") as git:
        assert git_module.changes(git, first, second) == {"added": [], "modified": [], "removed": ["run.sh"]}


def test_what_a_file_says_can_be_changed_on_its_way(tmp_path, folder):
    seed.repository(
        tmp_path / "git", "acme", "web", folder, substitute=lambda path, content: content.replace(b"forge.acme", b"git")
    )
    assert stored.files(tmp_path / "git", "web")["docs/index.md"][1] == b"at https://git.example\n"


def test_a_store_finds_again_what_it_kept(tmp_path):
    store = Store(tmp_path)
    made = store.create("acme", "web")
    made.topics = ["go"]
    store.save(made)
    assert Store(tmp_path).get("ACME", "Web") == made
    store.delete(made)
    assert Store(tmp_path).get("acme", "web") is None


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "ä", "x" * 101, "a\n"])
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be a repository's name"):
        Store(tmp_path).create("acme", name)
