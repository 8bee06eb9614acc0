"""Actions on files: fetch:plain, fetch:template, fs:delete, fs:rename, catalog:write, debug:log."""

import pytest
import yaml

from demo.forge.seed import repository as seed
from scaffolder.files.skeletons import SkeletonError
from scaffolder.files.workspace import WorkspaceError
from scaffolder.sources import TemplateSource
from scaffolder.step import StepFailed
from scaffolder.templating import TemplateError
from tests.scaffolder.actions.conftest import HOST

pytestmark = pytest.mark.django_db


def test_fetch_plain_copies_without_rendering(bench):
    bench.beside({"skeleton/a.txt": "${{ values.name }}", "skeleton/sub/b.txt": "b"})
    bench.run("fetch:plain", url="./skeleton", targetPath="./out")
    assert bench.files() == {"out/a.txt": "${{ values.name }}", "out/sub/b.txt": "b"}


def test_fetch_template_renders_names_and_contents(bench):
    bench.beside(
        {"skeleton/${{ values.name }}.txt": "Hello ${{ values.name }}", "skeleton/${{ 'x' if values.no }}": ""}
    )
    bench.run("fetch:template", url="./skeleton", values={"name": "shop"})
    assert bench.files() == {"shop.txt": "Hello shop"}


def test_fetch_template_leaves_files_that_are_there_unless_told_to_replace(bench):
    bench.beside({"skeleton/a.txt": "new"})
    bench.put({"a.txt": "old"})
    bench.run("fetch:template", url="./skeleton")
    assert bench.files() == {"a.txt": "old"}
    bench.run("fetch:template", url="./skeleton", replace=True)
    assert bench.files() == {"a.txt": "new"}


def test_fetch_template_tells_file_line_and_expression_of_a_mistake(bench):
    bench.beside({"skeleton/go.mod": "module x\n\nname ${{ values.name | shout }}\n"})
    with pytest.raises(TemplateError) as caught:
        bench.run("fetch:template", url="./skeleton", values={"name": "shop"})
    assert (caught.value.file, caught.value.line, caught.value.expression) == (
        "go.mod",
        3,
        "${{ values.name | shout }}",
    )


def test_fetch_template_knows_cookiecutter(bench):
    bench.beside({"skeleton/{{ cookiecutter.name }}.txt": "{{ cookiecutter.name }} ${{ raw }}"})
    bench.run("fetch:template", url="./skeleton", values={"name": "shop"}, cookiecutterCompat=True)
    assert bench.files() == {"shop.txt": "shop $"}


def test_options_that_exclude_each_other_are_refused(bench):
    bench.beside({"skeleton/a.njk": ""})
    with pytest.raises(SkeletonError, match="excludes"):
        bench.run("fetch:template", url="./skeleton", templateFileExtension=True, cookiecutterCompat=True)
    with pytest.raises(StepFailed, match="templateFileExtension is empty"):
        bench.run("fetch:template", url="./skeleton", templateFileExtension="")


def test_a_skeleton_in_a_repository_is_read_at_the_published_commit(bench, forge, tmp_path):
    folder = tmp_path / "path"
    (folder / "skeleton").mkdir(parents=True)
    (folder / "skeleton" / "a.txt").write_text("first")
    commit = seed(forge.store, "acme", "paths", folder)
    (folder / "skeleton" / "a.txt").write_text("second")
    seed(forge.store, "acme", "paths", folder)

    base = f"https://{HOST}/acme/paths/blob/main/"
    bench.template = TemplateSource("template:default/path", base_url=base, commit=commit)
    bench.run("fetch:template", url="./skeleton")
    assert bench.files() == {"a.txt": "first"}

    before = len(forge.calls)
    bench.run("fetch:template", url="./skeleton", targetPath="again")
    assert len(forge.calls) == before


def test_fs_delete_takes_patterns_and_does_not_mind_what_is_missing(bench):
    bench.put({"a.bak": "", "sub/b.bak": "", "sub/c.txt": "", "docs/d": ""})
    bench.run("fs:delete", files=["**/*.bak", "docs", "missing"])
    assert list(bench.files()) == ["sub/c.txt"]


def test_fs_rename_moves_files_and_folders(bench):
    bench.put({"a/b.txt": "1", "c.txt": "2"})
    bench.run("fs:rename", files=[{"from": "a", "to": "x/y"}, {"from": "./c.txt", "to": "d.txt"}])
    assert bench.files() == {"x/y/b.txt": "1", "d.txt": "2"}


def test_fs_rename_replaces_only_when_told_to(bench):
    bench.put({"a": "1", "b": "2"})
    with pytest.raises(WorkspaceError, match="is there already"):
        bench.run("fs:rename", files=[{"from": "a", "to": "b"}])
    bench.run("fs:rename", files=[{"from": "a", "to": "b", "overwrite": True}])
    assert bench.files() == {"b": "1"}


def test_catalog_write_names_the_template(bench):
    entity = {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "shop", "tags": ["no"]}}
    bench.run("catalog:write", entity=entity)
    written = yaml.safe_load(bench.files()["catalog-info.yaml"])
    assert written["metadata"]["annotations"] == {"backstage.io/source-template": "template:default/path"}
    assert written["metadata"]["tags"] == ["no"]


def test_debug_log_lists_the_workspace(bench):
    bench.put({"a.txt": "inside"})
    bench.workspace.write_bytes("b.bin", b"\x00")
    bench.run("debug:log", message="100 %s", listWorkspace="with-contents")
    assert bench.log == "100 %s\nWorkspace:\n  - a.txt\n  - b.bin\na.txt:\ninside\nb.bin:\n(binary)"
