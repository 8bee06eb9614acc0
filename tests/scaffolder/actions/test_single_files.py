"""Single files, and the workspace as a skeleton: fetch:plain:file, fetch:template:file, workspace:template."""

import pytest

from demo.forge.seed import repository as seed
from scaffolder.files.skeletons import SkeletonError
from scaffolder.files.workspace import WorkspaceError
from scaffolder.sources import SourceMissing, TemplateSource
from scaffolder.step import StepFailed
from scaffolder.templating import TemplateError
from tests.scaffolder.actions.conftest import HOST

pytestmark = pytest.mark.django_db


def test_fetch_plain_file_copies_content_and_mode(bench, tmp_path):
    bench.beside({"bin/run.sh": "echo ${{ values.name }}"})
    (tmp_path / "template" / "bin" / "run.sh").chmod(0o755)
    bench.run("fetch:plain:file", url="./bin/run.sh", targetPath="scripts/run.sh")
    (file,) = bench.workspace.files()
    assert (file.path, file.mode, file.content) == ("scripts/run.sh", "100755", b"echo ${{ values.name }}")


def test_fetch_plain_file_replaces_what_is_there(bench):
    bench.beside({"a": "new"})
    bench.put({"b": "old"})
    bench.run("fetch:plain:file", url="./a", targetPath="b")
    assert bench.files() == {"b": "new"}


def test_a_file_of_a_repository_is_read_at_the_published_commit_byte_for_byte(bench, forge, tmp_path):
    folder = tmp_path / "path"
    folder.mkdir()
    (folder / "logo.png").write_bytes(b"\x89PNG\x00\xff")
    commit = seed(forge.store, "acme", "paths", folder)
    (folder / "logo.png").write_bytes(b"another")
    seed(forge.store, "acme", "paths", folder)
    bench.template = TemplateSource("t", base_url=f"https://{HOST}/acme/paths/blob/main/", commit=commit)
    bench.run("fetch:plain:file", url="./logo.png", targetPath="logo.png")
    assert bench.workspace.read_bytes("logo.png") == b"\x89PNG\x00\xff"


def test_a_full_address_needs_no_base(bench, forge, tmp_path):
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "NOTICE").write_text("hello")
    seed(forge.store, "acme", "paths", tmp_path / "path")
    bench.template = TemplateSource("t")
    bench.run("fetch:plain:file", url=f"https://{HOST}/acme/paths/blob/main/NOTICE", targetPath="NOTICE")
    assert bench.files() == {"NOTICE": "hello"}
    with pytest.raises(SourceMissing, match="There is no file at"):
        bench.run("fetch:plain:file", url=f"https://{HOST}/acme/paths/blob/main/LICENCE", targetPath="x")
    with pytest.raises(SourceMissing, match="has no base address"):
        bench.run("fetch:plain:file", url="./NOTICE", targetPath="x")


@pytest.mark.parametrize("url", ["../secret", "/etc/passwd", "./missing", "./link", "."])
def test_a_file_that_is_not_beside_the_template_is_refused(bench, tmp_path, url):
    (tmp_path / "secret").write_text("no")
    (tmp_path / "template" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(SourceMissing):
        bench.run("fetch:plain:file", url=url, targetPath="x")
    assert bench.files() == {}


def test_fetch_template_file_renders_the_content_and_not_the_target(bench):
    bench.beside({"NOTICE": "Made for ${{ values.name }}"})
    bench.run("fetch:template:file", url="./NOTICE", targetPath="${{ values.name }}", values={"name": "shop"})
    assert bench.files() == {"${{ values.name }}": "Made for shop"}


def test_fetch_template_file_leaves_what_is_there_unless_told_to_replace(bench):
    bench.beside({"a": "new"})
    bench.put({"a": "old"})
    bench.run("fetch:template:file", url="./a", targetPath="a")
    assert bench.files() == {"a": "old"}
    assert "stays" in bench.log
    bench.run("fetch:template:file", url="./a", targetPath="a", replace=True)
    assert bench.files() == {"a": "new"}


def test_fetch_template_file_knows_the_other_dialect_and_blocks(bench):
    bench.beside({"a": "{% if true %}\n{{ cookiecutter.name }}\n{% endif %}\n"})
    given = {"url": "./a", "targetPath": "a", "values": {"name": "shop"}}
    bench.run("fetch:template:file", **given, cookiecutterCompat=True, trimBlocks=True)
    assert bench.files() == {"a": "shop\n"}


def test_a_mistake_in_a_single_file_names_its_line(bench):
    bench.beside({"a": "one\n${{ values.name | shout }}\n"})
    with pytest.raises(TemplateError) as caught:
        bench.run("fetch:template:file", url="./a", targetPath="a")
    assert (caught.value.file, caught.value.line) == ("a", 2)


def test_workspace_template_renders_a_folder_into_another(bench):
    bench.put({"in/${{ values.name }}.txt": "Hello ${{ values.name }}", "in/raw": "${{ values.name }}", "other": ""})
    bench.run(
        "workspace:template",
        sourcePath="./in/",
        targetPath="out",
        values={"name": "shop"},
        copyWithoutTemplating=["raw"],
    )
    made = {path: text for path, text in bench.files().items() if path.startswith("out/")}
    assert made == {"out/shop.txt": "Hello shop", "out/raw": "${{ values.name }}"}


def test_workspace_template_of_the_whole_workspace_in_place_needs_replace(bench):
    bench.put({"a": "${{ values.name }}"})
    bench.run("workspace:template", sourcePath=".", targetPath=".", values={"name": "shop"})
    assert bench.files() == {"a": "${{ values.name }}"}
    bench.run("workspace:template", sourcePath=".", targetPath=".", values={"name": "shop"}, replace=True)
    assert bench.files() == {"a": "shop"}


def test_workspace_template_says_what_is_missing_and_what_excludes_what(bench):
    with pytest.raises(StepFailed, match='There is no folder "in" in the workspace'):
        bench.run("workspace:template", sourcePath="in", targetPath="out")
    bench.put({"in/a": ""})
    with pytest.raises(SkeletonError, match="excludes"):
        bench.run(
            "workspace:template", sourcePath="in", targetPath="out", templateFileExtension=True, cookiecutterCompat=True
        )


def test_workspace_template_file_renders_one_file(bench):
    bench.put({"a.tpl": "Hello ${{ values.name }}"})
    bench.run("workspace:template:file", sourcePath="a.tpl", targetPath="a.txt", values={"name": "shop"})
    assert bench.files() == {"a.tpl": "Hello ${{ values.name }}", "a.txt": "Hello shop"}
    with pytest.raises(WorkspaceError, match='"b" is not in the workspace'):
        bench.run("workspace:template:file", sourcePath="b", targetPath="c")


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x"])
@pytest.mark.parametrize("action", ["fetch:plain:file", "fetch:template:file"])
def test_no_target_leads_out_of_the_workspace(bench, action, path):
    bench.beside({"a": "a"})
    with pytest.raises(WorkspaceError):
        bench.run(action, url="./a", targetPath=path)
