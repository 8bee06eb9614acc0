"""W2: an archive gives regular files only, inside the folder, and no more than fits."""

import gzip
import io
import tarfile

import pytest

from scaffolder.files.archives import ArchiveError, Limits, pack, unpack
from scaffolder.files.workspace import FileContent, Workspace


def archive(*members, data=b""):
    """Return a gzipped tar archive with these members."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member in members:
            member.size = len(data) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(data) if member.isreg() else None)
    return gzip.compress(plain.getvalue())


def entry(name, kind=tarfile.REGTYPE, target=""):
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


HOSTILE = {
    "symbolic link": archive(entry("a", tarfile.SYMTYPE, "/etc/passwd")),
    "hard link": archive(entry("a", tarfile.LNKTYPE, "../outside")),
    "chain of links": archive(
        entry("d", tarfile.SYMTYPE, "."), entry("d/e", tarfile.SYMTYPE, ".."), entry("d/e/outside")
    ),
    "link with a very long name": archive(entry("d" * 247 + "/e", tarfile.SYMTYPE, "../" * 1500)),
    "device": archive(entry("a", tarfile.CHRTYPE)),
    "pipe": archive(entry("a", tarfile.FIFOTYPE)),
    "way up": archive(entry("../outside")),
    "way up inside": archive(entry("a/../../outside")),
    "absolute": archive(entry("/tmp/outside")),
    "folder up": archive(entry("../d", tarfile.DIRTYPE)),
    "git hook": archive(entry(".git/hooks/pre-commit")),
    "backslash": archive(entry("..\\outside")),
    "control sign": archive(entry("a\nb")),
    "one name twice": archive(entry("a"), entry("a")),
    "one name spelt twice": archive(entry("a"), entry("./a")),
    "no archive": b"PK\x03\x04 not a tar",
    "cut off": archive(entry("a"), data=b"x" * 10_000)[:-20],
    "empty": b"",
    "garbage inside": gzip.compress(b"\xff" * 2048),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_w2_a_hostile_archive_is_refused_and_changes_nothing(name, tmp_path):
    workspace = Workspace.create(tmp_path, limits=None)
    workspace.write_bytes("mine.txt", b"mine")
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    with pytest.raises(ArchiveError):
        workspace.restore(HOSTILE[name])
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == before
    assert workspace.read_bytes("mine.txt") == b"mine"


def test_w2_a_bomb_stops_at_the_limit_while_it_is_inflated():
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=9)
    assert len(bomb) < 250_000
    with pytest.raises(ArchiveError, match="inflates to more than"):
        unpack(bomb, limits=Limits(files=10, bytes=1_000_000))


def test_w2_files_and_bytes_are_counted():
    many = archive(*[entry(f"f{number}") for number in range(30)])
    with pytest.raises(ArchiveError):
        unpack(many, limits=Limits(files=10, bytes=1_000_000))
    with pytest.raises(ArchiveError):
        unpack(archive(entry("a"), entry("b"), data=b"x" * 600), limits=Limits(files=10, bytes=1000))


def test_w2_a_sparse_file_is_refused():
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        member = entry("a")
        member.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "99999999999"}
        member.size = 512
        tar.addfile(member, io.BytesIO(b"1\n0\n1\n".ljust(512, b"\0")))
    with pytest.raises(ArchiveError):
        unpack(gzip.compress(plain.getvalue()))


def test_w2_our_own_archives_come_back_byte_for_byte():
    files = [FileContent("a/run.sh", "100755", b"#!/bin/sh\n"), FileContent("b" * 200, "100644", b"\x00\xff")]
    found = unpack(pack(files))
    assert [(file.path, file.mode, file.content) for file in found] == [
        (file.path, file.mode, file.content) for file in files
    ]
    assert pack(files) == pack(files)
