"""What golden paths add to the search: runs, commands, and "Create from …" for paths that somebody may run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog.search import commands, entry_types
from catalog.search.commands import Command, Offered
from catalog.search.entry_types import NOTHING, EntryType
from catalog.search.questions import Question
from catalog.search.rows import Entry
from scaffolder.models import Task, Template

RUN = "run"
MOST_PATHS = 3
# What people begin with who want to make something.
VERBS = {"create", "new", "add", "make"}


def entry_of(task: Task) -> Entry:
    """Return what the search finds of a run: its title, its golden path, who started it and for which team."""
    return Entry(
        type=RUN,
        key=str(task.pk),
        title=task.title,
        url=reverse("scaffolder:task-detail", args=[task.pk]),
        text="",
        more=" ".join((task.template_ref, task.actor_ref, task.owner_ref)),
        owner_ref=task.owner_ref,
        person_ref=task.actor_ref,
    )


def all_runs() -> Iterator[Entry]:
    """Yield the entries of all runs."""
    runs = Task.objects.only("title", "template_ref", "actor_ref", "owner_ref").order_by("created_at", "pk")
    return (entry_of(task) for task in runs.iterator())


def runs_of(actor: Actor) -> Q:
    """Return the runs that an actor finds: those that `Task.objects.visible_to` lets them read."""
    found = rule(actor, Act.READ_RUN)
    if found is Rule.ALLOW:
        return Q()
    return NOTHING if found is Rule.DENY else Q(person_ref=actor.ref) | Q(owner_ref__in=sorted(actor.group_refs))


def paths(question: Question, actor: Actor) -> Iterable[Offered]:
    """Yield the golden paths with all words of `question` that `actor` may run."""
    runnable = Template.objects.runnable_by(actor)
    for part in question.text.split():
        if part not in VERBS:
            runnable = runnable.filter(Q(title__icontains=part) | Q(ref__icontains=part) | Q(type__icontains=part))
    for template in runnable.select_related(None).only("title", "ref").order_by("title", "ref")[:MOST_PATHS]:
        title = _("Create from %(title)s") % {"title": template}
        yield Offered(title, template.get_absolute_url(), "rocket", gettext_lazy("golden path"))


entry_types.register(
    EntryType(
        RUN,
        gettext_lazy("Runs"),
        gettext_lazy("run"),
        "player-play",
        visible=runs_of,
        everything=all_runs,
        order=20,
    )
)
commands.register(
    Command(
        gettext_lazy("Create from a golden path"),
        "scaffolder:template-list",
        "circle-plus",
        Act.READ_CATALOG,
        more=gettext_lazy("new service template"),
        order=10,
    ),
    Command(gettext_lazy("Show my runs"), "scaffolder:task-list", "player-play", Act.READ_RUN, order=11),
    Command(
        gettext_lazy("Look up the actions of golden paths"),
        "scaffolder:action-list",
        "tool",
        Act.READ_CATALOG,
        order=50,
    ),
)
commands.register_source(paths)
