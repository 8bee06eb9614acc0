"""The platform API of golden paths: make a service, ask how its run is going."""

from __future__ import annotations

import re
import threading
import time
import uuid
from datetime import datetime
from typing import Annotated, Any, Literal, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, HeaderEx, Router, Schema, Status

from accounts import askers
from accounts.http import PortalRequest
from scaffolder import engine, idempotency, services
from scaffolder.engine import TooManyRuns
from scaffolder.models import CreatedResource, Task
from scaffolder.services import Fault, ServiceRequest
from scaffolder.undoing import Made

router = Router(tags=["services"])

WAIT = re.compile(r"(?:^|[,;\s])wait=(\d{1,4})(?=$|[,;\s])", re.ASCII)
LONGEST_WAIT_SECONDS = 60
LOOK_EVERY_SECONDS = 0.2
# Threads of this process that may hold while a run goes on; the others serve pages.
_waiting = threading.BoundedSemaphore(8)


class ServiceIn(Schema):
    """A service as it is asked for."""

    model_config = {"extra": "forbid"}

    name: str = Field(description="Lower-case letters, digits and hyphens", examples=["checkout"])
    team: str = Field(description="The team that will own it: a name, or a full ref", examples=["shop"])
    language: str = Field("", description="Picks the golden path when none is named", examples=["python"])
    framework: str = Field("", examples=["django"])
    template: str = Field("", description="The golden path: a name, or a full ref", examples=["python-service"])
    description: str = Field("", max_length=10_000)


class ServiceOut(Schema):
    """Where the run and the service are to be found."""

    task: str
    status: str
    service_url: str
    git_repo: str | None
    dashboard: str | None
    entity_ref: str


class FaultOut(Schema):
    field: str
    message: str
    hint: str


class FaultsOut(Schema):
    """What is wrong with a request, field by field."""

    errors: list[FaultOut]


class ErrorBody(Schema):
    name: str
    message: str


class ErrorOut(Schema):
    error: ErrorBody


class StepOut(Schema):
    id: str
    name: str
    action: str
    status: str


class ResourceOut(Schema):
    """Something outside that a run made; `unsure` when it was cut off in the middle of it."""

    kind: str
    title: str
    url: str
    state: Literal["made", "unsure", "undone"]
    remark: str


class TaskOut(Schema):
    """A run."""

    id: uuid.UUID
    task: str
    title: str
    template_ref: str
    status: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    error: str
    output: dict[str, Any]
    steps: list[StepOut]
    resources: list[ResourceOut]


@router.post(
    "/services",
    response={201: ServiceOut, 202: ServiceOut, 409: ErrorOut, 422: FaultsOut, 429: ErrorOut},
    summary="Make a service from a golden path",
    operation_id="create_service",
)
def create_service(
    request: HttpRequest,
    response: HttpResponse,
    body: ServiceIn,
    idempotency_key: Annotated[
        str, HeaderEx("", alias="Idempotency-Key", description="The same key again gives the same run")
    ],
    prefer: Annotated[
        str, HeaderEx("", alias="Prefer", description="`wait=60`: answer when the run has ended, at most so late")
    ],
) -> Status[dict[str, Any]]:
    """Start the run that makes a service: 202 at once, or 201 when it is done within the time of `Prefer: wait`."""
    asked = ServiceRequest(**{name: value.strip() for name, value in body.model_dump().items()})
    try:
        task = _task(request, asked, body, idempotency_key.strip())
    except services.ServiceRefused as error:
        return Status(422, {"errors": [fault.to_json() for fault in error.faults]})
    except idempotency.KeyRefused as error:
        return Status(422, {"errors": [Fault("Idempotency-Key", str(error)).to_json()]})
    except idempotency.KeyReused as error:
        return Status(409, {"error": {"name": "ConflictError", "message": str(error)}})
    except TooManyRuns as error:
        response["Retry-After"] = str(error.retry_after)
        return Status(429, {"error": {"name": "TooManyRequestsError", "message": str(error)}})
    response["Location"] = _absolute(reverse("api-1:get_task", args=[task.pk]))
    seconds = _wait_seconds(prefer)
    if seconds is None:
        # The same answer for the same key, however far the run has come.
        return Status(202, _service(task, asked, Task.State.OPEN))
    if _wait(task, seconds):
        response["Preference-Applied"] = f"wait={seconds}"
    done = task.state == Task.State.COMPLETED
    return Status(201 if done else 202, _service(task, asked, task.state))


