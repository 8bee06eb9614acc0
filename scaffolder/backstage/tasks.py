"""Runs: start one, list them, cancel, try again."""

from __future__ import annotations

from uuid import UUID

from django.http.response import HttpResponseBase

from accounts import askers
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import refs
from catalog.api import parameters
from catalog.api.http import (
    ConflictError,
    InputError,
    NotFoundError,
    TooManyRequestsError,
    answer,
    requires,
)
from scaffolder import engine
from scaffolder.backstage import bodies, shapes, templates
from scaffolder.models import Task
from scaffolder.secrets import SecretRefused

ORDERS = {"created_at": "created_at", "created_by": "actor_ref", "status": "state"}
PAGE, LARGEST_PAGE = 100, 500


@requires(Act.RUN_TEMPLATE)
def create(request: PortalRequest) -> HttpResponseBase:
    """Start a run: 201 with its id, or 400 with what is wrong with the values."""
    given = parameters.body(request)
    values = bodies.object_of(given, "values")
    written = given.get("templateRef")
    if not isinstance(written, str):
        raise InputError("templateRef is missing, or no text")
    template = templates.find(request, str(refs.parse(written, default_kind="template")))
    user, token = askers.rows(request, request.actor)
    try:
        task = engine.submit(
            template=template,
            parameters=values,
            actor=request.actor,
            secrets=bodies.secrets_of(given),
            user=user,
            token=token,
        )
    except engine.ParametersRefused as refused:
        return answer({"errors": [bodies.fault(error) for error in refused.errors]}, status=400)
    except (SecretRefused, engine.TemplateBroken, engine.NotRunnable) as error:
        raise InputError(str(error)) from error
    except engine.TooManyRuns as error:
        raise TooManyRequestsError(str(error)) from error
    return answer({"id": str(task.pk)}, status=201)


@requires(Act.READ_RUN)
def listing(request: PortalRequest) -> HttpResponseBase:
    """The runs that the reader may see, the newest first unless they are asked for in another order."""
    asked = request.GET
    found = Task.objects.visible_to(request.actor).select_related("revision")
    if authors := parameters.strings(asked, "createdBy"):
        found = found.filter(actor_ref__in=authors)
    if states := parameters.strings(asked, "status"):
        found = found.filter(state__in=states)
    orders = [_order(written) for written in parameters.strings(asked, "order")]
    first = parameters.number(asked.get("offset"), "offset") or 0
    size = min(parameters.number(asked.get("limit"), "limit", least=1) or PAGE, LARGEST_PAGE)
    rows = found.order_by(*(orders or ["-created_at"]), "pk")[first : first + size]
    return answer({"tasks": [shapes.task(row) for row in rows], "totalTasks": found.count()})


@requires(Act.READ_RUN)
def by_id(request: PortalRequest, *, task_id: str) -> HttpResponseBase:
    """One run."""
    return answer(shapes.task(find(request, task_id)))


@requires(Act.CONTROL_RUN)
def cancel(request: PortalRequest, *, task_id: str) -> HttpResponseBase:
    """Ask a run to stop."""
    engine.cancel(find(request, task_id), request.actor)
    return answer({"status": "cancelled"})


@requires(Act.CONTROL_RUN)
def retry(request: PortalRequest, *, task_id: str) -> HttpResponseBase:
    """Go on with a run that failed or was cancelled; its secrets come once more."""
    task = find(request, task_id)
    given = parameters.body(request) if request.body else {}
    try:
        engine.retry(task, request.actor, bodies.secrets_of(given))
    except engine.NotRetryable as error:
        raise ConflictError(str(error)) from error
    except SecretRefused as error:
        raise InputError(str(error)) from error
    except engine.TooManyRuns as error:
        raise TooManyRequestsError(str(error)) from error
    return answer({"id": str(task.pk)}, status=201)


def find(request: PortalRequest, task_id: str) -> Task:
    """Return a run that the reader may see.

    Raises:
        NotFoundError: there is none.
    """
    try:
        key = UUID(task_id)
    except ValueError:
        key = None
    visible = Task.objects.visible_to(request.actor).select_related("revision")
    found = visible.filter(pk=key).first() if key else None
    if found is None:
        raise NotFoundError(f"No task with id '{task_id}'")
    return found


def _order(written: str) -> str:
    """Return `asc:created_at` as the database takes it."""
    direction, _colon, field = written.partition(":")
    if direction not in ("asc", "desc") or field not in ORDERS:
        raise InputError(f'Invalid order "{written}", expected "<asc|desc>:<field>" with one of {", ".join(ORDERS)}')
    return f"{'-' if direction == 'desc' else ''}{ORDERS[field]}"
