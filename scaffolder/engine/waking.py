"""Runs that wait for people go on as soon as these have decided."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import approvals
from integrations.bell import ring
from scaffolder.models import Task

# A decision may come in the moment in which the run lies down; the reconciler looks back so far.
LOOKS_BACK = timedelta(minutes=10)


def subject_of(task_id: object) -> str:
    """Return what approvals call a run."""
    return f"run:{task_id}"


def wake(task_id: str) -> bool:
    """End the wait of a run now; False when it does not wait."""
    from scaffolder import tasks

    with transaction.atomic():
        asleep = Task.objects.select_for_update().filter(pk=task_id, state=Task.State.OPEN, not_before__isnull=False)
        task = asleep.only("not_before", "deadline_at").first()
        if task is None:
            return False
        # What is left of the wait was added to the time that the run may take.
        left = max(task.not_before - timezone.now(), timedelta()) if task.not_before else timedelta()
        task.deadline_at = task.deadline_at - left if task.deadline_at else None
        task.not_before = None
        task.save(update_fields=["not_before", "deadline_at"])
        ring(tasks.run_task, task.pk)
    return True


def wake_decided() -> int:
    """Wake the runs that missed a decision; return how many."""
    decided = approvals.decided_since(timezone.now() - LOOKS_BACK)
    subjects = {approval.subject for approval in decided if approval.subject.startswith(subject_of(""))}
    waiting = Task.objects.filter(
        pk__in=[subject.removeprefix(subject_of("")) for subject in subjects],
        state=Task.State.OPEN,
        not_before__gt=timezone.now(),
    )
    return sum(wake(str(pk)) for pk in waiting.values_list("pk", flat=True))
