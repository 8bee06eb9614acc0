"""The gallery of golden paths: what there is to choose, and how well each works."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from catalog.models import Entity
from catalog.problems import Problem
from scaffolder.lint.rules import PORTABILITY
from scaffolder.models import Task, Template

WINDOW = timedelta(days=90)
# Durations that the median is taken of; older ones of the window are left out.
MOST_DURATIONS = 5_000
RECOMMENDED = "recommended"
# The picture of a golden path: of its language when it has one, else of what it makes.
LANGUAGES = {
    "python": "brand-python",
    "go": "brand-golang",
    "golang": "brand-golang",
    "typescript": "brand-typescript",
    "javascript": "brand-typescript",
}
ICONS = {
    "gitops": "server",
    "flux": "server",
    "website": "world",
    "resource": "database",
    "database": "database",
    "environment": "server",
    "documentation": "file-text",
    "library": "package",
}


@dataclass(frozen=True)
class Record:
    """How the runs of one golden path went in the window; the share is of those that ended by themselves."""

    runs: int = 0
    completed: int = 0
    failed: int = 0
    duration: timedelta | None = None

    @property
    def success_share(self) -> float | None:
        ended = self.completed + self.failed
        return self.completed / ended if ended else None

    @property
    def success_percent(self) -> float | None:
        return None if self.success_share is None else round(self.success_share * 100, 1)


@dataclass(frozen=True)
class Card:
    """One golden path as the gallery shows it."""

    template: Template
    record: Record

    @property
    def number(self) -> int:
        return self.template.revision.number if self.template.revision else 0

    @property
    def is_recommended(self) -> bool:
        return RECOMMENDED in self.template.tags

    @property
    def icon(self) -> str:
        languages = [LANGUAGES[tag] for tag in self.template.tags if tag in LANGUAGES]
        if len(languages) == 1:
            return languages[0]
        return next((ICONS[word] for word in (self.template.type, *self.template.tags) if word in ICONS), "box")

    @property
    def tags(self) -> list[str]:
        """What somebody wrote on it, with its type in front."""
        words = [self.template.type, *self.template.tags] if self.template.type else self.template.tags
        return [tag for tag in dict.fromkeys(words) if tag != RECOMMENDED]

    @property
    def lint(self) -> tuple[str, str]:
        """The look and the words of its lint state."""
        return lint_state(self.template)


@dataclass(frozen=True)
class Criteria:
    """What somebody looks for. Choices of one field are alternatives."""

    text: str = ""
    type: str = ""
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.type or self.owners or self.tags)


@dataclass(frozen=True)
class Option:
    """A choice of a filter, with how many golden paths it leaves."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Gallery:
    """The golden paths that were asked for, and the choices beside them."""

    cards: list[Card]
    criteria: Criteria
    total: int
    types: list[Option] = field(default_factory=list)
    owners: list[Option] = field(default_factory=list)
    tags: list[Option] = field(default_factory=list)
    # {ref: title} of the owners.
    titles: dict[str, str] = field(default_factory=dict)


def read(criteria: Criteria, *, actor: Actor, now: datetime) -> Gallery:
    """Return what `actor` may see of the golden paths; four statements, however many there are."""
    everything = list(Template.objects.visible_to(actor).defer("draft", "revision__text"))
    found = [template for template in everything if _matches(template, criteria)]
    records = records_of(found, now=now)
    cards = [Card(template, records.get(template.pk, Record())) for template in found]
    cards.sort(key=lambda card: (not card.is_recommended, card.template.title.casefold(), card.template.ref))
    names = _titles({template.owner_ref for template in everything if template.owner_ref}, actor)
    return Gallery(
        cards,
        criteria,
        len(everything),
        types=_options(everything, criteria, "type", lambda t: [t.type], _type_names()),
        owners=_options(everything, criteria, "owners", lambda t: [t.owner_ref], names),
        tags=_options(everything, criteria, "tags", lambda t: [tag for tag in t.tags if tag != RECOMMENDED], {}),
        titles=names,
    )


