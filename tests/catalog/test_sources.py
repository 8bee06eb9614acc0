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
