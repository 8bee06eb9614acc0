import pytest

from integrations.errors import EgressDenied, Invalid, NotFound
from integrations.git import reader
from integrations.github.records import RepositoryFile


@pytest.fixture
def web(forge):
    """A repository with a few descriptors and a skeleton."""
    client, repo = forge.client(), forge.repo("web")
    client.create_repository(repo)
    files = [
        RepositoryFile("catalog-info.yaml", "\ufeffkind: Component # ü\n".encode()),
        RepositoryFile("services/a/catalog-info.yaml", b"kind: A\n"),
        RepositoryFile("services/b/catalog-info.yaml", b"kind: B\n"),
        RepositoryFile("skeleton/run.sh", b"#!/bin/sh\n", mode="100755"),
        RepositoryFile("skeleton/${{ 'a.txt' if values.a }}", b"a"),
        RepositoryFile("skeleton/logo.png", b"\x89PNG\x00"),
        RepositoryFile("latin.txt", "grüße".encode("latin-1")),
    ]
    head = client.branch(repo, "main").sha
    tree = client.create_tree(repo, files, base_tree=head)
    client.update_ref(repo, "main", client.create_commit(repo, "Add", tree, [head]))
    forge.desk("calls", method="DELETE")
    return f"{forge.url}/acme/web"


def test_a_file_is_read_with_its_commit(forge, web):
    found = reader.read_file(f"{web}/blob/main/catalog-info.yaml")
    assert found is not None
    assert found.text == "kind: Component # ü\n"
    assert found.commit == forge.client().commit_sha(forge.repo("web"), "main")


def test_a_file_that_is_as_it_was_is_not_read_again(web):
    found = reader.read_file(f"{web}/blob/main/catalog-info.yaml")
    assert found is not None
    assert reader.read_file(f"{web}/blob/main/catalog-info.yaml", etag=found.etag) is None


def test_a_folder_is_read_as_it_was_at_one_commit(forge, web):
    found = reader.read_tree(f"{web}/tree/main/skeleton")
    assert {file.path: (file.mode, file.content) for file in found.files} == {
        "run.sh": ("100755", b"#!/bin/sh\n"),
        "${{ 'a.txt' if values.a }}": ("100644", b"a"),
        "logo.png": ("100644", b"\x89PNG\x00"),
    }
    assert found.commit == forge.client().commit_sha(forge.repo("web"), "main")


def test_a_folder_at_a_commit_is_asked_for_once(forge, web):
    commit = reader.read_tree(f"{web}/tree/main/skeleton").commit
    forge.desk("calls", method="DELETE")
    assert len(reader.read_tree(f"{web}/tree/{commit}/skeleton").files) == 3
    assert forge.calls() == []


@pytest.mark.parametrize("path", ["blob/main/none.yaml", "blob/none/catalog-info.yaml", "tree/main/none"])
def test_what_is_not_there_is_not_found(web, path):
    read = reader.read_tree if path.startswith("tree") else reader.read_file
    with pytest.raises(NotFound):
        read(f"{web}/{path}")


def test_a_file_that_is_no_text_says_where(web):
    with pytest.raises(Invalid, match=r"UTF-8 \(byte 2\)"):
        reader.read_file(f"{web}/blob/main/latin.txt")


def test_a_folder_that_holds_too_much_is_refused(web, settings):
    settings.WAYMARK["scaffolder"]["limits"] = {**settings.WAYMARK["scaffolder"]["limits"], "skeleton_files": 2}
    with pytest.raises(Invalid, match=r"more than scaffolder\.limits"):
        reader.read_tree(f"{web}/tree/main/skeleton")


def test_an_address_of_no_configured_host_meets_the_gate(db):
    with pytest.raises(EgressDenied):
        reader.read_file("https://evil.example/a.yaml")
    with pytest.raises(EgressDenied):
        reader.read_tree("http://127.0.0.1:1/acme/web/tree/main/x")


@pytest.mark.parametrize("address", ["blob/main/none.yaml", "blob/gone/catalog-info.yaml"])
def test_a_file_that_is_not_there_is_told_by_its_address(web, address):
    with pytest.raises(NotFound) as missing:
        reader.read_file(f"{web}/{address}")
    assert str(missing.value).startswith(f"There is no file at {web}/{address}")
