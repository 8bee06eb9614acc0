"""`setup/python -m setup run` starts a portal; `tools` and `tools --dev` only install what is needed."""

import os
import sys
import time

from setup import tools

USE = "setup/python -m setup run | tools [--dev]\n"


def main(arguments: list[str]) -> int:
    if arguments not in (["run"], ["tools"], ["tools", "--dev"]):
        sys.stderr.write(USE)
        return 2
    # The seconds that `make run` prints count from here.
    os.environ.setdefault("SETUP_STARTED_AT", str(time.time()))
    try:
        tools.install(dev="--dev" in arguments)
    except tools.StepFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    if arguments == ["run"]:
        os.execv(tools.PYTHON, [str(tools.PYTHON), "-m", "setup.launch"])  # noqa: S606 — a program of this project
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
