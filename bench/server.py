"""A portal as the product runs it, behind gunicorn, and clients that ask it over HTTP."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from bench.questions import Question

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parent.parent
FINE = (200, 304)
PATIENCE = 30.0


@dataclass(frozen=True)
class Server:
    """A portal that runs: its port, and the process of the master."""

    port: int
    pid: int

    @property
    def memory(self) -> int:
        """Bytes of memory of the largest of its processes."""
        return max(map(_resident, self._pids))

    @property
    def processor(self) -> float:
        """Milliseconds of the processor that it has used, an embedded database included, to ten of them."""
        return sum(map(_worked, self._pids))

    @property
    def _pids(self) -> list[int]:
        return [self.pid, *map(int, Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())]


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def _worked(pid: int) -> float:
    # After the name in brackets, which may hold blanks: the 12th and 13th field are times in user and system mode.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, fields[11:13])) * 1000 / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[Server]:
    """Run the portal for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "portal/gunicorn.py", "portal.wsgi"]
    process = subprocess.Popen(command, cwd=ROOT, env={**environment, "PORT": str(port)}, start_new_session=True)
    try:
        _wait_for(port)
        yield Server(port, process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(PATIENCE)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("The portal did not start.")


class Client:
    """One connection that is kept open, as clients of an API keep it."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=60)
        self._headers = dict(headers)

    def ask(self, question: Question) -> float:
        """Ask, read all of the answer, and return the milliseconds that it took."""
        return self.answer(question)[0]

    def answer(self, question: Question) -> tuple[float, bytes, Mapping[str, str]]:
        """Ask; return milliseconds, body and headers."""
        begun = time.perf_counter()
        headers = {**self._headers, **question.headers}
        self._connection.request(question.method, question.path, question.body, headers)
        response = self._connection.getresponse()
        content = response.read()
        taken = (time.perf_counter() - begun) * 1000
        if response.status not in FINE:
            raise SystemExit(f"{question.name} was answered with {response.status}: {content[:300]!r}")
        return taken, content, dict(response.getheaders())


def times(port: int, question: Question, headers: Mapping[str, str], *, clients: int, rounds: int) -> list[float]:
    """Return the milliseconds of each of `rounds` requests from each of so many clients at once."""

    def one(_: int) -> list[float]:
        client = Client(port, headers)
        return [client.ask(question) for _ in range(rounds)]

    if clients == 1:
        return one(0)
    with ThreadPoolExecutor(clients) as pool:
        return [each for taken in pool.map(one, range(clients)) for each in taken]


def percentile(taken: Sequence[float], percent: int) -> float:
    """Return what so many percent of the times stayed under."""
    return sorted(taken)[min(len(taken) * percent // 100, len(taken) - 1)]
