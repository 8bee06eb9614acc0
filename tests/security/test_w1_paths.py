"""W1: no name that a stranger writes leads out of the workspace, whichever action it is given to."""

import contextlib

import pytest

from accounts import actors
from scaffolder import registry
from scaffolder.files.paths import PathRefused
from scaffolder.files.skeletons import SkeletonError
from scaffolder.files.workspace import Workspace, WorkspaceError
from scaffolder.sources import SourceMissing, TemplateSource
from scaffolder.step import MemoryLedger, Step, StepFailed

pytestmark = pytest.mark.django_db

NAMES = [
    "../outside.txt",
    "a/../../outside.txt",
    "./../outside.txt",
    "/etc/outside.txt",
    "//etc/outside.txt",
    "..",
    "a/..",
    "..\\outside.txt",
    "a\\..\\..\\outside.txt",
    "link/outside.txt",
    "link",
    ".git/hooks/pre-commit",
    ".GIT/config",
    "a/.git/config",
    ".git./config",
    ".g\u200cit/config",
    "GIT~1/config",
    ".git::$INDEX_ALLOCATION/config",
    "a\x00b",
    "a\nb",
    "x" * 401,
    "/".join("d" * 40),
    "n" * 256,
    "\ud800",
]
REFUSED = (WorkspaceError, PathRefused, SkeletonError, SourceMissing, StepFailed)


def inputs(name):
    """Return each action that takes a path, with the hostile one in each place."""
    entity = {"apiVersion": "v", "kind": "K", "metadata": {"name": "n"}}
    return [
        ("fetch:plain", {"url": "./skeleton", "targetPath": name}),
        ("fetch:template", {"url": "./skeleton", "targetPath": name}),
        ("fetch:template", {"url": "./named", "values": {"name": name}}),
        ("fs:delete", {"files": [name]}),
        ("fs:rename", {"files": [{"from": "inside.txt", "to": name, "overwrite": True}]}),
        ("fs:rename", {"files": [{"from": name, "to": "moved.txt"}]}),
        ("catalog:write", {"entity": entity, "filePath": name}),
        ("publish:github", {"repoUrl": "github.com?owner=acme&repo=x", "sourcePath": name}),
        ("catalog:register", {"repoContentsUrl": "https://github.com/a/b/blob/main", "catalogInfoPath": name}),
    ]


@pytest.fixture
def world(tmp_path):
    """A workspace with a link that leads out, and a world outside that must not change."""
    (tmp_path / "outside.txt").write_text("outside")
    template = tmp_path / "template"
    (template / "skeleton").mkdir(parents=True)
    (template / "skeleton" / "a.txt").write_text("from the skeleton")
    (template / "named").mkdir()
    (template / "named" / "${{ values.name }}").write_text("named by a stranger")
    workspace = Workspace.create(tmp_path / "work")
    workspace.write_bytes("inside.txt", b"inside")
    return tmp_path, workspace, TemplateSource("template:default/path", base_url=f"file://{template}/")


def snapshot(root, workspace):
    """Return what lies outside the workspace: path, kind, content."""
    found = {}
    for path in root.rglob("*"):
        if not path.is_relative_to(workspace.root):
            found[path] = path.readlink() if path.is_symlink() else path.is_dir() or path.read_bytes()
    return found


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_w1_the_world_outside_stays_as_it_is(world, name):
    root, workspace, template = world
    for action, given in inputs(name):
        (workspace.root / "link").unlink(missing_ok=True)
        (workspace.root / "link").symlink_to(root)
        before = snapshot(root, workspace)
        step = Step(
            id="s",
            task_id="t",
            input=given,
            workspace=workspace,
            ledger=MemoryLedger(),
            actor=actors.system(),
            template=template,
            dry_run=True,
        )
        with contextlib.suppress(*REFUSED):
            registry.get(action).run(step)
        assert snapshot(root, workspace) == before, action


@pytest.mark.parametrize("url", ["../", "../../etc", "./skeleton/../../", "/etc", "%2e%2e/", "a/../../outside"])
def test_w1_a_template_reads_nothing_beside_its_folder(world, url):
    _, _, template = world
    with pytest.raises(SourceMissing):
        template.tree(url)


def test_w1_a_file_address_of_a_stranger_is_refused(world):
    _, _, template = world
    with pytest.raises(SourceMissing):
        template.tree("file:///etc/")


def test_w1_a_link_in_a_skeleton_on_disk_is_not_followed(world):
    root, _, template = world
    (root / "template" / "skeleton" / "link.txt").symlink_to(root / "outside.txt")
    (root / "template" / "skeleton" / "folder").symlink_to(root)
    assert [file.path for file in template.tree("./skeleton").files] == ["a.txt"]


def test_w1_a_part_that_becomes_a_link_between_two_writes_is_refused(world):
    root, workspace, _ = world
    workspace.write_bytes("docs/a.txt", b"1")
    (workspace.root / "docs" / "a.txt").unlink()
    (workspace.root / "docs").rmdir()
    (workspace.root / "docs").symlink_to(root)
    with pytest.raises(WorkspaceError):
        workspace.write_bytes("docs/outside.txt", b"2")
    with pytest.raises(WorkspaceError):
        workspace.read_bytes("docs/outside.txt")
    assert (root / "outside.txt").read_text() == "outside"
