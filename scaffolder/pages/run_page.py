"""A run as its page shows it: steps with times, the log from a number on, what it made and gave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import approvals
from accounts.actors import Actor
from accounts.models import Approval
from catalog import refs
from catalog.models import Entity
from catalog.problems import Problem
from integrations import markdown
from scaffolder import engine
from scaffolder.engine import spec as specs
from scaffolder.engine import waking
from scaffolder.forms import pickers, questions, review, validation
from scaffolder.models import CreatedResource, Task, TaskEvent, TaskStep
from scaffolder.pages import ansi, gallery

# A log is shown from its end; the rest is in the raw text.
SHOWN_LINES = 2_000
LOOKS = {
    Task.State.OPEN: "idle",
    Task.State.PROCESSING: "run",
    Task.State.COMPLETED: "ok",
    Task.State.FAILED: "bad",
    Task.State.CANCELLED: "idle",
}
STEP_ICONS = {
    TaskStep.State.WAITING: ("circle-dashed", "wait"),
    TaskStep.State.PROCESSING: ("refresh", "run"),
    TaskStep.State.COMPLETED: ("circle-check-filled", "ok"),
    TaskStep.State.FAILED: ("circle-x-filled", "bad"),
    TaskStep.State.SKIPPED: ("minus", "wait"),
    TaskStep.State.CANCELLED: ("x", "wait"),
}
RESOURCE_ICONS = {
    "repository": "brand-github",
    "pull-request": "git-pull-request",
    "location": "map-pin",
    "issue": "circle-dashed",
    "workflow-run": "player-play",
    "entity": "layout-grid",
}
# `template.yaml:12:5: …`, as an error of an expression begins.
PLACE = re.compile(r"(?P<file>[^\s:]{1,200}):(?P<line>\d{1,6})(?::(?P<column>\d{1,6}))?: (?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True)
class StepRow:
    """A step with its state, and how long it took or takes."""

    row: TaskStep
    duration: timedelta | None
    # Whether people are asked whether it may go on.
    is_asked: bool = False

    @property
    def icon(self) -> str:
        return "clock-pause" if self.is_asked else STEP_ICONS[TaskStep.State(self.row.state)][0]

    @property
    def look(self) -> str:
        return "ask" if self.is_asked else STEP_ICONS[TaskStep.State(self.row.state)][1]

    @property
    def word(self) -> str:
        return _("Waiting for approval") if self.is_asked else str(self.row.get_state_display())

    @property
    def is_current(self) -> bool:
        return self.is_asked or self.row.state in (TaskStep.State.PROCESSING, TaskStep.State.FAILED)

    @property
    def retries(self) -> int:
        return max(self.row.attempts - 1, 0)


@dataclass(frozen=True)
class LogLine:
    """A line of the log."""

    event: TaskEvent

    @property
    def anchor(self) -> str:
        """Where a link from the list of steps leads: the first line of the step."""
        begins = self.event.level == TaskEvent.Level.STEP and self.event.message.startswith("Beginning")
        return f"step-{slugify(self.event.step_id)}" if begins else ""

    @property
    def pieces(self) -> list[ansi.Piece]:
        return ansi.pieces(self.event.message)


@dataclass(frozen=True)
class Link:
    """Something that the run gives to go to."""

    title: str
    url: str
    icon: str = ""
    detail: str = ""
    # Whether we made the address ourselves, so that no stranger chose it.
    is_ours: bool = False
    # Whether the run was cut off while it made this, so that nobody knows.
    is_unsure: bool = False
    # Whether an undo took it back; `remark` says why one left it.
    is_undone: bool = False
    remark: str = ""


@dataclass(frozen=True)
class Failure:
    """Why the run ended badly, and where that stands."""

    message: str
    step: str = ""
    # `template.yaml:12:5`; empty when it is not about a place in a file.
    place: str = ""
    # The lines of template.yaml around it, the number of the first, and what to mark.
    excerpt: str = ""
    first_line: int = 1
    problems: tuple[Problem, ...] = ()


class RunPage:
    """What is known of a run at this moment."""

    def __init__(self, task: Task, *, actor: Actor, now: datetime, after: int = 0) -> None:
        self.task = task
        self.actor = actor
        self.now = now
        self.after = after

    @property
    def look(self) -> str:
        return "warn" if self.is_waiting_for_time else LOOKS[Task.State(self.task.state)]

    @property
    def word(self) -> str:
        if self.approval:
            return _("Waiting for approval")
        if self.is_waiting_for_time:
            return _("Waiting") if self._is_pause else _("Tries again soon")
        if self.task.cancel_asked_at and not self.task.has_ended:
            return _("Stopping")
        return str(self.task.get_state_display())

    @cached_property
    def approval(self) -> Approval | None:
        """What the run waits for people to decide, with `yeses`, the number of those who said yes."""
        if not self.is_waiting_for_time:
            return None
        asked = Approval.objects.open(self.now).filter(subject=waking.subject_of(self.task.pk))
        return asked.annotate(yeses=Count("votes", filter=Q(votes__is_yes=True))).prefetch_related("groups").first()

    @property
    def may_approve(self) -> bool:
        return self.approval is not None and not approvals.why_not(self.approval, self.actor)

    @property
    def is_waiting_for_time(self) -> bool:
        return bool(self.task.state == Task.State.OPEN and self.task.not_before and self.task.not_before > self.now)

    @property
    def _is_pause(self) -> bool:
        """Whether the step that waits does so because it was told to, and not after a failure."""
        return not any(step.row.error for step in self.steps if step.row.state == TaskStep.State.WAITING)

    @property
    def poll_seconds(self) -> int:
        """How often a reader asks for more: seldom while the run waits for a host, since nothing happens then."""
        return 5 if self.is_waiting_for_time else 1

    @property
    def is_delayed(self) -> bool:
        """Whether it waits for longer than a worker that is there would let it."""
        waits = self.task.state == Task.State.OPEN and not self.is_waiting_for_time
        return waits and self.now - self.task.created_at > timedelta(seconds=30) and self.task.started_at is None

    @property
    def duration(self) -> timedelta | None:
        began = self.task.started_at or self.task.created_at
        return (self.task.ended_at or self.now) - began

    @cached_property
    def steps(self) -> list[StepRow]:
        asked = self.approval.part if self.approval else None
        return [_step_row(row, self.now, is_asked=row.step_id == asked) for row in self.task.steps.all()]

    @property
    def steps_done(self) -> int:
        done = (TaskStep.State.COMPLETED, TaskStep.State.SKIPPED)
        return sum(step.row.state in done for step in self.steps)

    @cached_property
    def lines(self) -> list[LogLine]:
        """The lines after `after`, at most the last that are shown."""
        events = self.task.events.filter(seq__gt=self.after).order_by("-seq")[:SHOWN_LINES]
        return [LogLine(event) for event in reversed(events)]

    @property
    def last_seq(self) -> int:
        return self.lines[-1].event.seq if self.lines else self.after

    @property
    def has_earlier_lines(self) -> bool:
        return bool(self.lines) and self.lines[0].event.seq > self.after + 1

    @cached_property
    def resources(self) -> list[Link]:
        """What the run made outside."""
        found: Iterable[CreatedResource] = self.task.resources.all()
        return [link_of(one) for one in found]

    @property
    def links(self) -> list[Link]:
        """The links among the outputs."""
        found = []
        for link in _rows(self.task.output.get("links")):
            given, page = str(link.get("url") or ""), _entity_url(link.get("entityRef"))
            if given or page:
                title = str(link.get("title") or given or link.get("entityRef"))
                found.append(Link(title, given or page, str(link.get("icon") or ""), is_ours=not given))
        return found

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The texts among the outputs, their Markdown made safe."""
        return [
            {"title": str(text.get("title") or _("Output")), "html": markdown.render(str(text.get("content") or ""))}
            for text in _rows(self.task.output.get("text"))
        ]

    @property
    def other_outputs(self) -> list[tuple[str, str]]:
        return [(key, str(value)) for key, value in self.task.output.items() if key not in ("links", "text")]

    @cached_property
    def pages(self) -> Sequence[Mapping[str, Any]]:
        try:
            return specs.of(self.task.revision).pages if self.task.revision else ()
        except engine.TemplateBroken:
            return ()

    @property
    def values(self) -> list[review.Answer]:
        """What the run was started with, as the review page said it."""
        titles = [""] * len(self.pages)
        parts = review.parts(self.pages, self.task.parameters, (), titles=titles)
        return [answer for part in parts for answer in part.answers if answer.text not in ("—", _("not given"))]

    @property
    def secret_questions(self) -> list[questions.Question]:
        """The secrets that a retry needs again, since they are deleted when a run ends."""
        found = (validation.secret_questions(questions.of_page(page, self.task.parameters)) for page in self.pages)
        return [question for page in found for question in page if pickers.find(question.field)]

    @property
    def may_control(self) -> bool:
        return engine.may_control(self.task, self.actor)

    @property
    def may_retry(self) -> bool:
        has_failed = self.task.state in (Task.State.FAILED, Task.State.CANCELLED)
        return has_failed and not self.undo_runs and self.may_control

    @cached_property
    def undo_runs(self) -> list[Task]:
        """The runs that took back, or take back, what this one made, the newest first."""
        return list(self.task.undo_runs.only("title", "state", "created_at", "actor_ref").order_by("-created_at"))

    @property
    def may_undo(self) -> bool:
        is_going = any(not run.has_ended for run in self.undo_runs)
        has_left = any(not link.is_undone for link in self.resources)
        is_first = self.task.undoes_id is None
        return is_first and self.task.has_ended and has_left and not is_going and self.may_control

    @property
    def may_cancel(self) -> bool:
        return self.may_control and not self.task.has_ended and self.task.cancel_asked_at is None

    @property
    def failure(self) -> Failure | None:
        if self.task.state != Task.State.FAILED:
            return None
        step = next((row for row in self.steps if row.row.state == TaskStep.State.FAILED), None)
        name = step.row.name if step else ""
        message = (step.row.error if step else "") or self.task.error
        found = PLACE.fullmatch(message)
        if found is None:
            return Failure(message, name)
        line, column = int(found["line"]), int(found["column"] or 0)
        place = ":".join(filter(None, (found["file"], found["line"], found["column"])))
        excerpt, first = self._excerpt(found["file"], line)
        return Failure(found["rest"], name, place, excerpt, first, (Problem(found["rest"], line, column),))

    @property
    def usual_duration(self) -> timedelta | None:
        if self.task.template is None:
            return None
        return gallery.usual_durations([self.task.template.pk], now=self.now).get(self.task.template.pk)

    def titles(self) -> dict[str, str]:
        """Return {ref: title} of the entities that the page names, for links that cost one statement."""
        named = {answer.ref for answer in self.values if answer.ref}
        asked = {group.group_ref for group in self.approval.groups.all()} if self.approval else set()
        people = {run.actor_ref for run in self.undo_runs} | asked | {self.task.owner_ref, self.task.actor_ref}
        wanted = (named | people) - {""}
        entities = Entity.objects.visible_to(self.actor).filter(ref__in=wanted)
        return dict(entities.values_list("ref", "title"))

    def _excerpt(self, file: str, line: int) -> tuple[str, int]:
        """Return the lines around one of template.yaml, and the number of the first; nothing of other files."""
        if file != specs.FILE or self.task.revision is None:
            return "", 1
        rows = self.task.revision.text.splitlines()
        first = max(1, line - 3)
        return "\n".join(rows[first - 1 : line + 2]), first


