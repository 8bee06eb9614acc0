"""Where descriptors are read from."""

import pytest

from catalog import sources
from catalog.descriptor.faults import Fault
from catalog.descriptor.targets import Target, of_spec
from catalog.models import Location
from catalog.sources import Unreadable

FILE, URL = sources.of_type("file"), sources.of_type("url")
BLOB = "https://github.com/acme/shop/blob/main/services/catalog-info.yaml"


def paths(target):
    return [file.path for file in FILE.read(Location(type="file", target=str(target))).files]


@pytest.fixture
def folder(tmp_path):
    for name in ("b.yaml", "a.yml", "B.yaml", "notes.txt", "deep/c.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a: 1\n")
    return tmp_path


def test_a_folder_gives_its_yaml_files_in_byte_order(folder):
    assert paths(folder) == [str(folder / name) for name in ("B.yaml", "a.yml", "b.yaml", "deep/c.yaml")]


def test_a_glob_gives_what_matches(folder):
    assert paths(folder / "*.yaml") == [str(folder / "B.yaml"), str(folder / "b.yaml")]
    assert paths(folder / "**/*.yaml") == [str(folder / name) for name in ("B.yaml", "b.yaml", "deep/c.yaml")]


def test_a_file_may_have_any_name(folder):
    assert paths(folder / "notes.txt") == [str(folder / "notes.txt")]


@pytest.mark.parametrize("target", ["/nowhere/a.yaml", "/nowhere/*.yaml", "relative.yaml"])
def test_a_place_that_is_not_there(target):
    with pytest.raises(Unreadable) as caught:
        paths(target)
    assert caught.value.is_gone


def test_a_file_that_is_no_text_says_at_which_byte(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"a: \xff")
    (file,) = FILE.read(Location(type="file", target=str(tmp_path))).files
    assert (file.text, file.error) == ("", "The file is not a text in UTF-8 (byte 3). Save it as UTF-8.")


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "a.yaml").write_bytes("\ufeffa: 1".encode())
    (file,) = FILE.read(Location(type="file", target=str(tmp_path))).files
    assert file.text == "a: 1"


def test_an_unknown_type_says_which_there_are():
    with pytest.raises(Unreadable, match="file, url"):
        sources.of_type("ftp")


@pytest.mark.parametrize(
    ("target", "child"),
    [
        ("./a.yaml", "/shop/services/a.yaml"),
        ("../a.yaml", "/shop/a.yaml"),
        ("/etc/a.yaml", "/etc/a.yaml"),
    ],
)
def test_targets_of_a_file_are_relative_to_it(target, child):
    assert list(of_spec({"target": target}, type_="file", base="/shop/services/all.yaml")) == [Target("file", child)]


@pytest.mark.parametrize(
    ("target", "child"),
    [
        ("./a.yaml", "https://github.com/acme/shop/blob/main/services/a.yaml"),
        ("../a.yaml", "https://github.com/acme/shop/blob/main/a.yaml"),
        ("/a.yaml", "https://github.com/acme/shop/blob/main/a.yaml"),
        ("https://example.com/a.yaml", "https://example.com/a.yaml"),
    ],
)
def test_targets_of_an_address_are_relative_to_it(target, child):
    assert list(of_spec({"target": target}, type_="url", base=BLOB)) == [Target("url", child)]


@pytest.mark.parametrize(
    ("base", "child"),
    [
        (
            "https://gitlab.com/acme/shop/checkout/-/raw/main/services/all.yaml",
            "https://gitlab.com/acme/shop/checkout/-/blob/main/a.yaml",
        ),
        (
            "https://bitbucket.org/acme/checkout/src/main/services/all.yaml",
            "https://bitbucket.org/acme/checkout/src/main/a.yaml",
        ),
        (
            "https://git.acme.example/projects/S/repos/r/browse/services/all.yaml?at=main",
            "https://git.acme.example/projects/S/repos/r/browse/a.yaml?at=main",
        ),
        (
            "https://codeberg.org/acme/shop/src/branch/main/services/all.yaml",
            "https://codeberg.org/acme/shop/src/branch/main/a.yaml",
        ),
        (
            "https://dev.azure.com/acme/Shop/_git/r?path=/services/all.yaml&version=GBmain",
            "https://dev.azure.com/acme/Shop/_git/r?path=/a.yaml&version=GBmain",
        ),
    ],
)
def test_targets_at_other_hosts_stay_in_their_repository(base, child):
    for target in ("../a.yaml", "/a.yaml"):
        assert list(of_spec({"target": target}, type_="url", base=base)) == [Target("url", child)]
    (fault,) = of_spec({"target": "../../../a.yaml"}, type_="url", base=base)
    assert isinstance(fault, Fault)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "secret.yaml").write_text("password: x\n")
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "a.yaml").write_text("a: 1\n")
    (folder / "in.yaml").symlink_to("a.yaml")
    (folder / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    for target in (folder, f"{folder}/*.yaml"):
        found = {file.path.rpartition("/")[2]: file for file in FILE.read(Location(type="file", target=target)).files}
        assert found.keys() == {"a.yaml", "in.yaml", "out.yaml"}
        assert (found["in.yaml"].text, found["out.yaml"].text) == ("a: 1\n", "")
        assert found["out.yaml"].error.startswith("This link leads out of the folder.")


def test_a_volume_of_kubernetes_gives_each_file_once(tmp_path):
    (tmp_path / "..2026_01_01").mkdir()
    (tmp_path / "..2026_01_01" / "a.yaml").write_text("a: 1\n")
    (tmp_path / "..data").symlink_to("..2026_01_01", target_is_directory=True)
    (tmp_path / "a.yaml").symlink_to("..data/a.yaml")
    assert paths(tmp_path) == [str(tmp_path / "a.yaml")]


@pytest.mark.parametrize(
    ("spec", "type_", "base"),
    [
        ({"type": "file", "target": "/etc/passwd.yaml"}, "url", BLOB),
        ({"type": "admin", "target": "x"}, "url", BLOB),
        ({"target": "../../../../a.yaml"}, "url", BLOB),
        ({"target": "/etc/passwd"}, "file", "/shop/all.yaml"),
        ({"target": "ftp://example.com/a.yaml"}, "url", BLOB),
        ({"target": "javascript:alert(1)"}, "url", BLOB),
        ({"target": "x" * 3_000}, "url", BLOB),
        ({"type": "ftp", "target": "x"}, "file", "/shop/all.yaml"),
    ],
)
def test_a_target_that_may_not_be_followed(spec, type_, base):
    (fault,) = of_spec(spec, type_=type_, base=base)
    assert isinstance(fault, Fault)
    assert (fault.rule, fault.path) == ("K09", ("spec", "target"))


def test_relative_targets_of_type_url_in_a_checkout_are_files():
    spec = {"type": "url", "targets": ["./a.yaml"]}
    assert list(of_spec(spec, type_="file", base="/shop/all.yaml")) == [Target("file", "/shop/a.yaml")]
