"""Somebody fills in a form, page by page, with or without JavaScript.

Each post carries the answers to one page and, sealed, those to the others. Going back keeps what was typed and checks
nothing; going on checks the page; the last button checks everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog import refs
from scaffolder.forms import fields, posted, questions, review, schemas, sealed, validation
from scaffolder.forms.questions import FieldError, Question
from scaffolder.forms.sealed import Answers

if TYPE_CHECKING:
    from accounts.actors import Actor
    from scaffolder.forms.pickers import Data

Page = Mapping[str, Any]
MOST_DIGITS = 3


@dataclass(frozen=True)
class Stage:
    """A page in the row of pages above the form."""

    number: int
    title: str
    is_current: bool
    is_open: bool


@dataclass(frozen=True)
class Filling:
    """A form as it is being filled in; the page after the last is the review (T02)."""

    template_ref: str
    pages: Sequence[Page]
    actor: Actor
    answers: Answers = field(default_factory=Answers)
    number: int = 0
    errors: tuple[FieldError, ...] = ()

    @classmethod
    def begin(cls, template_ref: str, pages: Sequence[Page], actor: Actor, given: Mapping[str, Any]) -> Filling:
        """Return a form that is opened for the first time, with defaults and what the link gives."""
        pages = schemas.shown(pages)
        values = {**fields.defaults(pages), **_asked(pages, given)}
        return cls(template_ref, pages, actor, Answers(values))

    @classmethod
    def resume(cls, template_ref: str, pages: Sequence[Page], actor: Actor, data: Data) -> Filling:
        """Return a form with what was posted added to it.

        Raises:
            SealBroken: what it carries was not sealed for this person and template, or too long ago.
        """
        pages = schemas.shown(pages)
        answers = sealed.unseal(str(data.get("answers") or ""), template_ref=template_ref, actor=actor)
        number = min(_number(data.get("page")), len(pages))
        if number < len(pages):
            answers = _with_page(pages[number], answers, data)
        return cls(template_ref, pages, actor, answers, number)

    @property
    def is_review(self) -> bool:
        return self.number >= len(self.pages)

    @property
    def page(self) -> Page:
        return {} if self.is_review else self.pages[self.number]

    @property
    def title(self) -> str:
        return self.title_of(self.number)

    @property
    def description(self) -> str:
        return str(self.page.get("description") or "")

    @property
    def seal(self) -> str:
        return sealed.seal(self.answers, template_ref=self.template_ref, actor=self.actor)

    @property
    def count(self) -> int:
        """The number of pages with the review."""
        return len(self.pages) + 1

    @property
    def next_title(self) -> str:
        return self.title_of(self.number + 1)

    @property
    def next_is_review(self) -> bool:
        return self.number + 1 == len(self.pages)

    @property
    def stages(self) -> list[Stage]:
        reached = max(self.answers.reached, self.number)
        return [
            Stage(n, self.title_of(n), is_current=n == self.number, is_open=n <= reached) for n in range(self.count)
        ]

    @cached_property
    def fields(self) -> list[fields.Field]:
        return fields.build(
            self.page,
            self.answers.values,
            actor=self.actor,
            errors=self.errors,
            given_secrets=list(self.answers.secrets),
            name=self.name(),
        )

    @property
    def review(self) -> list[review.Part]:
        return review.parts(self.pages, self.answers.values, list(self.answers.secrets), titles=self.titles)

    @property
    def titles(self) -> list[str]:
        return [self.title_of(number) for number in range(len(self.pages))]

    @property
    def complaints(self) -> list[tuple[int, str, FieldError]]:
        """The errors with the number of their page and the name of their field, for the list above the form."""
        return [(self._page_of(error), self._label_of(error), error) for error in self.errors]

    def title_of(self, number: int) -> str:
        if number >= len(self.pages):
            return _("Review")
        written = self.pages[number].get("title")
        return str(written) if written else _("Page %d") % (number + 1)

    def at(self, number: int) -> Filling:
        """Return the form opened at a page; one that was not reached yet is not."""
        reached = max(self.answers.reached, self.number)
        return replace(self, number=max(0, min(number, reached)), errors=())

    def next(self) -> Filling:
        """Return the form at the next page, or at this one with what is wrong."""
        errors = self.page_errors()
        if errors:
            return replace(self, errors=tuple(errors))
        number = self.number + 1
        return replace(self, number=number, answers=replace(self.answers, reached=max(number, self.answers.reached)))

    def checked(self) -> Filling:
        """Return the form, at the first page with an error when there is one anywhere."""
        errors = self.all_errors()
        return self.refused(errors) if errors else self

    def refused(self, errors: Sequence[FieldError]) -> Filling:
        """Return the form at the first page that `errors` are about."""
        numbers = [self._page_of(error) for error in errors]
        return replace(self, errors=tuple(errors), number=min(numbers, default=self.number))

    def page_errors(self) -> list[FieldError]:
        if self.is_review:
            return []
        values = self.answers.values
        errors = validation.validate_page(self.page, values, actor=self.actor)
        return errors + validation.validate_secrets([self.page], self.answers.secrets, values, actor=self.actor)

    def all_errors(self) -> list[FieldError]:
        values = self.answers.values
        errors = validation.validate(self.pages, values, actor=self.actor)
        return errors + validation.validate_secrets(self.pages, self.answers.secrets, values, actor=self.actor)

    def with_row(self, change: str) -> Filling:
        """Return the form with a row of a list added (`add:/envs`) or taken away (`remove:/envs/1`).

        A form that has no such list stays as it is.
        """
        deed, _colon, name = change.partition(":")
        parts = [part.replace("~1", "/").replace("~0", "~") for part in name.split("/")[1:]]
        asked = questions.of_page(self.page, self.answers.values)
        rows = questions.find(asked, parts if deed == "add" else parts[:-1])
        if rows.type != "array":
            return self
        row = posted.new_row(rows) if deed == "add" else None
        values = _changed(self.answers.values, parts, row)
        return replace(self, answers=replace(self.answers, values=values))

    def with_suggestion(self, name: str, value: str) -> Filling:
        """Return the form with an answer of this page replaced by one that was suggested."""
        answers = replace(self.answers, values={**self.answers.values, name: value})
        return replace(self, answers=answers)

    def owner_ref(self) -> str:
        """Return the team of the person that the form names as owner, if it names one."""
        for question in self._questions("OwnerPicker", "MyGroupsPicker"):
            value = self.answers.values.get(str(question.path[0]))
            try:
                ref = str(refs.parse(str(value or ""), default_kind="group"))
            except refs.RefError:
                continue
            if ref in self.actor.group_refs:
                return ref
        return ""

    def name(self) -> str:
        """Return the name of what is made, if the form asks for one."""
        found = (self.answers.values.get(str(question.path[0])) for question in self._questions("EntityNamePicker"))
        return next((value for value in found if isinstance(value, str)), "")

    def _questions(self, *field_names: str) -> Iterator[Question]:
        for page in self.pages:
            for question in questions.of_page(page, self.answers.values).parts():
                if question.field in field_names:
                    yield question

    def _page_of(self, error: FieldError) -> int:
        for number, page in enumerate(self.pages):
            question = questions.of_page(page, self.answers.values)
            secrets = {secret.path[0] for secret in validation.secret_questions(question)}
            if error.path and (error.path[0] in question.schema["properties"] or error.path[0] in secrets):
                return number
        return self.number if not error.path else len(self.pages)

    def _label_of(self, error: FieldError) -> str:
        number = self._page_of(error)
        if not error.path or number >= len(self.pages):
            return str(error.path[0]) if error.path else ""
        question: Question = questions.of_page(self.pages[number], self.answers.values)
        asked = (*question.parts(), *validation.secret_questions(question))
        return next((part.label for part in asked if part.path[0] == error.path[0]), str(error.path[0]))


def _asked(pages: Sequence[Page], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `given` that some page asks for, now or under a condition, and that are no secrets."""
    found: dict[str, Any] = {}
    for page in pages:
        question = questions.of_page(page, given)
        secret = {part.path[0] for part in validation.secret_questions(question)}
        found |= {n: given[n] for n in question.schema["properties"] if n in given and n not in secret}
    return found


