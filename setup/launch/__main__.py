"""`python -m setup.launch`: what `make run` does once everything is installed."""

import os
import secrets
import signal
import sys
import time

from setup.launch import environment, greeting, lock, options, preparing, processes

WRONG_USE = 2


def main() -> int:
    """Run a portal until it is stopped: 0 when a person did, 1 when a process failed, 2 when a person must act."""
    # Until the processes run, a request to stop is what Ctrl-C is; and Ctrl-C is heard also by a launcher that was
    # started in the background.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    started_at = float(os.environ.get("SETUP_STARTED_AT") or time.time())
    try:
        asked = options.read(os.environ)
        with lock.held(asked.var, url=asked.url):
            options.require_free(asked.port, f"Choose another: make run PORT={asked.port + 1}")
            return _run(asked, started_at)
    except (options.WrongUse, preparing.Failed) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_USE if isinstance(error, options.WrongUse) else 1
    except KeyboardInterrupt:
        return processes.STOPPED_BY_PERSON


def _run(asked: options.Options, started_at: float) -> int:
    values = environment.complete(asked, os.environ)
    environ = environment.of_processes(asked, values, os.environ)
    preparing.prepare(asked, environ)
    password = secrets.token_urlsafe(12)
    is_new = preparing.make_administrator(asked, environ, password)
    names = ["broker"] if "BROKER_PROGRAM" in values else []
    names += ["forge", "web"] if asked.demo else ["web"]
    if environ.get("REDIS_URL") or environ.get("REDIS_URL_FILE"):
        names += ["worker", "scheduler"]
    else:
        environ["WAYMARK_EMBEDDED_WORKER"] = "1"
    return processes.run(
        environ,
        names=names,
        when_started=lambda: greeting.when_ready(
            asked, environ, started_at=started_at, password=password if is_new else ""
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
