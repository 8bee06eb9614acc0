"""`make run` as a person uses it: it starts, it stops, and it says in one line what is wrong."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import servers
from tests.servers import HOST, ROOT, free_port, listens, wait_until

pytestmark = pytest.mark.fault
FOREIGN = ("WAYMARK_", "PYTEST_", "DJANGO_", "MAKE", "COV_")
SECONDS_TO_STOP = 25


@dataclass
class Run:
    """A `make run` in a terminal of its own."""

    port: int
    var: Path
    program: servers.Program

    @property
    def text(self) -> str:
        return self.program.text

    def wait_until_ready(self) -> None:
        self.program.wait_for_text("is ready after", seconds=90)

    def wait_until_stopped(self) -> int:
        assert self.program._process is not None
        return self.program._process.wait(SECONDS_TO_STOP)

    def left_over(self) -> list[int]:
        """Return the processes of this portal that still run, wherever they hang in the tree."""
        mark = f"VAR={self.var}".encode()
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in _content(path)]

    def pid_of(self, words: str) -> int:
        """Return the first process whose command line has `words`."""
        found = [pid for pid in self.left_over() if words in _content(Path(f"/proc/{pid}/cmdline")).decode()]
        assert found, words
        return min(found)


def _content(path: Path) -> bytes:
    """Return what a file of a process says, with a space for each NUL; nothing when the process has gone."""
    try:
        return path.read_bytes().replace(b"\0", b" ")
    except OSError:
        return b""


def start(var: Path, port: int, log: Path, **given: str) -> Run:
    names = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "VAR", "PORT", "DEMO")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN) and k not in names}
    command = ["make", "run", f"PORT={port}", f"VAR={var}", "DEMO=0"]
    program = servers.Program(f"make-{port}", command, folder=log, environment={**inherited, **given})
    program.start()
    return Run(port, var, program)


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all tests of this file use in turn, so that only the first start makes tables."""
    return tmp_path_factory.mktemp("portal") / "var"


@pytest.fixture
def portal(var: Path, tmp_path: Path) -> Iterator[Run]:
    run = start(var, free_port(), tmp_path)
    try:
        run.wait_until_ready()
        yield run
    finally:
        run.program.kill()
        for pid in run.left_over():
            os.kill(pid, signal.SIGKILL)


def assert_all_gone(run: Run) -> None:
    wait_until(lambda: run.left_over() == [], "every process of the portal ends", seconds=15)
    assert not listens(run.port)


@pytest.mark.quick
def test_ctrl_c_stops_all_of_it(portal):
    portal.program.signal(signal.SIGINT)
    portal.wait_until_stopped()
    assert_all_gone(portal)
    assert "Traceback" not in portal.text


def test_a_request_to_make_alone_stops_all_of_it(portal):
    os.kill(portal.program.pid, signal.SIGTERM)
    portal.wait_until_stopped()
    assert_all_gone(portal)


@pytest.mark.parametrize("words", ["portal.wsgi", "portal worker", "portal beat", "broker.conf"])
def test_a_crash_of_one_process_stops_all_and_is_told(portal, words):
    os.kill(portal.pid_of(words), signal.SIGKILL)
    assert portal.wait_until_stopped() == 2
    assert_all_gone(portal)
    assert "ended with exit code -9. Stopping the others" in portal.text


def test_a_launcher_that_is_killed_takes_its_processes_with_it(portal):
    os.kill(portal.pid_of("setup.launch"), signal.SIGKILL)
    assert_all_gone(portal)


def test_ctrl_c_while_it_prepares_leaves_nothing(tmp_path):
    run = start(tmp_path / "var", free_port(), tmp_path)
    run.program.wait_for_text("Making the tables")
    try:
        run.program.signal(signal.SIGINT)
        run.wait_until_stopped()
        assert_all_gone(run)
    finally:
        run.program.kill()
        for pid in run.left_over():
            os.kill(pid, signal.SIGKILL)
    assert "Traceback" not in run.text


def test_a_busy_port_is_one_line(var, tmp_path):
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]
        run = start(var, port, tmp_path)
        assert run.wait_until_stopped() == 2
    told = [line for line in run.text.splitlines() if not line.startswith("make:")]
    assert told == [f"Port {port} cannot be used (Address already in use). Choose another: make run PORT={port + 1}"]


def test_a_second_portal_in_the_same_folder_is_one_line_and_the_first_goes_on(portal, tmp_path):
    second = start(portal.var, free_port(), tmp_path)
    assert second.wait_until_stopped() == 2
    assert f"A portal already runs from {portal.var}" in second.text
    assert len([line for line in second.text.splitlines() if not line.startswith("make:")]) == 1
    assert listens(portal.port)


def test_a_second_start_has_nothing_to_prepare(portal, tmp_path):
    portal.program.signal(signal.SIGINT)
    portal.wait_until_stopped()
    second = start(portal.var, free_port(), tmp_path)
    try:
        second.wait_until_ready()
        assert "…" not in second.text
    finally:
        second.program.signal(signal.SIGINT)
        second.wait_until_stopped()


def test_a_management_command_finds_the_portal_of_the_folder(portal):
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "manage.py", "create_token", "of-the-tests", "--role", "platform"],
        check=False,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "VAR": str(portal.var)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("wmk_"), done.stderr


def test_a_database_that_does_not_answer_is_one_line(tmp_path):
    run = start(tmp_path / "var", free_port(), tmp_path, DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert run.wait_until_stopped() == 2
    assert "Making the tables failed: The database cannot be used: connection failed" in run.text
    assert "Traceback" not in run.text


def test_a_database_that_was_deleted_is_made_anew(var, tmp_path):
    (var / "waymark.sqlite3").unlink(missing_ok=True)
    run = start(var, free_port(), tmp_path)
    try:
        run.wait_until_ready()
        assert "with the password" in run.text
    finally:
        run.program.signal(signal.SIGINT)
        run.wait_until_stopped()
