"""What the template editor shows of a text: problems, the form and the files that it makes, what is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.actors import Actor
from catalog import documents
from catalog.problems import Problem
from scaffolder import engine, template_text, templates
from scaffolder.engine import spec as specs
from scaffolder.forms import fields
from scaffolder.forms.fields import Field
from scaffolder.models import Task, Template, TemplateRevision
from scaffolder.pages import findings, preview
from scaffolder.pages.preview import Preview

RUNS_OF = timedelta(days=90)


@dataclass(frozen=True)
class ToDo:
    """Something that must be so before a text can be published."""

    is_done: bool
    what: str | Promise
    note: str = ""


@dataclass(frozen=True)
class EditorPage:
    """The editor with one text in it, which may not be saved yet."""

    template: Template
    text: str
    base_url: str

    @classmethod
    def of(cls, template: Template) -> EditorPage:
        return cls(template, template.draft, template.base_url)

    @cached_property
    def problems(self) -> list[Problem]:
        found = templates.problems_of(self._as_written, self.text)
        return sorted(found, key=lambda problem: (bool(problem.path), problem.path, problem.line, problem.column))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if not problem.is_error]

    @property
    def look(self) -> str:
        return findings.worst(self.problems)

    @property
    def seen(self) -> str:
        """Hash of the draft that this page was made from."""
        return template_text.sha256(self.template.draft)

    @property
    def revision(self) -> TemplateRevision | None:
        return self.template.revision

    @property
    def next_number(self) -> int:
        return self.revision.number + 1 if self.revision else 1

    @property
    def is_changed(self) -> bool:
        """Whether the text is other than what runs start from."""
        kept = self.revision
        same = kept is not None and (kept.text, kept.base_url) == (self.text, self.base_url)
        return not same or self.template.state != Template.State.PUBLISHED

    @property
    def is_in_use(self) -> bool:
        """Whether runs start from the text that is shown."""
        return not self.is_changed

    @property
    def is_saved(self) -> bool:
        return (self.text, self.base_url) == (self.template.draft, self.template.base_url)

    @property
    def to_do(self) -> list[ToDo]:
        left = len(self.errors)
        number = self.revision.number if self.revision else 0
        return [
            ToDo(not left, _("No lint error"), _("%(count)d left") % {"count": left} if left else ""),
            ToDo(
                self.is_changed,
                _("Something is new"),
                _("revision %(number)d") % {"number": self.next_number}
                if self.is_changed
                else _("as revision %(number)d") % {"number": number},
            ),
        ]

    @property
    def may_publish(self) -> bool:
        return all(one.is_done for one in self.to_do)

    @property
    def run_count(self) -> int:
        return Task.objects.filter(template=self.template, created_at__gt=timezone.now() - RUNS_OF).count()

    @property
    def _as_written(self) -> Template:
        """The template as it would be with this text; never saved."""
        return Template(ref=self.template.ref, base_url=self.base_url, draft=self.text)


@dataclass(frozen=True)
class FormPage:
    """A page of the form as somebody will see it."""

    title: str
    description: str
    fields: Sequence[Field]


@dataclass(frozen=True)
class Trial:
    """The form and the files that a text makes."""

    pages: list[FormPage]
    files: Preview | None
    error: str = ""


def trial(page: EditorPage, actor: Actor) -> Trial:
    """Play the text dry with examples for answers; what is wrong with it is told, never raised."""
    value = documents.load_one(page.text).value
    try:
        spec = specs.from_document(value)
        values = fields.defaults(spec.pages)
        pages = [_form_page(one, values, actor) for one in spec.pages]
        revision = TemplateRevision(text=page.text, base_url=page.base_url)
        template = Template(ref=page.template.ref, base_url=page.base_url, revision=revision)
        return Trial(pages, preview.read(template, spec, values, actor=actor))
    except engine.TemplateBroken as error:
        return Trial([], None, str(error))


def _form_page(page: dict[str, Any], values: dict[str, Any], actor: Actor) -> FormPage:
    title, description = page.get("title"), page.get("description")
    return FormPage(
        str(title or _("Please enter the following information")),
        str(description or ""),
        fields.build(page, values, actor=actor),
    )
