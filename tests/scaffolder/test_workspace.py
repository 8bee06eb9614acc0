"""The folder that steps work in: what it takes, what it refuses, and in which words."""

import errno
import os

import pytest

from scaffolder.files.workspace import FileContent, Limits, Workspace, WorkspaceError


@pytest.fixture
def workspace(tmp_path):
    return Workspace.create(tmp_path, limits=Limits(bytes=1000, files=5))


def paths(workspace):
    return [file.path for file in workspace.walk()]


def test_files_come_in_the_order_of_paths_with_their_modes(workspace):
    workspace.write_bytes("b/run.sh", b"#!/bin/sh", "100755")
    workspace.write_bytes("./a//c.txt", b"c")
    assert [(file.path, file.mode, file.content) for file in workspace.files()] == [
        ("a/c.txt", "100644", b"c"),
        ("b/run.sh", "100755", b"#!/bin/sh"),
    ]
    assert workspace.folders() == ["a", "b"]
    assert workspace.exists("a")
    assert workspace.is_folder("a")
    assert not workspace.is_folder("a/c.txt")
    assert not workspace.exists("../a")


def test_a_file_is_written_anew_not_through_what_was_there(workspace, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("outside")
    os.link(outside, workspace.root / "a.txt")
    workspace.write_bytes("a.txt", b"inside")
    assert outside.read_text() == "outside"


def test_it_holds_no_more_than_its_limits(workspace):
    workspace.write_bytes("a", b"x" * 900)
    with pytest.raises(WorkspaceError, match='With "b" the workspace holds more than 1000 bytes'):
        workspace.write_bytes("b", b"x" * 101)
    workspace.write_bytes("a", b"y" * 1000)
    with pytest.raises(WorkspaceError, match="more than 5 files"):
        workspace.write(FileContent(f"f{number}", "100644", b"") for number in range(5))


def test_a_folder_where_a_file_should_be_is_told_plainly(workspace):
    workspace.write_bytes("a/b", b"")
    with pytest.raises(WorkspaceError, match='"a" is a folder'):
        workspace.write_bytes("a", b"")
    with pytest.raises(WorkspaceError, match="a file is where a folder should be"):
        workspace.write_bytes("a/b/c", b"")
    with pytest.raises(WorkspaceError, match='"a/x" is not in the workspace'):
        workspace.read_bytes("a/x")


def test_removing_takes_folders_that_get_empty_along(workspace):
    workspace.write(FileContent(path, "100644", b"") for path in ("a/b/c", "a/d", "e"))
    assert workspace.remove(["a/b", "e"]) == ["a/b/c", "e"]
    assert paths(workspace) == ["a/d"]
    assert not (workspace.root / "a" / "b").exists()


def test_a_folder_cannot_move_into_itself(workspace):
    workspace.write_bytes("a/b", b"")
    with pytest.raises(WorkspaceError, match="cannot be moved into itself"):
        workspace.rename("a", "a/c")


def test_names_with_pattern_signs_are_replaced_alone(workspace):
    workspace.write(FileContent(path, "100644", b"") for path in ("[ab]", "a", "new"))
    workspace.rename("new", "[ab]", overwrite=True)
    assert paths(workspace) == ["[ab]", "a"]


def test_an_archive_gives_the_same_files_back(workspace, tmp_path):
    workspace.write_bytes("a/run.sh", b"\x00\xff", "100755")
    other = Workspace.create(tmp_path, limits=Limits(bytes=1000, files=5))
    other.write_bytes("old", b"")
    other.restore(workspace.archive())
    assert other.files() == workspace.files()
    assert other.archive() == workspace.archive()


def test_every_change_shows_in_the_walk(workspace):
    workspace.write_bytes("a", b"1")
    before = workspace.walk()
    assert workspace.walk() == before
    workspace.write_bytes("a", b"2")
    assert workspace.walk() != before


def test_a_pipe_is_not_read(workspace):
    os.mkfifo(workspace.root / "pipe")
    with pytest.raises(WorkspaceError, match='"pipe" is not a file'):
        workspace.read_bytes("pipe")
    with pytest.raises(WorkspaceError, match="neither a file nor a folder"):
        workspace.walk()


def test_f21_a_full_disk_is_told_plainly(workspace, monkeypatch):
    def full(*args, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(WorkspaceError, match=r"the disk of the workspaces is full\. Free some space, then retry"):
        workspace.write_bytes("a", b"")