def _step_row(row: TaskStep, now: datetime, *, is_asked: bool) -> StepRow:
    waits_since = row.started_at if is_asked else None
    return StepRow(row, now - waits_since if waits_since else _duration(row, now), is_asked)


def _duration(row: TaskStep, now: datetime) -> timedelta | None:
    if row.started_at is None:
        return None
    return (row.ended_at or (now if row.state == TaskStep.State.PROCESSING else row.started_at)) - row.started_at


def _entity_url(ref: Any) -> str:
    """Return the page of an entity that an output names; nothing when it names none."""
    try:
        parts = refs.parse(str(ref or ""), default_kind="component")
    except refs.RefError:
        return ""
    return reverse("catalog:entity-detail", args=[parts.kind.lower(), parts.namespace.lower(), parts.name.lower()])


def link_of(made: CreatedResource) -> Link:
    """Return a thing that a run made as pages show it."""
    is_unsure = made.kind == CreatedResource.UNSURE
    kind = made.key.partition(" ")[0] if is_unsure else made.kind
    detail = kind.replace("-", " ")
    return Link(
        made.short_title,
        made.url,
        RESOURCE_ICONS.get(kind, "box"),
        detail,
        is_unsure=is_unsure and made.undone_at is None,
        is_undone=made.undone_at is not None,
        remark=made.remark,
    )


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
