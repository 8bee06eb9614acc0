"""The fields of a page: what each is called, which control asks it, what it offers, and what is wrong with it.

A `ui:field` or widget that nobody here knows becomes a line of text with a note, so that a template that was written
for another portal can still be run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from scaffolder.forms import pickers, posted, questions, schemas
from scaffolder.forms.pickers import Choice
from scaffolder.forms.posted import defaults, read_all
from scaffolder.forms.questions import FieldError, Path, Question

if TYPE_CHECKING:
    from accounts.actors import Actor

__all__ = ["Field", "build", "defaults", "flat", "parse"]

parse = read_all

# Cards with a line of explanation up to here, beyond it a list to open.
MOST_RADIOS = 4
INPUT_TYPES = {
    "email": "email",
    "uri": "url",
    "date": "date",
    "color": "color",
    "date-time": "text",
    "alt-date": "date",
    "password": "password",
}


@dataclass(frozen=True)
class Field:
    """One field as a page shows it."""

    question: Question
    # A file in templates/scaffolder/fields/.
    widget: str
    value: Any = None
    text: str = ""
    choices: Sequence[Choice] = ()
    # Fields of an object; for a list of objects, one group for each row.
    children: Sequence[Field] = ()
    error: FieldError | None = None
    note: str = ""
    # Whether its answer changes what else is asked.
    drives: bool = False
    # A secret that was given on an earlier visit of the page, and is not shown again.
    is_given: bool = False
    extra: Mapping[str, Any] | None = None

    @property
    def name(self) -> str:
        return self.question.name

    @property
    def dom_id(self) -> str:
        return questions.dom_id(self.question.path)

    @property
    def label(self) -> str:
        return self.question.label

    @property
    def hints(self) -> list[str]:
        """What its author says about it, below the control."""
        options = self.question.options
        written = (options.get("description") or self.question.schema.get("description"), options.get("help"))
        return [str(text) for text in written if text]

    @property
    def cure(self) -> str:
        """What to do about the error, unless the hint below says it anyway."""
        return self.error.hint if self.error and self.error.hint not in self.hints else ""

    @property
    def described_by(self) -> str:
        """Ids of the texts that belong to the control."""
        parts = [f"{self.dom_id}-error"] if self.error else []
        parts += [f"{self.dom_id}-hint"] if self.hints or self.note else []
        return " ".join(parts)

    @property
    def input_type(self) -> str:
        options = self.question.options
        wanted = options.get("inputType") or self.question.widget or self.question.schema.get("format")
        return INPUT_TYPES.get(str(wanted), "text")

    @property
    def input_mode(self) -> str:
        return {"integer": "numeric", "number": "decimal"}.get(self.question.type, "")

    @property
    def rows(self) -> int:
        written = self.question.options.get("rows")
        return min(max(written, 2), 40) if isinstance(written, int) else 3

    @property
    def placeholder(self) -> str:
        written = self.question.options.get("placeholder")
        return str(written) if written else ""

    @property
    def template(self) -> str:
        return f"scaffolder/fields/{self.widget}.html"

    @property
    def has_choice(self) -> bool:
        return any(choice.is_chosen for choice in self.choices)

    @property
    def is_group(self) -> bool:
        """Whether it has a legend instead of a label: several controls, or none."""
        return self.widget in ("group", "rows", "radio", "checkboxes", "repo_url")


def build(
    page: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    actor: Actor,
    errors: Sequence[FieldError] = (),
    given_secrets: Sequence[str] = (),
    name: str = "",
) -> list[Field]:
    """Return the fields of `page`, given all `values` of the form so far.

    Args:
        given_secrets: names of secrets that were given before.
        name: of what is made, for fields that are usually filled in alike.
    """
    asked = questions.of_page(page, values)
    by_path = {error.path: error for error in errors}
    builder = _Builder(actor, by_path, schemas.drivers(page), frozenset(given_secrets), name)
    return builder.all(asked, values)


def flat(fields: Sequence[Field]) -> Iterator[Field]:
    """Yield fields and those inside them."""
    for field in fields:
        yield field
        yield from flat(field.children)


@dataclass(frozen=True)
class _Builder:
    actor: Actor
    errors: Mapping[Path, FieldError]
    drivers: frozenset[str]
    given_secrets: frozenset[str]
    made_name: str

    def all(self, question: Question, values: Any) -> list[Field]:
        known = values if isinstance(values, Mapping) else {}
        found = []
        for part in question.parts():
            picker = pickers.find(part.field)
            besides = picker.secrets(part) if picker is not None else ()
            found += [self.one(part, known.get(part.path[-1])), *(self.one(secret, None) for secret in besides)]
        return found

    def one(self, question: Question, value: Any) -> Field:
        field = self._field(question, value)
        name = str(question.path[-1])
        return replace(
            field,
            error=self._error(question),
            drives=name in self.drivers,
            note=field.note or _note(question),
        )

    def _field(self, question: Question, value: Any) -> Field:
        picker = pickers.find(question.field)
        if picker is not None:
            return self._picked(picker, question, value)
        if question.type == "object" and question.schema.get("properties"):
            return Field(question, "group", value, children=self.all(question, value))
        if question.type == "array":
            return self._list(question, value)
        return _plain(question, value)

    def _picked(self, picker: pickers.Picker, question: Question, value: Any) -> Field:
        value = picker.start(question, self.made_name) if value is None else value
        choices = picker.choices(question, value, self.actor)
        return Field(
            question,
            picker.widget_for(question, choices),
            value,
            "" if picker.keeps_out_of_values else _text(value),
            _with_own(choices, value),
            extra=picker.context(question, value, self.actor),
            is_given=picker.keeps_out_of_values and str(question.path[-1]) in self.given_secrets,
        )

    def _list(self, question: Question, value: Any) -> Field:
        item = question.item(0)
        if item.constants:
            return Field(
                question, "checkboxes", value, choices=_choices(item, value if isinstance(value, list) else [])
            )
        if item.type == "object" and item.schema.get("properties"):
            rows = value if isinstance(value, list) else []
            groups = [
                Field(question.item(n), "group", row, children=self.all(question.item(n), row))
                for n, row in enumerate(rows)
            ]
            return Field(question, "rows", value, children=groups)
        if item.type in ("object", "array"):
            return Field(question, "json", value, _json(value))
        lines = value if isinstance(value, list) else [value] if value else []
        return Field(question, "lines", value, "\n".join(map(_text, lines)))

    def _error(self, question: Question) -> FieldError | None:
        """Return what is wrong with an answer, or with an item of a list that has one control for all."""
        own = self.errors.get(question.path)
        if own is not None or question.type != "array" or question.item(0).type == "object":
            return own
        return next((e for path, e in self.errors.items() if path[: len(question.path)] == question.path), None)


def _plain(question: Question, value: Any) -> Field:
    """Return the field of a text, a number, yes or no, a choice, or of something only JSON can say."""
    if question.widget == "hidden":
        return Field(question, "hidden", value, posted.token(value) if value is not None else "")
    if question.type == "boolean":
        return _yes_or_no(question, value)
    if question.constants:
        choices = _choices(question, [value])
        as_radios = question.widget == "radio" or (question.widget != "select" and len(choices) <= MOST_RADIOS)
        return Field(question, "radio" if as_radios else "select", value, choices=choices)
    if question.type == "object":
        return Field(question, "json", value, _json(value))
    if question.type == "null":
        return Field(question, "nothing", value)
    if question.widget == "textarea" or question.options.get("multiline"):
        return Field(question, "textarea", value, _text(value))
    if question.widget == "password":
        return Field(question, "password", value, is_given=bool(value))
    return Field(question, "text", value, _text(value))


def _yes_or_no(question: Question, value: Any) -> Field:
    if question.widget not in ("radio", "select"):
        return Field(question, "checkbox", value)
    names = question.schema.get("enumNames") or question.options.get("enumNames") or [_("Yes"), _("No")]
    choices = [
        Choice(text, str(name), is_chosen=value is meaning)
        for (text, meaning), name in zip((("true", True), ("false", False)), names, strict=False)
    ]
    return Field(question, question.widget, value, choices=choices)


def _choices(question: Question, chosen: list[Any]) -> list[Choice]:
    """Return what an enum offers, under the names that it has."""
    schema, options = question.schema, question.options
    titles = [
        part.get("title") for part in schema.get("oneOf") or schema.get("anyOf") or () if isinstance(part, Mapping)
    ]
    names = schema.get("enumNames") or options.get("enumNames") or titles
    names = [*names] if isinstance(names, list) else []
    disabled = options.get("enumDisabled")
    disabled = disabled if isinstance(disabled, list) else []
    found = []
    for index, constant in enumerate(question.constants):
        name = names[index] if index < len(names) else None
        found.append(
            Choice(
                posted.token(constant),
                *_label(str(name) if name is not None else _text(constant) or "—"),
                is_chosen=any(_is_same(constant, item) for item in chosen),
                is_disabled=constant in disabled,
            )
        )
    return found


def _label(name: str) -> tuple[str, str]:
    """Return a name and its explanation; some write both in one: `Django: pages, admin, ORM`."""
    label, colon, detail = name.partition(": ")
    return (label, detail) if colon else (name, "")


def _is_same(one: Any, other: Any) -> bool:
    """Tell whether two JSON values are one; to Python, 1 is True."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _with_own(choices: Sequence[Choice], value: Any) -> Sequence[Choice]:
    """Return `choices` with the answer among them, so that a form comes back as it was filled in."""
    own = value if isinstance(value, str) else ""
    if not choices or not own or any(choice.is_chosen for choice in choices):
        return choices
    return [*choices, Choice(own, own, is_chosen=True)]


def _note(question: Question) -> str:
    if question.field and pickers.find(question.field) is None:
        return _("This portal has no field “%s”, so the answer is typed in.") % question.field
    return ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, indent=2 if isinstance(value, dict | list) else None)