def _with_page(page: Page, answers: Answers, data: Data) -> Answers:
    """Return `answers` with those of one page as they were posted; a password left empty is the one of before."""
    read = posted.read(page, data, answers.values)
    question = questions.of_page(page, {**answers.values, **read})
    names = {*question.schema["properties"], *(page.get("properties") or ())}
    kept = {
        str(part.path[0]): answers.values[str(part.path[0])]
        for part in question.parts()
        if part.widget == "password" and part.path[0] in answers.values
    }
    others = {name: value for name, value in answers.values.items() if name not in names}
    secrets = dict(answers.secrets)
    for secret in validation.secret_questions(question):
        text = str(data.get(secret.name) or "")
        if text:
            secrets[validation.secret_name(secret)] = text
    return replace(answers, values={**others, **kept, **read}, secrets=secrets)


def _changed(value: Any, path: Sequence[str], row: dict[str, Any] | None) -> Any:
    """Return `value` with `row` at the end of the list at `path`; for no row, without the row at `path`."""
    adds = row is not None
    if not path:
        return [*(value if isinstance(value, list) else []), row][: posted.MOST_ROWS] if adds else value
    name, *rest = path
    if isinstance(value, list):
        index = _number(name)
        if not rest and not adds:
            return [item for number, item in enumerate(value) if number != index]
        return [_changed(item, rest, row) if number == index else item for number, item in enumerate(value)]
    if isinstance(value, Mapping):
        return {**value, name: _changed(value.get(name), rest, row)}
    return {name: _changed(None, rest, row)} if adds else value


def _number(text: Any) -> int:
    digits = str(text or "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS else 0
