"""Checks the answers of a form: the whole object against every page (T05), and nothing that no page asks for.

Conditions are decided here, on the server: what a page does not ask for with these answers is refused like a name that
it never had.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from scaffolder.forms import checker, messages, patterns, pickers, questions, schemas
from scaffolder.forms.checker import SchemaRefused
from scaffolder.forms.questions import FieldError, Path, Question

if TYPE_CHECKING:
    from accounts.actors import Actor

__all__ = [
    "FieldError",
    "SchemaRefused",
    "check_schema",
    "validate",
    "validate_by_schema",
    "validate_page",
    "validate_secrets",
]

Page = Mapping[str, Any]
# Names of other pages are in the object too, so a page cannot say that there are no more.
WHOLE = ("additionalProperties", "maxProperties", "minProperties", "propertyNames")


def validate(pages: Sequence[Page], parameters: Mapping[str, Any], *, actor: Actor) -> list[FieldError]:
    """Return what is wrong with the answers to all `pages`, in the order that they are asked.

    Secrets are no parameters: a property with `ui:field: Secret` is refused here, and asked by `validate_secrets`.
    """
    unreadable = _once(_unreadable(parameters))
    if unreadable:
        return unreadable
    pages = schemas.shown(pages)
    asked = [questions.of_page(page, parameters) for page in pages]
    errors = [*_not_asked(asked, parameters)]
    for page, question in zip(pages, asked, strict=True):
        errors += _page_errors(page, question, parameters, actor)
    return _once(errors)


def validate_by_schema(pages: Sequence[Page], parameters: Mapping[str, Any]) -> list[FieldError]:
    """Return what the schemas alone refuse: nothing is looked up, so that a template can be tested anywhere."""
    pages = schemas.shown(pages)
    asked = [questions.of_page(page, parameters) for page in pages]
    errors = [*_not_asked(asked, parameters)]
    for question in asked:
        errors += _schema_errors(question, parameters)
    return _once(errors)


def validate_page(page: Page, parameters: Mapping[str, Any], *, actor: Actor) -> list[FieldError]:
    """Return what is wrong with the answers to one page; `parameters` are all that there are so far."""
    question = questions.of_page(page, parameters)
    names = question.schema["properties"]
    own = {name: value for name, value in parameters.items() if name in names}
    return _once(_unreadable(own)) or _once(_page_errors(page, question, parameters, actor))


def validate_secrets(
    pages: Sequence[Page], secrets: Mapping[str, str], parameters: Mapping[str, Any], *, actor: Actor
) -> list[FieldError]:
    """Return what is wrong with the secrets of a form: one that must be there is missing, or is no secret."""
    errors = []
    for page in schemas.shown(pages):
        for question in secret_questions(questions.of_page(page, parameters)):
            value = secrets.get(secret_name(question), "")
            if value == "" and question.is_required:
                errors.append(messages.missing(question))
            elif value != "":
                errors += _value_errors(question, value, actor)
    return errors


def check_schema(pages: Sequence[Page]) -> list[tuple[int, str]]:
    """Return (page, reason) of every page whose schema is refused: to be asked before a template is published."""
    found: list[tuple[int, str]] = []
    for number, page in enumerate(pages):
        try:
            checker.compiled(page)
        except SchemaRefused as error:
            found.append((number, str(error)))
        for pattern in filter(patterns.repeats_a_repetition, patterns.of(page)):
            reason = _("The pattern %s repeats a repetition, so a wrong answer can take for ever to check.")
            found.append((number, reason % pattern))
    return found


def secret_questions(question: Question) -> Iterator[Question]:
    """Yield what is asked as a secret, at any depth."""
    for part in question.parts():
        picker = pickers.find(part.field)
        if picker is not None and picker.keeps_out_of_values:
            yield part
        elif picker is not None:
            yield from picker.secrets(part)
        elif part.type == "object":
            yield from secret_questions(part)


def secret_name(question: Question) -> str:
    """Return the name that a secret has in `secrets` (F11)."""
    return str(question.path[-1])


def _page_errors(page: Page, question: Question, parameters: Mapping[str, Any], actor: Actor) -> list[FieldError]:
    """Return the errors of one page: by the schema as it holds now, by its fields' own rules, by the written schema."""
    try:
        errors = [*_schema_errors(question, parameters), *_picker_errors(question, parameters, actor)]
        if not errors and not _written_schema(page, question).is_valid(dict(parameters)):
            errors.append(
                FieldError(
                    (), _("The answers of “%s” do not go together.") % _title(page), _("Look through them again.")
                )
            )
    except SchemaRefused as error:
        reason = _("The form of this golden path is broken: %s") % error
        return [FieldError((), reason, _("Tell its owner."))]
    return errors