def records_of(templates: Iterable[Template], *, now: datetime) -> dict[int, Record]:
    """Return {template id: record} of the runs in the 90 days before `now`; two statements."""
    ids = [template.pk for template in templates]
    recent = Task.objects.filter(template__in=ids, created_at__gte=now - WINDOW)
    counts = (
        recent.order_by()
        .values("template_id")
        .annotate(
            runs=Count("pk"),
            completed=Count("pk", filter=Q(state=Task.State.COMPLETED)),
            failed=Count("pk", filter=Q(state=Task.State.FAILED)),
        )
    )
    usual = usual_durations(ids, now=now)
    return {
        row["template_id"]: Record(row["runs"], row["completed"], row["failed"], usual.get(row["template_id"]))
        for row in counts
    }


def usual_durations(template_ids: Iterable[int], *, now: datetime) -> dict[int, timedelta]:
    """Return {template id: median time of the runs that were completed} of the 90 days before `now`."""
    recent = Task.objects.filter(template__in=list(template_ids), created_at__gte=now - WINDOW)
    ended = recent.filter(state=Task.State.COMPLETED, ended_at__isnull=False).order_by("-created_at")
    durations: dict[int, list[timedelta]] = defaultdict(list)
    for template_id, began, end in ended.values_list("template_id", "created_at", "ended_at")[:MOST_DURATIONS]:
        if template_id and end:
            durations[template_id].append(end - began)
    return {template_id: middle(found) for template_id, found in durations.items()}


def middle(durations: Sequence[timedelta]) -> timedelta:
    """Return the median of at least one."""
    return timedelta(seconds=median(duration.total_seconds() for duration in durations))


def errors_of(template: Template) -> list[Problem]:
    """Return what lint finds so wrong with a published text that a run would fail."""
    problems = [Problem.from_json(problem) for problem in template.revision.problems] if template.revision else []
    return [problem for problem in problems if problem.is_error]


def lint_state(template: Template) -> tuple[str, str]:
    """Return the look and the words for what lint says of a published text; whether Backstage runs it counts not."""
    problems = [Problem.from_json(problem) for problem in template.revision.problems] if template.revision else []
    counts = Counter(problem.severity for problem in problems if problem.rule not in PORTABILITY)
    if counts["error"]:
        return "bad", ngettext("%d lint error", "%d lint errors", counts["error"]) % counts["error"]
    if counts["warning"]:
        return "warn", ngettext("%d lint warning", "%d lint warnings", counts["warning"]) % counts["warning"]
    return "ok", _("Passes lint")


def _matches(template: Template, criteria: Criteria, *, without: str = "") -> bool:
    """Tell whether a golden path is asked for; the criterion `without` is left out, to count its choices."""
    text = f"{template.title} {template.ref} {template.description} {' '.join(template.tags)}".casefold()
    return (
        all(word in text for word in criteria.text.casefold().split())
        and (without == "type" or not criteria.type or template.type == criteria.type)
        and (without == "owners" or not criteria.owners or template.owner_ref in criteria.owners)
        and (without == "tags" or not criteria.tags or not set(criteria.tags).isdisjoint(template.tags))
    )


def _options(
    templates: list[Template],
    criteria: Criteria,
    name: str,
    values: Callable[[Template], list[str]],
    titles: dict[str, str],
) -> list[Option]:
    """Return the choices of a filter, most used first, each counted with all other filters set."""
    counts = Counter(v for t in templates if _matches(t, criteria, without=name) for v in values(t) if v)
    chosen: Any = getattr(criteria, name)
    chosen = {chosen} if isinstance(chosen, str) else set(chosen)
    rows = [(value, count) for value, count in counts.items()] + [(c, 0) for c in chosen if c and c not in counts]
    rows.sort(key=lambda row: (-row[1], row[0]))
    return [Option(value, titles.get(value, value), count, value in chosen) for value, count in rows]


def _type_names() -> dict[str, str]:
    """Return {type: what several of them are called}; a company's own types keep their name."""
    return {
        "service": _("Services"),
        "website": _("Websites"),
        "library": _("Libraries"),
        "resource": _("Resources"),
        "environment": _("Environments"),
        "documentation": _("Documentation"),
    }


def _titles(owner_refs: set[str], actor: Actor) -> dict[str, str]:
    found = Entity.objects.visible_to(actor).filter(ref__in=owner_refs)
    return dict(found.values_list("ref", "title"))
