"""What the Makefile calls: `setup/python -m setup WORD`."""

import os
import signal
import sys
import time

from setup import chores, tools

# `run` starts a portal; `tools` and `tools-dev` only install what is needed for that, or for everything else.
STOPPED_BY_PERSON = 130
WORDS = ("run", "tools", "tools-dev", *chores.CHORES)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in WORDS:
        sys.stderr.write(f"Usage: sh setup/python -m setup {'|'.join(WORDS)}\n")
        return 2
    (word,) = arguments
    # The seconds that `make run` prints count from here, also when another chore started it.
    os.environ["SETUP_STARTED_AT"] = str(time.time())
    # Whoever starts it in the background has it ignore Ctrl-C, and everything below it too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        tools.install(dev=word not in ("run", "tools"))
    except KeyboardInterrupt:
        return STOPPED_BY_PERSON
    except tools.StepFailed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    if word == "run":
        os.execv(tools.PYTHON, [str(tools.PYTHON), "-m", "setup.launch"])  # noqa: S606 — a program of this project
    return chores.CHORES[word]() if word in chores.CHORES else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
