"""Jobs and schedule inside the web process: the last resort of a machine that has no broker at all.

Messages stay in the memory of the process that sends them, so the worker must be there too.
"""

import logging
import threading

from celery import beat

from portal.celery import app

log = logging.getLogger(__name__)
THREADS = 2


def start() -> list[threading.Thread]:
    """Run a worker and the scheduler in threads that end with the process."""
    log.warning("There is no broker: jobs run inside the web process. Install valkey-server or redis-server.")
    started = [threading.Thread(target=body, name=body.__name__, daemon=True) for body in (_work, _schedule)]
    for thread in started:
        thread.start()
    return started


def _work() -> None:
    worker = app.WorkController(
        app=app, pool="threads", concurrency=THREADS, without_gossip=True, without_mingle=True, without_heartbeat=True
    )
    worker.start()


def _schedule() -> None:
    beat.Service(app, scheduler_cls=beat.Scheduler).start()
