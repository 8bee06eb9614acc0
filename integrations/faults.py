"""Places in the code where a test stops, slows or breaks the process. Without `settings.FAULT_DIR` they do nothing."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from django.conf import settings

from integrations.errors import Unavailable


def point(name: str) -> None:
    """Do what the file `name` in the fault folder says, once: the file goes first.

    An empty file kills this process, `worker` kills its parent too, `sleep:N` waits N seconds, `raise` fails as an
    outside host would.
    """
    folder = getattr(settings, "FAULT_DIR", None)
    if not folder:
        return
    armed = Path(folder) / name
    try:
        order = armed.read_text(encoding="utf-8").strip()
        armed.unlink()
    except FileNotFoundError:
        return
    _act(order, name)


def _act(order: str, name: str) -> None:
    if order.startswith("sleep:"):
        time.sleep(float(order.removeprefix("sleep:")))
    elif order == "raise":
        raise Unavailable(f"The fault point {name} was armed.")
    else:
        if order == "worker":
            os.kill(os.getppid(), signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
