"""Templates, runs and events as Backstage's clients read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from catalog import documents
from scaffolder.models import Task, TaskEvent, TemplateRevision

API_VERSION = "scaffolder.backstage.io/v1beta3"
# What a line of our log about a step says of the step's state.
STATUSES = (
    ("Beginning step ", "processing"),
    ("Finished step ", "completed"),
    ("Skipping step ", "skipped"),
)


def instant(moment: datetime | None) -> str | None:
    """Return a moment as JavaScript writes it."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def document(revision: TemplateRevision | None) -> Mapping[str, Any]:
    """Return the entity that a published text describes; empty when it describes none."""
    found = documents.load_one(revision.text).value if revision else None
    return found if isinstance(found, Mapping) else {}


def task(row: Task) -> dict[str, Any]:
    """Return a run with what it does; its secrets are in no answer."""
    return {
        "id": str(row.pk),
        "spec": _spec(row),
        "status": row.state,
        "createdAt": instant(row.created_at),
        "lastHeartbeatAt": instant(row.heartbeat_at),
        "createdBy": row.actor_ref,
    }


def _spec(row: Task) -> dict[str, Any]:
    entity = document(row.revision)
    written = entity.get("spec")
    spec: Mapping[str, Any] = written if isinstance(written, Mapping) else {}
    steps = spec.get("steps")
    return {
        "apiVersion": API_VERSION,
        "steps": [_step(number, step) for number, step in enumerate(steps if isinstance(steps, list) else [], 1)],
        "output": spec.get("output") or {},
        "parameters": row.parameters,
        "user": {"ref": row.actor_ref},
        "templateInfo": {
            "entityRef": row.template_ref,
            "baseUrl": row.revision.base_url if row.revision else "",
            "entity": {"metadata": entity.get("metadata") or {}},
        },
    }


def _step(number: int, step: Any) -> dict[str, Any]:
    known: Mapping[str, Any] = step if isinstance(step, Mapping) else {}
    named = {"id": f"step-{number}", "name": known.get("action", "")}
    return {**named, **known}


def event(row: TaskEvent, owner: Task) -> dict[str, Any]:
    """Return a line of a run's log; `owner` is its run as it is now."""
    body: dict[str, Any] = {"message": row.message}
    if row.step_id:
        body["stepId"] = row.step_id
    if status := _status(row):
        body["status"] = status
    if row.type == TaskEvent.Type.COMPLETION:
        body = _ending(row.message, owner)
    return _event(row, row.type, body)


def ending_of_cancelled(row: TaskEvent, owner: Task) -> dict[str, Any]:
    """Return the end that clients wait for after a run was cancelled, where ours has one event for both."""
    return _event(row, TaskEvent.Type.COMPLETION, _ending(row.message, owner))


def _event(row: TaskEvent, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row.seq,
        "taskId": str(row.task_id),
        "type": str(kind),
        "createdAt": instant(row.created_at),
        "body": body,
        "isTaskRecoverable": False,
    }


def _ending(message: str, owner: Task) -> dict[str, Any]:
    body: dict[str, Any] = {"message": message, "status": owner.state, "output": owner.output}
    if owner.state != Task.State.COMPLETED:
        body["error"] = {"name": "Error", "message": owner.error or message}
    return body


def _status(row: TaskEvent) -> str:
    if row.level == TaskEvent.Level.ERROR and row.step_id:
        return "failed"
    if row.level != TaskEvent.Level.STEP:
        return ""
    return next((status for begins, status in STATUSES if row.message.startswith(begins)), "")
