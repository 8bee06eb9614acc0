"""The log of a run as it grows: held open as server-sent events, or asked for again and again."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.api import parameters
from catalog.api.http import answer, requires
from scaffolder.backstage import shapes
from scaffolder.backstage.tasks import find
from scaffolder.models import Task, TaskEvent

LOOK_EVERY_SECONDS = 0.5
# As long as Backstage holds a request without an event.
LONGEST_POLL_SECONDS = 30
# A stream ends then, and its reader comes back for the rest.
LONGEST_STREAM_SECONDS = 300
COME_BACK_MS = 2_000
# Events of one look; the rest comes with the next.
MOST = 1_000
# Threads of this process that may hold a request open; the others serve pages.
_held = threading.BoundedSemaphore(12)


@requires(Act.READ_RUN)
def poll(request: PortalRequest, *, task_id: str) -> HttpResponseBase:
    """The events after number `after`; when there is none, what comes within thirty seconds."""
    task = find(request, task_id)
    after = parameters.number(request.GET.get("after"), "after") or 0
    with _place() as may_hold:
        ends_at = time.monotonic() + (LONGEST_POLL_SECONDS if may_hold else 0)
        found = _since(task.pk, after)
        while not found and not task.has_ended and time.monotonic() < ends_at:
            time.sleep(LOOK_EVERY_SECONDS)
            task.refresh_from_db(fields=["state"])
            found = _since(task.pk, after)
    return answer([shown for _seq, _kind, shown in found])


@requires(Act.READ_RUN)
def stream(request: PortalRequest, *, task_id: str) -> HttpResponseBase:
    """Server-sent events after number `after`, up to the end of the run."""
    task = find(request, task_id)
    # Whoever lost the line says where they were.
    resumed = request.headers.get("Last-Event-ID")
    after = parameters.number(resumed or request.GET.get("after"), "after") or 0
    response = StreamingHttpResponse(_lines(task, after), content_type="text/event-stream; charset=utf-8")
    response["Cache-Control"] = "no-cache, no-store"
    # A proxy that gathers would hand out the log at its end.
    response["X-Accel-Buffering"] = "no"
    return response


def _lines(task: Task, after: int) -> Iterator[bytes]:
    yield f"retry: {COME_BACK_MS}\n\n".encode()
    with _place() as may_hold:
        ends_at = time.monotonic() + (LONGEST_STREAM_SECONDS if may_hold else 0)
        while True:
            task.refresh_from_db(fields=["state", "output", "error"])
            found = _since(task.pk, after)
            for seq, kind, shown in found:
                after = seq
                text = json.dumps(shown, separators=(",", ":"))
                yield f"id: {seq}\nevent: {kind}\ndata: {text}\n\n".encode()
            is_over = any(kind == TaskEvent.Type.COMPLETION for _seq, kind, _shown in found)
            if is_over or (task.has_ended and not found) or time.monotonic() >= ends_at:
                return
            time.sleep(LOOK_EVERY_SECONDS)


def _since(task_id: UUID, after: int) -> list[tuple[int, str, dict[str, object]]]:
    """Return number, type and shape of the events after number `after`; nothing follows the end of a run."""
    rows = list(TaskEvent.objects.filter(task_id=task_id, seq__gt=after).order_by("seq")[:MOST])
    if not rows:
        return []
    # After the events, so that the state is not older than the end among them.
    task = Task.objects.get(pk=task_id)
    found: list[tuple[int, str, dict[str, object]]] = []
    for row in rows:
        found.append((row.seq, row.type, shapes.event(row, task)))
        if row.type == TaskEvent.Type.CANCELLED:
            found.append((row.seq, TaskEvent.Type.COMPLETION, shapes.ending_of_cancelled(row, task)))
    return found


@contextmanager
def _place() -> Iterator[bool]:
    """Take one of the places for requests that are held open; False when all are taken."""
    taken = _held.acquire(blocking=False)
    try:
        yield taken
    finally:
        if taken:
            _held.release()
