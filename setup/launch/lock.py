"""One portal for each folder: the kernel holds the lock, so one that is left behind by a crash does not exist."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from setup.launch.options import WrongUse


@contextmanager
def held(var: Path, *, url: str) -> Iterator[None]:
    """Keep `var` to this process for as long as the block lasts.

    Raises:
        WrongUse: a portal that runs has it.
    """
    # Not inherited by the processes that are started: the lock must go when this process goes.
    file = os.open(var / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(file, 200).decode(errors="replace").strip() or "another process"
            raise WrongUse(
                f"A portal already runs from {var} ({holder}). Stop it, or choose another folder: make run VAR=…"
            ) from error
        os.ftruncate(file, 0)
        os.write(file, f"process {os.getpid()}, {url}\n".encode())
        yield
    finally:
        os.close(file)
