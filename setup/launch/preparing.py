"""Before the processes start: the tables, the static files, and the first time the demo company.

What was done for the same code and the same database is not done again, so that a second start takes seconds.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from setup import stamps
from setup.launch import environment as env
from setup.launch.options import ROOT, Options, listens

MANAGE = [sys.executable, "manage.py"]
STOP_SECONDS = 5
START_SECONDS = 20
ADMIN = "admin"
# `django.db.utils.OperationalError: ` before the sentence that a person wants to read.
EXCEPTION = re.compile(r"^(?:[A-Za-z_]\w*\.)+\w+: ", re.ASCII)
STATIC = ("static", *(f"{app}/static" for app in ("portal", "accounts", "catalog", "scaffolder", "demo")))


class Failed(Exception):
    """A step before the start failed; the message says which, with the end of what it printed."""


def prepare(options: Options, environ: Mapping[str, str]) -> None:
    """Bring tables, static files and the demo to what the code wants.

    Raises:
        Failed: one of the steps did.
    """
    if not (options.var / env.SQLITE).exists() and _is_own(options, environ):
        for name in ("demo", "administrator"):
            (options.var / "stamps" / name).unlink(missing_ok=True)
    with ThreadPoolExecutor() as pool:
        steps = [pool.submit(_migrate, options, environ), pool.submit(_collect, options, environ)]
    for step in steps:
        step.result()
    if options.demo:
        _load_demo(options, environ)


def make_administrator(options: Options, environ: Mapping[str, str], password: str) -> bool:
    """Make the first account of an empty portal, and tell whether it was needed."""
    stamp, wanted = options.var / "stamps" / "administrator", stamps.digest(_database(environ))
    if options.demo or stamps.is_fresh(stamp, wanted):
        return False
    command = ["createsuperuser", "--noinput", "--username", ADMIN, "--email", ""]
    done = _manage(command, {**environ, "DJANGO_SUPERUSER_PASSWORD": password})
    if done.returncode and "already taken" not in done.stdout:
        raise Failed(f"The first account could not be made: {_reason(done.stdout)}")
    stamps.write(stamp, wanted)
    return done.returncode == 0


def _database(environ: Mapping[str, str]) -> str:
    """Return what names the database: its address, or the file that holds it."""
    return environ.get("DATABASE_URL") or environ["DATABASE_URL_FILE"]


def _is_own(options: Options, environ: Mapping[str, str]) -> bool:
    """Whether the database is the portal's own file, which nobody else changes."""
    return _database(environ) == env.own_database(options.var)


def _migrate(options: Options, environ: Mapping[str, str]) -> None:
    """Bring the tables up to date; a database elsewhere is asked each time, since others may have changed it."""
    migrations = ROOT.glob("*/migrations/*.py")
    wanted = stamps.digest(_database(environ), ROOT / "requirements.txt", *sorted(migrations))
    stamp = options.var / "stamps" / "migrated"
    is_there = _is_own(options, environ) and (options.var / env.SQLITE).exists()
    if is_there and stamps.is_fresh(stamp, wanted):
        return
    _do("Making the tables", ["migrate", "--no-input", "--verbosity=0"], environ)
    stamps.write(stamp, wanted)


def _collect(options: Options, environ: Mapping[str, str]) -> None:
    """Put the static files where the web process serves them, with their hashes in their names."""
    files = (path for folder in STATIC for path in (ROOT / folder).rglob("*") if path.is_file())
    locks = [ROOT / "requirements.txt", ROOT / "package-lock.json", ROOT / "portal" / "vendor.py"]
    wanted = stamps.digest(stamps.digest_of_tree(files), *locks)
    stamp = options.var / "stamps" / "static"
    if stamps.is_fresh(stamp, wanted) and (options.var / "static" / "staticfiles.json").is_file():
        return
    _do("Collecting the static files", ["collectstatic", "--no-input", "--clear", "--verbosity=0"], environ)
    stamps.write(stamp, wanted)


def _load_demo(options: Options, environ: Mapping[str, str]) -> None:
    """Let the catalog read the demo company from its forge, as it would read anybody's."""
    from demo import loading

    forge_port = int(environ[env.FORGE_PORT])
    stamp, wanted = options.var / "stamps" / "demo", stamps.digest(_database(environ))
    if stamps.is_fresh(stamp, wanted) and loading.is_loaded(options.var, forge_port=forge_port):
        return
    with _forge(options, environ, forge_port):
        _do("Loading the demo company", ["load_demo"], environ)
    stamps.write(stamp, wanted)


@contextmanager
def _forge(options: Options, environ: Mapping[str, str], port: int) -> Iterator[None]:
    from demo import loading

    log = options.var / "forge.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            loading.forge_command(options.var, forge_port=port), cwd=ROOT, env=dict(environ), stdout=out, stderr=out
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Failed(f"The forge did not start:\n{log.read_text(errors='replace').strip()[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _do(what: str, command: list[str], environ: Mapping[str, str]) -> None:
    started = time.monotonic()
    sys.stderr.write(f"{what} …\n")
    done = _manage(command, environ)
    if done.returncode:
        log = Path(environ["VAR"]) / "failed.log"
        log.write_text(done.stdout, encoding="utf-8")
        raise Failed(f"{what} failed: {_reason(done.stdout)} (All of it: {log})")
    sys.stderr.write(f"{what}: {time.monotonic() - started:.0f} s\n")


def _reason(output: str) -> str:
    """Return the line that says what went wrong: the last one that belongs to no traceback's inside."""
    lines = [line for line in output.splitlines() if line and not line[0].isspace()]
    return EXCEPTION.sub("", lines[-1]) if lines else "it said nothing."


def _manage(command: list[str], environ: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*MANAGE, *command],
        check=False,
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
