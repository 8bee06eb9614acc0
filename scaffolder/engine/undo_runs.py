"""Taking back what a run made: a run of its own, with a step for each thing, the last one first.

So it survives what every run survives, tells what it does in a log, and can be tried again where it failed.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.models import ApiToken, User
from catalog.search import index
from integrations.bell import ring
from scaffolder import search_entries, undoing
from scaffolder.engine import people
from scaffolder.engine.spec import Spec, StepSpec
from scaffolder.models import CreatedResource, Task, TaskStep
from scaffolder.registry import ActionInfo, UnknownAction
from scaffolder.step import Outputs, Step
from scaffolder.undoing import Gone, Kept, Made

# What comes before the number of a thing in the id of the step that takes it back.
PREFIX = "resource-"
# That one thing cannot be taken back keeps no other from it.
ALWAYS = "${{ always() }}"
ACTION = "waymark:undo"


class NotUndoable(Exception):
    """There is nothing to take back now; the message says why."""


@transaction.atomic
def undo(task: Task, actor: Actor, *, user: User | None = None, token: ApiToken | None = None) -> Task:
    """Start the run that takes back what `task` made, the last thing first.

    Raises:
        PermissionDenied: the actor may not control the run.
        NotUndoable: it goes on, is itself such a run, is being taken back, or has nothing left outside.
    """
    people.require_control(actor, task)
    found = Task.objects.select_for_update().get(pk=task.pk)
    left = undoable(found)
    made = Task.objects.create(
        undoes=found,
        template_ref=found.template_ref,
        title=(_("Undo: %(title)s") % {"title": found.title})[:255],
        actor_id=user.pk if user else actor.user_id,
        actor_ref=actor.ref,
        actor_token=token,
        owner_ref=found.owner_ref,
    )
    TaskStep.objects.bulk_create(
        TaskStep(
            task=made,
            position=position,
            step_id=f"{PREFIX}{resource.pk}",
            name=(_("Undo %(title)s") % {"title": resource.short_title})[:255],
            action=ACTION,
        )
        for position, resource in enumerate(left)
    )
    index.put([search_entries.entry_of(made)])
    audit.record("run.undone", actor=actor, subject=found.pk, detail={"by": str(made.pk)})
    _ring(made)
    return made


def undoable(task: Task) -> list[CreatedResource]:
    """Return what of a run can be taken back now, the last thing first.

    Raises:
        NotUndoable: as `undo`.
    """
    if task.undoes_id is not None:
        raise NotUndoable(_("This run took something back itself. Start the first one over to have it made again."))
    if not task.has_ended:
        raise NotUndoable(_("The run goes on. Cancel it first."))
    if task.undo_runs.not_ended().exists():
        raise NotUndoable(_("What this run made is being taken back already."))
    left = list(task.resources.filter(undone_at=None).order_by("-pk"))
    if not left:
        raise NotUndoable(_("Nothing that this run made is left."))
    return left


def spec_of(rows: Iterable[TaskStep]) -> Spec:
    """Return what a run that takes things back does, as its rows name them."""
    steps = tuple(
        StepSpec(
            row.position,
            row.step_id,
            row.name,
            row.action,
            input={"resource": int(row.step_id.removeprefix(PREFIX))},
            condition=ALWAYS,
        )
        for row in rows
    )
    return Spec(steps, (), {})


def _take_back(step: Step) -> Outputs:
    of_this_run = CreatedResource.objects.filter(task__undo_runs__pk=step.task_id)
    row = of_this_run.get(pk=step.input["resource"])
    if row.undone_at is not None:
        return {}
    made = Made.from_row(row)
    remark = ""
    try:
        way = undoing.find(made.kind)
        if way is None:
            raise Kept(f"The portal does not know how to take back a {made.kind}. Do it by hand: {row.url or row.key}.")
        way.undo(step, made)
        step.point("undo:done")
    except Kept as kept:
        step.log.warning("Kept %s. %s", made.title, kept)
        of_this_run.filter(pk=row.pk).update(remark=str(kept)[:1000])
        return {"kept": str(kept)}
    except Gone as gone:
        remark = str(gone)[:1000]
        step.log.info("%s", gone)
    of_this_run.filter(pk=row.pk).update(undone_at=timezone.now(), remark=remark)
    return {}


TAKE_BACK = ActionInfo(
    ACTION,
    "Takes back one thing that a run made.",
    _take_back,
    {"type": "object", "required": ["resource"], "properties": {"resource": {"type": "integer"}}},
)


def action(action_id: str) -> ActionInfo:
    """Return the one action of such runs; no template can name it."""
    if action_id != ACTION:
        raise UnknownAction(f"A run that takes things back has no {action_id}.")
    return TAKE_BACK


def _ring(task: Task) -> None:
    from scaffolder import tasks

    ring(tasks.run_task, task.pk)
