"""What people ask of runs: start one, cancel it, try again from the step that failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import ApiToken, User
from accounts.permissions import Act, require
from catalog import refs
from catalog.search import index
from integrations.bell import ring
from scaffolder import journal, search_entries
from scaffolder import secrets as vault
from scaffolder.engine import people
from scaffolder.engine import spec as specs
from scaffolder.engine.reconciler import end_unattended
from scaffolder.engine.spec import Spec
from scaffolder.forms import validation
from scaffolder.journal import Level, Line
from scaffolder.models import Task, TaskEvent, TaskStep, Template

HOUR = timedelta(hours=1)


class TooManyRuns(Exception):
    """The requester has as many runs as they may; `.retry_after` is when to ask again, in seconds."""

    status = 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ParametersRefused(ValueError):
    """The parameters are not what the template's form asks for; `.errors` says where and why."""

    def __init__(self, errors: Sequence[Any]) -> None:
        super().__init__("; ".join(str(error.message) for error in errors))
        self.errors = list(errors)


class NotRunnable(Exception):
    """The template is not published."""


class NotRetryable(Exception):
    """A run that goes on, or is done, has no step to try again."""


@transaction.atomic
def submit(
    *,
    template: Template,
    parameters: dict[str, Any],
    actor: Actor,
    secrets: Mapping[str, str] | None = None,
    user: User | None = None,
    token: ApiToken | None = None,
    owner_ref: str = "",
    title: str = "",
) -> Task:
    """Start a run of a published template.

    Args:
        secrets: for `secrets.<name>` in step inputs; kept encrypted until the run ends.
        owner_ref: the team that the run is for; else what `owner` among the parameters names, if it is the actor's.

    Raises:
        PermissionDenied: the actor may not run templates.
        NotRunnable: the template has no published text.
        TooManyRuns: the actor has as many as they may.
        ParametersRefused: they are not what the form asks for.
        SecretRefused: a secret is too short to be kept out of the log.
    """
    require(actor, Act.RUN_TEMPLATE)
    if template.revision is None or template.state != Template.State.PUBLISHED:
        raise NotRunnable(_("This template is not published, so it cannot be run."))
    spec = specs.of(template.revision)
    _check_limits(actor, user, token)
    _check_answers(spec, parameters, secrets or {}, actor)
    task = Task.objects.create(
        template=template,
        template_ref=template.ref,
        revision=template.revision,
        title=(title or _title(template, parameters))[:255],
        parameters=parameters,
        actor_id=user.pk if user else actor.user_id,
        actor_ref=actor.ref,
        actor_token=token,
        owner_ref=owner_ref or _owner(parameters, actor),
    )
    _add_steps(task, spec)
    vault.keep(task, secrets or {})
    index.put([search_entries.entry_of(task)])
    audit.record("run.started", actor=actor, subject=task.pk, detail={"template": template.ref})
    _ring(task)
    return task


def _check_answers(spec: Spec, parameters: Mapping[str, Any], secrets: Mapping[str, str], actor: Actor) -> None:
    try:
        errors = validation.validate(spec.pages, parameters, actor=actor)
        errors += validation.validate_secrets(spec.pages, secrets, parameters, actor=actor)
    except validation.SchemaRefused as error:
        raise specs.TemplateBroken(f"The form of this template cannot be checked: {error}") from error
    if errors:
        raise ParametersRefused(errors)


def _add_steps(task: Task, spec: Spec) -> None:
    TaskStep.objects.bulk_create(
        TaskStep(
            task=task,
            position=step.position,
            step_id=step.id[:255],
            name=step.name[:255],
            action=step.action[:255],
        )
        for step in spec.steps
    )


def _title(template: Template, parameters: Mapping[str, Any]) -> str:
    name = parameters.get("name")
    return f"{template.title}: {name}" if isinstance(name, str) and name else template.title


def _owner(parameters: Mapping[str, Any], actor: Actor) -> str:
    """Return the team that a run is for: the one named, if it is the actor's, else the only one that they have."""
    named = parameters.get("owner")
    if isinstance(named, str):
        try:
            ref = str(refs.parse(named, default_kind="group"))
        except refs.RefError:
            ref = ""
        if ref in actor.group_refs:
            return ref
    return next(iter(actor.group_refs)) if len(actor.group_refs) == 1 else ""


