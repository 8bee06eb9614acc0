"""The processes of a portal, from the Procfile, held together: when one ends, all end.

Honcho starts them and prints what they print. On top of it: each process gets its request to stop alone, so that a
Celery worker can see to its pool itself; what a process leaves behind is ended with it; and when this launcher is
killed, nothing goes on without it.
"""

import contextlib
import multiprocessing
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from string import Template
from typing import Any

from honcho import manager
from honcho.environ import parse_procfile
from honcho.printer import Printer
from honcho.process import Process

from setup.launch.options import ROOT

# Seconds that a process has to end by itself.
manager.KILL_WAIT = 10
POLL_SECONDS = 0.2
ENDED = re.compile(r"(?P<name>\w+) stopped \(rc=(?P<code>-?\d+)\)\n")
STOPPED_BY_PERSON = 0
STOPPED_BY_CRASH = 1
ASKING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Child(subprocess.Popen[bytes]):
    """A line of the Procfile, run without a shell in a session of its own."""

    def __init__(self, line: str, *, env: Mapping[str, str], cwd: str) -> None:
        super().__init__(
            [Template(word).substitute(env) for word in shlex.split(line)],
            env=env,
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )


class Leashed(Process):  # type: ignore[misc]
    """A process that does not outlive its launcher, and leaves no children behind."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._child_ctor = Child

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        # A Ctrl-C reaches everything in the terminal's foreground, this go-between too: the launcher decides.
        # Handlers that do nothing rather than SIG_IGN, which the process would inherit.
        for number in ASKING:
            signal.signal(number, lambda *_: None)
        threading.Thread(target=self._hold, args=[os.getppid()], daemon=True).start()
        super().run(events, ignore_signals)

    def _hold(self, launcher: int) -> None:
        while self._child is None:
            time.sleep(0.01)
        child: Child = self._child
        while child.poll() is None and os.getppid() == launcher:
            time.sleep(POLL_SECONDS)
        if child.poll() is None:
            _send(child.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(manager.KILL_WAIT)
        # Whoever is left of its session holds its output open, and so the launcher up.
        _send_to_group(child.pid, signal.SIGKILL)


class Signals:
    """How the manager stops its processes: a request goes to the process, the end to all that it started."""

    @staticmethod
    def terminate(pid: int) -> None:
        _send(pid, signal.SIGTERM)

    @staticmethod
    def kill(pid: int) -> None:
        _send_to_group(pid, signal.SIGKILL)


class Together(manager.Manager):  # type: ignore[misc]
    """Runs the processes until one ends or a person asks; then ends them all."""

    def __init__(self, when_started: Callable[[], None]) -> None:
        super().__init__(Printer(sys.stdout))
        self._process_ctor = Leashed
        self._procmgr = Signals()
        self._when_started = when_started
        self._asked = False

    def loop(self) -> None:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        super().loop()

    def terminate(self) -> None:
        """Stop all; what is asked before the last process has started is done when it has."""
        self._asked = True
        if self._all_started():
            super().terminate()

    @property
    def code(self) -> int:
        """What the launcher exits with."""
        return STOPPED_BY_PERSON if self.returncode in {130, 143} else STOPPED_BY_CRASH

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._when_started, daemon=True).start()

    def _any_stopped(self) -> bool:
        # Honcho counts the seconds to the end from the first process that stopped; a request counts as well.
        return self._asked or bool(super()._any_stopped())

    def _system_print(self, data: str) -> None:
        """Say what a person wants to know: which process ended by itself, and that all are being stopped."""
        ended = ENDED.fullmatch(data)
        if ended and not self._asked:
            sys.stderr.write(f"{ended['name']} ended with exit code {ended['code']}. Stopping the others …\n")
        elif data.endswith(" received\n") and not self._asked:
            sys.stderr.write("\nStopping …\n")


def run(environ: Mapping[str, str], *, names: list[str], when_started: Callable[[], None]) -> int:
    """Run the Procfile's processes that are in `names` until one ends or a person asks, and return the exit code."""
    # The launcher's own process id is how its processes know that it is there, so nothing may stand between them.
    multiprocessing.set_start_method("fork", force=True)
    together = Together(when_started)
    commands: dict[str, str] = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8")).processes
    for name in names:
        together.add_process(name, commands[name], env=dict(environ), cwd=str(ROOT))
    together.loop()
    return together.code


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _send_to_group(pid: int, number: signal.Signals) -> None:
    # A group whose last member has ended and waits for its parent gives EPERM on macOS.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
