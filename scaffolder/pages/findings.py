"""What lint says of golden paths, counted for lists and kept for as long as the text is the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache

from catalog.problems import Problem
from scaffolder import lint, template_text
from scaffolder.models import Template, TemplateRevision

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Findings:
    """The problems of one text."""

    text: str
    problems: list[Problem]

    @property
    def error_count(self) -> int:
        return sum(problem.is_error for problem in self.problems)

    @property
    def warning_count(self) -> int:
        return len(self.problems) - self.error_count


def of_text(text: str) -> Findings:
    """Return what lint says of a text by itself, without the files beside it."""
    key = f"lint:{template_text.sha256(text)}"
    kept = cache.get(key)
    if kept is None:
        kept = [problem.to_json() for problem in lint.check(text)]
        cache.set(key, kept, KEPT_SECONDS)
    return Findings(text, [Problem.from_json(one) for one in kept])


def of_revision(revision: TemplateRevision) -> Findings:
    """Return what lint said of a text, and of the files beside it, when it was published."""
    return Findings(revision.text, [Problem.from_json(one) for one in revision.problems])


def of_shown(template: Template) -> Findings:
    """Return the findings of the text that the catalog shows: of what is published, or of what was not taken over."""
    revision = template.revision
    if revision is None or (template.source == Template.Source.CATALOG and revision.text != template.draft):
        return of_text(template.draft)
    return of_revision(revision)


def of_draft(template: Template) -> Findings:
    """Return the findings of the text that is being written."""
    revision = template.revision
    return of_revision(revision) if revision and revision.text == template.draft else of_text(template.draft)


def worst(problems: Sequence[Problem]) -> str:
    """Return how a text looks: `bad`, `warn` or `ok`."""
    if any(problem.is_error for problem in problems):
        return "bad"
    return "warn" if problems else "ok"