def _schema_errors(question: Question, parameters: Mapping[str, Any]) -> Iterator[FieldError]:
    schema = _without_secrets(question)
    for error in checker.compiled({key: value for key, value in schema.items() if key not in WHOLE}).iter_errors(
        dict(parameters)
    ):
        yield from messages.of(error, question)


def _written_schema(page: Page, question: Question) -> Any:
    """Return a check of the page as its author wrote it, with all conditions."""
    secrets = {part.path[0] for part in secret_questions(question)}
    required = page.get("required")
    kept = {key: value for key, value in page.items() if key not in WHOLE}
    if isinstance(required, list):
        kept["required"] = [name for name in required if name not in secrets and name in question.schema["properties"]]
    return checker.compiled(kept)


def _without_secrets(question: Question) -> schemas.Schema:
    """Return a question's schema without what is asked as a secret, at any depth."""
    kept, required = {}, list(question.schema.get("required") or ())
    for part in question.parts():
        name = str(part.path[-1])
        picker = pickers.find(part.field)
        if picker is not None and picker.keeps_out_of_values:
            required = [other for other in required if other != name]
        else:
            kept[name] = _without_secrets(part) if "properties" in part.schema else part.schema
    return {**question.schema, "properties": kept, "required": required}


def _picker_errors(question: Question, value: Any, actor: Actor) -> Iterator[FieldError]:
    for part in question.parts():
        given = value.get(part.path[-1]) if isinstance(value, Mapping) else None
        if given is not None:
            yield from _value_errors(part, given, actor)


def _value_errors(question: Question, value: Any, actor: Actor) -> Iterator[FieldError]:
    """Yield what the rules of a `ui:field` say of an answer whose type is right; the schema tells the rest."""
    if question.type == "object" and isinstance(value, Mapping):
        yield from _picker_errors(question, value, actor)
    elif question.type == "array" and question.item(0).type == "object" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _picker_errors(question.item(index), item, actor)
    picker = pickers.find(question.field)
    if picker is not None and isinstance(value, list if question.type == "array" else str):
        wrong = picker.check(question, value, actor)
        if wrong is not None:
            yield wrong


def _not_asked(asked: Iterable[Question], parameters: Mapping[str, Any]) -> Iterator[FieldError]:
    known: set[str] = set()
    secrets: set[str] = set()
    for question in asked:
        known |= set(question.schema["properties"])
        secrets |= {str(part.path[0]) for part in secret_questions(question) if len(part.path) == 1}
    for name in parameters:
        if name in secrets:
            yield FieldError((name,), _("“%s” is a secret.") % name, _("Send it in “secrets”, not among the values."))
        elif name not in known:
            yield FieldError(
                (name,),
                _("“%s” is not asked for.") % messages.shown(name),
                _("Leave it out, or answer first what makes the form ask for it."),
            )


def _unreadable(value: Any, path: Path = ()) -> Iterator[FieldError]:
    """Yield the texts that no database keeps and no file should hold: NUL, and halves of characters."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _unreadable(name, (*path, str(name)))
            yield from _unreadable(item, (*path, str(name)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unreadable(item, (*path, index))
    elif isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        yield FieldError(path, _("The text has a sign that cannot be stored."), _("Type it again."))


def _once(errors: Iterable[FieldError]) -> list[FieldError]:
    """Return `errors` with one for each answer: the first says enough."""
    found: dict[Path, FieldError] = {}
    for error in errors:
        found.setdefault(error.path, error)
    return list(found.values())


def _title(page: Page) -> str:
    return str(page.get("title") or _("this page"))
