"""Says where the portal is once it answers, and who may sign in."""

import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

from setup.launch import environment as env
from setup.launch import preparing
from setup.launch.options import HOST, Options

POLL_SECONDS = 0.1
GIVE_UP_SECONDS = 120


def when_ready(options: Options, environ: Mapping[str, str], *, started_at: float, password: str) -> None:
    """Wait until the portal answers, and greet.

    Args:
        started_at: when `make run` began, in seconds since 1970.
        password: of the administrator whom this start made; empty when it made none.
    """
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while not _answers(f"{options.url}/readyz"):
        if time.monotonic() > deadline:
            sys.stderr.write(f"{options.url} does not answer after {GIVE_UP_SECONDS} s; see the lines above.\n")
            return
        time.sleep(POLL_SECONDS)
    sys.stdout.write(text(options, environ, seconds=time.time() - started_at, password=password))
    sys.stdout.flush()


def text(options: Options, environ: Mapping[str, str], *, seconds: float, password: str) -> str:
    """Return the greeting."""
    lines = ["", f"Waymark is ready after {seconds:.0f} s: {environ.get('WAYMARK_BASE_URL', options.url)}", ""]
    if options.demo:
        from demo import loading

        lines += [f"  {account.username:<8} {account.role:<10} {account.says}" for account in loading.ACCOUNTS]
        lines += ["", f"  Everybody's password is {loading.PASSWORD!r}."]
        lines.append(f"  The forge, a stand-in for GitHub: http://{HOST}:{environ[env.FORGE_PORT]}")
    if password:
        lines.append(f"  Sign in as {preparing.ADMIN!r} with the password {password!r}. It is shown this once.")
    lines += ["  Ctrl-C stops all of it.", "", ""]
    return "\n".join(lines)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 — our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
