"""The first steps on a strange machine: an interpreter that runs, and nothing done twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from setup import stamps
from tests.servers import ROOT

SHIM = "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n"
# As `setup/python` asks: 10 is too old, 11 cannot make a virtual environment.
TOO_OLD = "#!/bin/sh\nexit 10\n"
BARE = "#!/bin/sh\nexit 11\n"


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


def find(*folders: Path) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join(map(str, folders))
    command = ["/bin/sh", "setup/python", "-c", "import sys; print(sys.version_info >= (3, 11))"]
    return subprocess.run(command, cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=False)


@pytest.fixture
def good(tmp_path):
    """A folder with an interpreter that is good enough: the one below this environment."""
    folder = tmp_path / "good"
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    program(folder, "python3", f'#!/bin/sh\nexec {base} "$@"\n')
    return folder


@pytest.mark.parametrize("broken", [SHIM, TOO_OLD, BARE])
def test_an_interpreter_that_does_not_do_is_passed_over(broken, good, tmp_path):
    program(tmp_path / "first", "python3", broken)
    found = find(tmp_path / "first", good)
    assert (found.returncode, found.stdout, found.stderr) == (0, "True\n", "")


def test_without_any_interpreter_one_line_says_what_to_install(tmp_path):
    program(tmp_path / "shims", "python3", SHIM)
    found = find(tmp_path / "shims")
    assert found.returncode == 2
    assert found.stderr == "No Python 3.11 or later on the path. Install one, and run make again.\n"


def test_an_interpreter_without_venv_is_named_with_the_cure(tmp_path):
    program(tmp_path / "bare", "python3", BARE)
    found = find(tmp_path / "bare")
    assert found.returncode == 2
    assert f"{tmp_path}/bare/python3 cannot make virtual environments." in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_stamp_is_fresh_until_an_input_changes(tmp_path):
    lock, stamp = tmp_path / "requirements.txt", tmp_path / "stamps" / "python"
    lock.write_text("a==1")
    stamps.write(stamp, stamps.digest(lock))
    assert stamps.is_fresh(stamp, stamps.digest(lock))
    lock.write_text("a==2")
    assert not stamps.is_fresh(stamp, stamps.digest(lock))


def test_a_step_that_never_ran_is_not_fresh(tmp_path):
    assert not stamps.is_fresh(tmp_path / "none", stamps.digest("anything"))


def test_parts_of_a_digest_do_not_run_together():
    assert stamps.digest("ab", "c") != stamps.digest("a", "bc")


@pytest.mark.parametrize("word", ["", "no-such-word"])
def test_a_word_that_nobody_knows_is_answered_with_the_words(word):
    command = [sys.executable, "-m", "setup", *word.split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: sh setup/python -m setup run|")
