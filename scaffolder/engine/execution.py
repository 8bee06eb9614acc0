"""One worker's work on a run: walks the steps that are not done yet, and saves each with what it gave."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum, auto
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now

from accounts.actors import Actor
from integrations import faults
from integrations.redaction import Redactor
from scaffolder import secrets
from scaffolder.engine import failures, people, undo_runs
from scaffolder.engine import spec as specs
from scaffolder.engine.context import Scope, user_entity
from scaffolder.engine.lease import Lease, Watch
from scaffolder.engine.ledger import CancelAsked, TaskDesk
from scaffolder.engine.records import Clock, Records
from scaffolder.engine.spec import Spec, StepSpec
from scaffolder.engine.stage import Stage, render_output
from scaffolder.engine.storage import Storage
from scaffolder.journal import Journal, LeaseLost
from scaffolder.models import Task, TaskStep
from scaffolder.sources import TemplateSource
from scaffolder.step import StepWaits
from scaffolder.templating import Session, TemplateError

DONE = (TaskStep.State.COMPLETED, TaskStep.State.SKIPPED, TaskStep.State.FAILED)
MOST_DEATHS = 2


class Turn(Enum):
    """What becomes of a step whose turn has come."""

    PLAY = auto()
    SKIP = auto()
    STOP = auto()


class Execution:
    """A run in the hands of one worker, from where the last one left it."""

    def __init__(self, lease: Lease, watch: Watch, *, clock: Clock = Now) -> None:
        self._lease = lease
        self._watch = watch
        self._clock = clock
        self._task = Task.objects.select_related("revision", "undoes").get(pk=lease.task_id)
        self._rows = list(self._task.steps.all())
        self._secrets, self._broken = _revealed(self._task)
        self._journal = Journal(
            self._task.pk, fence=lease.fence, redactor=Redactor(secrets.masked_values(self._secrets))
        )
        self._records = Records(lease, self._journal, clock=clock)
        self._storage = Storage(lease, is_secret=bool(self._secrets))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._storage.discard()

    def play(self) -> None:
        """Walk the steps to the end of the run, or to where it has to wait.

        Raises:
            LeaseLost: another worker has the run.
        """
        if self._lease.is_takeover and not self._take_over():
            return
        try:
            if self._broken:
                raise self._broken
            spec, stage = self._prepare()
        except failures.PLAIN as error:
            self._records.end(Task.State.FAILED, str(error))
            return
        with stage.session:
            if self._walk(spec, stage):
                self._finish(spec, stage)

    def _take_over(self) -> bool:
        """Return whether the run goes on after its worker was lost; not when one step took two of them."""
        row = next((row for row in self._rows if row.state not in DONE), self._rows[-1])
        self._records.take_over(row)
        if row.deaths < MOST_DEATHS:
            return True
        message = (
            f"Parked: the step {row.name} ended its worker {row.deaths} times. "
            "Look at the worker's log, then retry the run."
        )
        self._records.fail(row, message)
        self._records.end(Task.State.FAILED, message)
        return False

    def _prepare(self) -> tuple[Spec, Stage]:
        spec = self._spec()
        self._storage.restore()
        actor = people.requester(self._task)
        scope = Scope(
            task_id=str(self._task.pk),
            parameters=self._task.parameters,
            user_ref=actor.ref,
            user=user_entity(actor),
            secrets=self._secrets,
        )
        for row in self._rows:
            if row.state == TaskStep.State.COMPLETED:
                scope.add_output(row.step_id, row.output)
        stage = Stage(scope, Session(), self._storage.workspace, _source_of(self._task), actor)
        if self._task.revision:
            stage.text = self._task.revision.text
        if self._task.undoes_id:
            stage.find_action = undo_runs.action
        stage.has_failed = any(row.state == TaskStep.State.FAILED for row in self._rows)
        return spec, stage

    def _spec(self) -> Spec:
        if self._task.undoes_id:
            return undo_runs.spec_of(self._rows)
        if self._task.revision is None:
            raise specs.TemplateBroken("The text of this run's template is gone. Start over.")
        return specs.of(self._task.revision)

    def _walk(self, spec: Spec, stage: Stage) -> bool:
        """Play the steps; return whether all of them have had their turn."""
        for step in spec.steps:
            row = self._rows[step.position]
            if row.state in DONE:
                continue
            actor = self._requester()
            if actor is None:
                return False
            stage.actor = actor
            if not self._play(step, row, stage):
                return False
        return True

    def _requester(self) -> Actor | None:
        """Return the requester with the rights of this moment; None when the run was ended for want of them."""
        try:
            return people.requester(self._task)
        except PermissionDenied as error:
            self._records.end(Task.State.FAILED, f"Stopped before the next step. {error}")
            return None

    def _is_stopped(self) -> bool:
        """End the run when somebody asked for it, or its time is over."""
        is_late = ExpressionWrapper(Q(deadline_at__lt=self._clock()), output_field=BooleanField())
        mine = Task.objects.filter(pk=self._task.pk, fence=self._lease.fence, state=Task.State.PROCESSING)
        row = mine.annotate(is_late=is_late).values_list("cancel_asked_at", "is_late").first()
        if row is None:
            raise LeaseLost(self._task.pk)
        asked_at, late = row
        if asked_at is not None:
            self._records.end(Task.State.CANCELLED, "Cancelled.")
        elif late:
            self._records.end(Task.State.FAILED, late_message())
        return asked_at is not None or bool(late)

    def _begin(self, step: StepSpec, row: TaskStep, stage: Stage) -> Turn:
        """Begin a step, or go on with that of a lost worker."""
        if row.state == TaskStep.State.PROCESSING:
            return Turn.STOP if self._is_stopped() else Turn.PLAY
        if not stage.wants(step):
            self._records.skip(row, "an earlier step failed." if stage.has_failed else "its condition is false.")
            return Turn.SKIP
        while not self._records.begin(row):
            if self._is_stopped():
                return Turn.STOP
        faults.point("step:begun")
        return Turn.PLAY

    def _play(self, step: StepSpec, row: TaskStep, stage: Stage) -> bool:
        """Play one step and write down how it went; return whether the walk goes on."""
        try:
            turn = self._begin(step, row, stage)
            if turn is not Turn.PLAY:
                return turn is Turn.SKIP
            desk = TaskDesk(self._lease, row, self._journal, self._watch, self._storage.save)
            outputs = stage.play(step, desk)
        except (LeaseLost, OperationalError, InterfaceError):
            raise
        except CancelAsked:
            self._records.end(Task.State.CANCELLED, "Cancelled.")
            return False
        except StepWaits as pause:
            self._records.pause(row, str(pause), timedelta(seconds=pause.seconds))
            return False
        except Exception as error:  # noqa: BLE001 — a company's own action may raise anything
            failures.note(error, task_id=self._task.pk, step_id=row.step_id)
            return self._fail(row, stage, error)
        if outputs is None:
            self._records.skip(row, "none of its rounds was wanted.")
            return True
        kept = self._journal.mask(outputs)
        faults.point("step:played")
        self._records.save(row, kept, self._storage.save)
        faults.point("step:saved")
        stage.scope.add_output(step.id, kept)
        return True

    def _fail(self, row: TaskStep, stage: Stage, error: Exception) -> bool:
        failure = failures.of(error, attempt=row.attempts)
        most = settings.RUNS["ATTEMPTS"]
        if failure.wait is not None and row.attempts < most:
            seconds = failure.wait.total_seconds()
            message = f"{failure.message} Trying again in {seconds:.0f} s (attempt {row.attempts} of {most})."
            self._records.wait(row, message, failure.wait)
            return False
        gave_up = f" Gave up after {row.attempts} attempts; retry the run later." if failure.wait is not None else ""
        self._records.fail(row, failure.message + gave_up)
        stage.has_failed = True
        return True

    def _finish(self, spec: Spec, stage: Stage) -> None:
        failed = next((row for row in self._rows if row.state == TaskStep.State.FAILED), None)
        if failed is not None:
            self._records.end(Task.State.FAILED, f"{failed.name}: {failed.error}")
            return
        try:
            output = render_output(stage, spec.output)
        except TemplateError as error:
            self._records.end(Task.State.FAILED, f"All steps are done, but the output cannot be shown: {error}")
            return
        self._records.end(Task.State.COMPLETED, "Done.", output=self._journal.mask(output))


def _source_of(task: Task) -> TemplateSource:
    """Return where the files of a run's template are."""
    if task.revision is None:
        return TemplateSource(ref=task.template_ref, base_url="", commit="")
    return TemplateSource(ref=task.template_ref, base_url=task.revision.base_url, commit=task.revision.commit)


def late_message() -> str:
    minutes = settings.WAYMARK["scaffolder"]["limits"]["run_minutes"]
    return f"Timed out: the run took longer than {minutes:g} minutes. Retry it from the step that it stopped at."


def _revealed(task: Task) -> tuple[dict[str, Any], secrets.SecretsLost | None]:
    try:
        return secrets.reveal(task.pk), None
    except secrets.SecretsLost as error:
        return {}, error
