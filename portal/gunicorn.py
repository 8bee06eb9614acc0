"""How gunicorn serves the portal: `gunicorn --config portal/gunicorn.py portal.wsgi`.

Threads, since a page waits for the database most of its time; one or two processes of 32.
"""

import gc
import os
from pathlib import Path
from typing import Any

from portal import environment

bind = environment.text("WAYMARK_BIND", f"127.0.0.1:{environment.text('PORT', '8000')}")
worker_class = "gthread"
workers = int(environment.text("WEB_CONCURRENCY", "1"))
threads = 32
# Seconds that an idle browser's connection is kept.
keepalive = 5
timeout = 60
graceful_timeout = 8
accesslog = None
loglevel = "warning"
# Heartbeats of the workers: in memory where there is such a folder, so that a slow disk ends no worker.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 — gunicorn makes a private file there
# It would write into the home of whoever runs the portal.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Load what the first page would load, and tell the collector to leave it alone.

    A full collection of everything that is loaded stops all threads of the process for a tenth of a second.
    """
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 — reading it imports every view
    gc.collect()
    gc.freeze()
    # Without any broker the jobs run beside the pages, in the same process.
    if os.environ.get("WAYMARK_EMBEDDED_WORKER") == "1":
        from portal import embedded

        embedded.start()
