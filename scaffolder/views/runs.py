"""Runs: the list, one of them live, its log, and what a person may do about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.models import User
from accounts.permissions import Act, Rule, rule
from scaffolder import engine
from scaffolder.forms import validation
from scaffolder.models import Task
from scaffolder.pages import run_list
from scaffolder.pages.run_page import RunPage
from scaffolder.pages.undo_page import UndoPage
from scaffolder.secrets import SecretRefused
from scaffolder.views.filters import EventsForm, RunListForm

UNCHANGED = 204


@require_GET
@allowed(Act.READ_RUN)
def task_list(request: PortalRequest) -> HttpResponse:
    """The runs of the person, or all that they may read."""
    found = run_list.read(RunListForm(request.GET).criteria(), request.GET.get("page"), actor=request.actor)
    template = "scaffolder/task_list.html"
    if request.htmx.target == "run-list":
        template += "#listing"
    return render(request, template, {"runs": found, "titles": found.titles})


@require_GET
@allowed(Act.READ_RUN)
def task_detail(request: PortalRequest, pk: UUID) -> HttpResponse:
    """A run: steps with times, log, what it made and gave; it follows a live one by itself."""
    run = RunPage(_task(request, pk), actor=request.actor, now=timezone.now())
    context = {"run": run, "task": run.task, "titles": run.titles(), "may_start": _may_start(request, run.task)}
    return render(request, "scaffolder/task_detail.html", context)


@require_GET
@allowed(Act.READ_RUN)
def task_events(request: PortalRequest, pk: UUID) -> HttpResponse:
    """What happened to a run after event number `after`: new lines of the log, and the parts that changed with them."""
    after, state = EventsForm(request.GET).read()
    known = Task.objects.visible_to(request.actor).filter(pk=pk).values_list("next_seq", "state").first()
    if known is None:
        raise Http404
    if known == (after + 1, state):
        return HttpResponse(status=UNCHANGED)
    run = RunPage(_task(request, pk), actor=request.actor, now=timezone.now(), after=after)
    context = {"run": run, "task": run.task, "titles": run.titles(), "may_start": _may_start(request, run.task)}
    return render(request, "scaffolder/task_events.html", context)


@require_GET
@allowed(Act.READ_RUN)
def task_log(request: PortalRequest, pk: UUID) -> StreamingHttpResponse:
    """The whole log as plain text."""
    task = _task(request, pk)
    events = task.events.values_list("created_at", "level", "message").iterator(chunk_size=2_000)
    lines = (f"{at:%Y-%m-%dT%H:%M:%SZ} {level:5} {message}\n" for at, level, message in events)
    name = slugify(task.title) or "run"
    return StreamingHttpResponse(
        lines,
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.log"'},
    )


@require_POST
@allowed(Act.CONTROL_RUN)
def task_cancel(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Ask a run to stop."""
    task = _task(request, pk)
    try:
        engine.cancel(task, request.actor)
    except PermissionDenied as error:
        messages.error(request, str(error))
    return redirect(task)


@require_POST
@allowed(Act.CONTROL_RUN)
def task_retry(request: PortalRequest, pk: UUID) -> HttpResponse:
    """Go on with a run that failed or was cancelled, from the step that was not done."""
    task = _task(request, pk)
    run = RunPage(task, actor=request.actor, now=timezone.now())
    secrets = {
        validation.secret_name(question): request.POST[question.name]
        for question in run.secret_questions
        if request.POST.get(question.name)
    }
    wrong = validation.validate_secrets(run.pages, secrets, task.parameters, actor=request.actor)
    if wrong:
        messages.error(request, f"{wrong[0].message} {wrong[0].hint}")
        return redirect(task)
    try:
        engine.retry(task, request.actor, secrets)
    except (PermissionDenied, SecretRefused, engine.NotRetryable, engine.TooManyRuns) as error:
        messages.error(request, str(error))
    return redirect(task)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Act.CONTROL_RUN)
def task_undo(request: PortalRequest, pk: UUID) -> HttpResponse:
    """What becomes of the things that a run made when it is undone; sent, it is."""
    task = _task(request, pk)
    try:
        if request.method == "POST":
            user = request.user if isinstance(request.user, User) else None
            return redirect(engine.undo(task, request.actor, user=user))
        engine.require_control(request.actor, task)
        page = UndoPage(task, engine.undoable(task), actor=request.actor)
    except (PermissionDenied, engine.NotUndoable) as error:
        messages.error(request, str(error))
        return redirect(task)
    return render(request, "scaffolder/task_undo.html", {"undo": page, "task": task, "titles": page.titles()})


def _task(request: PortalRequest, pk: UUID) -> Task:
    tasks = Task.objects.visible_to(request.actor).select_related("template", "revision", "actor", "undoes")
    return get_object_or_404(tasks, pk=pk)


def _may_start(request: PortalRequest, task: Task) -> bool:
    """Whether the person may start the same golden path once more."""
    template = task.template
    is_open = template is not None and template.state == template.State.PUBLISHED
    return is_open and rule(request.actor, Act.RUN_TEMPLATE) is not Rule.DENY
