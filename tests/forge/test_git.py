"""The forge as git itself sees it: the real program clones and fetches over HTTP."""

import subprocess

import pytest

from integrations.github.records import Author, RepositoryFile

pytestmark = pytest.mark.usefixtures("git")
FILES = [
    RepositoryFile("README.md", b"# web\n"),
    RepositoryFile("run.sh", b"#!/bin/sh\n", mode="100755"),
    RepositoryFile("logo.png", b"\x89PNG\x00\xff"),
]


def git(*arguments, folder=None):
    """Run git with nobody's settings, and return what it says."""
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env={**environment, "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def web(forge):
    """A repository with a commit of three files on its first one."""
    client, repo = forge.client(), forge.repo("web")
    client.create_repository(repo)
    head = client.branch(repo, "main").sha
    tree = client.create_tree(repo, FILES)
    client.update_ref(
        repo, "main", client.create_commit(repo, "Add files", tree, [head], Author("Ada", "ada@acme.example"))
    )
    return repo


def test_git_clones_a_repository_with_its_modes_and_bytes(forge, web, tmp_path):
    code, said = git("clone", f"{forge.url}/acme/web.git", str(tmp_path / "web"))
    assert code == 0, said
    assert (tmp_path / "web" / "logo.png").read_bytes() == b"\x89PNG\x00\xff"
    assert (tmp_path / "web" / "run.sh").stat().st_mode & 0o100
    assert git("fsck", "--strict", folder=tmp_path / "web")[0] == 0
    assert git("log", "--format=%an %s", folder=tmp_path / "web")[1].splitlines() == [
        "Ada Add files",
        "waymark Initial commit",
    ]


def test_git_checks_out_the_default_branch(forge, web, tmp_path):
    git("clone", f"{forge.url}/acme/web", str(tmp_path / "web"))
    assert git("branch", "--show-current", folder=tmp_path / "web")[1].strip() == "main"


def test_git_fetches_what_came_since(forge, web, tmp_path):
    git("clone", f"{forge.url}/acme/web.git", str(tmp_path / "web"))
    sha = forge.client().put_file(web, "new.txt", b"new", message="Add a file")
    assert git("pull", "--ff-only", folder=tmp_path / "web")[0] == 0
    assert git("rev-parse", "HEAD", folder=tmp_path / "web")[1].strip() == sha


def test_git_clones_a_part_of_the_history(forge, web, tmp_path):
    code, said = git("clone", "--depth", "1", f"{forge.url}/acme/web.git", str(tmp_path / "web"))
    assert code == 0, said
    assert git("rev-list", "--count", "HEAD", folder=tmp_path / "web")[1].strip() == "1"


def test_git_is_told_that_a_repository_is_not_there(forge, tmp_path):
    code, said = git("clone", f"{forge.url}/acme/nothing.git", str(tmp_path / "web"))
    assert code != 0
    assert "not found" in said.lower()


def test_git_may_not_push(forge, web, tmp_path):
    git("clone", f"{forge.url}/acme/web.git", str(tmp_path / "web"))
    identity = ("-c", "user.name=ada", "-c", "user.email=ada@acme.example")
    git(*identity, "commit", "--allow-empty", "-m", "Empty", folder=tmp_path / "web")
    assert git("push", "origin", "main", folder=tmp_path / "web")[0] != 0
    assert len(list(forge.client().commits(web))) == 2
