"""The doorbell: Celery messages that say "look at this row". Losing one loses nothing: the reconciler looks too."""

import logging
from typing import Any
from uuid import UUID

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from prometheus_client import Counter

log = logging.getLogger(__name__)
UNRUNG = Counter("waymark_bell_failures_total", "Messages that the broker did not take", ["task"])


def ring(task: "Task[Any, Any]", *row_ids: int | UUID) -> None:
    """Tell a worker, once the transaction has committed, that the rows `row_ids` want `task`.

    Never raises: with the broker down the row waits for the reconciler.
    """
    transaction.on_commit(lambda: _send(task, row_ids), robust=True)


def _send(task: "Task[Any, Any]", row_ids: tuple[int | UUID, ...]) -> None:
    names = [str(row_id) for row_id in row_ids]
    try:
        task.apply_async(args=names, retry=False)
    except (OperationalError, OSError) as error:
        UNRUNG.labels(task=task.name).inc()
        log.warning(
            "The broker did not take %s %s: %s. The reconciler will see to it.", task.name, " ".join(names), error
        )