def _check_limits(actor: Actor, user: User | None, token: ApiToken | None) -> None:
    """Return when the actor may have one more run; in a transaction that holds their row.

    Raises:
        TooManyRuns: they have as many as they may.
    """
    if actor.kind == "system":
        return
    limits = settings.WAYMARK["scaffolder"]["limits"]
    _hold(actor, user, token)
    theirs = Task.objects.filter(actor_ref=actor.ref)
    is_machine = actor.kind == "token"
    at_once = limits["machine_runs_at_once" if is_machine else "runs_at_once"]
    if theirs.not_ended().count() >= at_once:
        raise TooManyRuns(
            _("You have %(count)d runs that have not ended. Wait for one to end, or cancel one.") % {"count": at_once},
            retry_after=30,
        )
    in_an_hour = theirs.filter(created_at__gt=Now() - HOUR)
    if not is_machine and in_an_hour.count() >= limits["runs_per_hour"]:
        first = in_an_hour.order_by("created_at").values_list("created_at", flat=True)[0]
        wait = max(1, int((first + HOUR - timezone.now()).total_seconds()))
        raise TooManyRuns(
            _("You have started %(count)d runs within an hour. Start the next one in %(minutes)d minutes.")
            % {"count": limits["runs_per_hour"], "minutes": wait // 60 + 1},
            retry_after=wait,
        )


def _hold(actor: Actor, user: User | None, token: ApiToken | None) -> None:
    """Let two requests of one actor come one after the other."""
    if token is not None:
        ApiToken.objects.select_for_update().filter(pk=token.pk).first()
        return
    user_id = user.pk if user else actor.user_id
    if user_id is not None:
        User.objects.select_for_update().filter(pk=user_id).first()


@transaction.atomic
def cancel(task: Task, actor: Actor) -> None:
    """Ask a run to stop: at once when no worker has it, else before its next step. Nothing when it has ended.

    Raises:
        PermissionDenied: the actor may not control this run.
    """
    people.require_control(actor, task)
    asked = Task.objects.filter(pk=task.pk, cancel_asked_at__isnull=True).not_ended()
    if asked.update(cancel_asked_at=Now()) == 0:
        return
    audit.record("run.cancel-asked", actor=actor, subject=task.pk)
    message = f"Cancelled by {actor}."
    if not end_unattended(task.pk, Task.State.CANCELLED, message, now=Now()):
        journal.append(task.pk, [Line(f"{actor} asked to cancel the run.", level=Level.WARN)])


@transaction.atomic
def retry(task: Task, actor: Actor, secrets: Mapping[str, str] | None = None) -> None:
    """Open a failed or cancelled run again, from its first step that is not done.

    Args:
        secrets: once more, since they were deleted when the run ended.

    Raises:
        PermissionDenied: the actor may not control this run.
        NotRetryable: it goes on, is done, or what it made was taken back.
        TooManyRuns: as `submit`.
    """
    people.require_control(actor, task)
    _check_limits(actor, None, None)
    if task.undo_runs.exists():
        raise NotRetryable(_("What this run made was taken back. Start over with the same values instead."))
    ended = Task.objects.filter(pk=task.pk, state__in=(Task.State.FAILED, Task.State.CANCELLED))
    fresh = {"started_at": None, "deadline_at": None, "cancel_asked_at": None, "ended_at": None, "not_before": None}
    if ended.update(state=Task.State.OPEN, error="", output={}, **fresh) == 0:
        raise NotRetryable(_("Only a run that failed or was cancelled can be tried again."))
    vault.keep(task, secrets or {})
    # The end of before is no end any more: readers of the log go on after it.
    ends = TaskEvent.objects.filter(task_id=task.pk, type__in=(TaskEvent.Type.COMPLETION, TaskEvent.Type.CANCELLED))
    ends.update(type=TaskEvent.Type.LOG)
    _reset_steps(task)
    journal.append(task.pk, [Line(f"{actor} started the run again.", type=journal.Type.RECOVERED)])
    audit.record("run.retried", actor=actor, subject=task.pk)
    _ring(task)


def _reset_steps(task: Task) -> None:
    """Make the first step that is not done wait again, and all that came after it."""
    done = Q(state=TaskStep.State.COMPLETED) | Q(state=TaskStep.State.SKIPPED)
    first = TaskStep.objects.filter(task=task).exclude(done).order_by("position").first()
    if first is not None:
        TaskStep.objects.filter(task=task, position__gte=first.position).update(
            state=TaskStep.State.WAITING, attempts=0, deaths=0, error="", output={}, started_at=None, ended_at=None
        )


def _ring(task: Task) -> None:
    from scaffolder import tasks

    ring(tasks.run_task, task.pk)


def may_control(task: Task, actor: Actor) -> bool:
    """Tell whether `actor` may cancel or retry `task`."""
    try:
        people.require_control(actor, task)
    except PermissionDenied:
        return False
    return True
