"""The list of runs: those of a person, or all that they may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q

from accounts.actors import Actor
from catalog.models import Entity
from scaffolder.models import Task, TaskQuerySet
from scaffolder.pages.run_page import LOOKS

PER_PAGE = 25


@dataclass(frozen=True)
class RunCriteria:
    """Which runs somebody looks for."""

    text: str = ""
    is_mine: bool = True
    state: str = ""
    template_ref: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.state or self.template_ref)


@dataclass(frozen=True)
class RunRow:
    """A run in the list."""

    task: Task

    @property
    def look(self) -> str:
        return LOOKS[Task.State(self.task.state)]

    @property
    def again_url(self) -> str:
        """The form with the same values; nothing when the golden path is gone."""
        template = self.task.template
        return f"{template.get_absolute_url()}?from={self.task.pk}" if template else ""

    @property
    def duration(self) -> Any:
        task = self.task
        return task.ended_at - (task.started_at or task.created_at) if task.ended_at else None


@dataclass(frozen=True)
class RunList:
    """A page of runs, with what else the page says."""

    page: Page[Task]
    rows: list[RunRow]
    criteria: RunCriteria
    numbers: list[Any]
    mine: int
    all: int
    titles: dict[str, str]
    states: list[tuple[str, str]]


def read(criteria: RunCriteria, number: str | None, *, actor: Actor) -> RunList:
    """Return the runs that `actor` may read and asked for, the newest first."""
    visible = Task.objects.visible_to(actor)
    wanted = _matching(visible, criteria)
    mine = wanted.filter(actor_ref=actor.ref)
    shown = (mine if criteria.is_mine else wanted).select_related("template").order_by("-created_at", "pk")
    shown = shown.defer("parameters", "output", "template__draft")
    paginator = Paginator(shown, per_page=PER_PAGE)
    page = paginator.get_page(number)
    rows = [RunRow(task) for task in page]
    refs = {ref for row in rows for ref in (row.task.actor_ref, row.task.owner_ref, row.task.template_ref) if ref}
    titles = Entity.objects.visible_to(actor).filter(ref__in=refs).values_list("ref", "title")
    return RunList(
        page,
        rows,
        criteria,
        list(paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)),
        mine.count(),
        paginator.count if not criteria.is_mine else wanted.count(),
        dict(titles),
        [(value, str(label)) for value, label in Task.State.choices],
    )


def _matching(tasks: TaskQuerySet, criteria: RunCriteria) -> TaskQuerySet:
    for word in criteria.text.split():
        tasks = tasks.filter(Q(title__icontains=word) | Q(template_ref__icontains=word) | Q(actor_ref__icontains=word))
    if criteria.state:
        tasks = tasks.filter(state=criteria.state)
    if criteria.template_ref:
        tasks = tasks.filter(template_ref=criteria.template_ref)
    return tasks