def _task(request: HttpRequest, asked: ServiceRequest, body: ServiceIn, key: str) -> Task:
    actor = cast("PortalRequest", request).actor
    user, token = askers.rows(request, actor)
    return idempotency.once(
        key,
        body.model_dump(),
        actor=actor,
        make=lambda: services.create(asked, actor=actor, user=user, token=token),
    )


@router.get(
    "/tasks/{task_id}",
    response={200: TaskOut, 404: ErrorOut},
    summary="A run",
    operation_id="get_task",
    url_name="get_task",
)
def get_task(request: HttpRequest, task_id: uuid.UUID) -> dict[str, Any]:
    """Tell how a run is going."""
    actor = cast("PortalRequest", request).actor
    task = Task.objects.visible_to(actor).filter(pk=task_id).first()
    if task is None:
        raise Http404
    return _run(task)


@router.post(
    "/tasks/{task_id}/undo",
    response={202: TaskOut, 403: ErrorOut, 404: ErrorOut, 409: ErrorOut},
    summary="Take back what a run made",
    operation_id="undo_task",
)
def undo_task(request: HttpRequest, response: HttpResponse, task_id: uuid.UUID) -> Status[dict[str, Any]]:
    """Start the run that takes back what this one made, the last thing first; what others have worked on stays."""
    actor = cast("PortalRequest", request).actor
    task = Task.objects.visible_to(actor).filter(pk=task_id).first()
    if task is None:
        raise Http404
    user, token = askers.rows(request, actor)
    try:
        made = engine.undo(task, actor, user=user, token=token)
    except PermissionDenied as error:
        return Status(403, {"error": {"name": "NotAllowedError", "message": str(error)}})
    except engine.NotUndoable as error:
        return Status(409, {"error": {"name": "ConflictError", "message": str(error)}})
    response["Location"] = _absolute(reverse("api-1:get_task", args=[made.pk]))
    return Status(202, _run(made))


def _run(task: Task) -> dict[str, Any]:
    steps = task.steps.values("step_id", "name", "action", "state")
    return {
        "id": task.pk,
        "task": _absolute(task.get_absolute_url()),
        "title": task.title,
        "template_ref": task.template_ref,
        "status": task.state,
        "created_at": task.created_at,
        "started_at": task.started_at,
        "ended_at": task.ended_at,
        "error": task.error,
        "output": task.output,
        "steps": [
            {"id": row["step_id"], "name": row["name"], "action": row["action"], "status": row["state"]}
            for row in steps
        ],
        "resources": [_resource(row) for row in task.resources.all()],
    }


def _resource(row: CreatedResource) -> dict[str, str]:
    made = Made.from_row(row)
    state = "undone" if row.undone_at else "unsure" if made.is_unsure else "made"
    return {"kind": made.kind, "title": made.title, "url": row.url, "state": state, "remark": row.remark}


def _service(task: Task, asked: ServiceRequest, status: str) -> dict[str, Any]:
    return {
        "task": _absolute(task.get_absolute_url()),
        "status": str(status),
        **services.addresses(asked.name),
    }


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def _wait_seconds(prefer: str) -> int | None:
    found = WAIT.search(prefer)
    return min(int(found[1]), LONGEST_WAIT_SECONDS) if found else None


def _wait(task: Task, seconds: int) -> bool:
    """Hold until the run has ended or the time is over; False at once when too many hold already."""
    if not _waiting.acquire(blocking=False):
        return False
    try:
        end = time.monotonic() + seconds
        while not task.has_ended and time.monotonic() < end:
            time.sleep(LOOK_EVERY_SECONDS)
            task.refresh_from_db(fields=["state"])
    finally:
        _waiting.release()
    return True
