"""What a check says, in words for the person who filled in the form: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from jsonschema_rs import ValidationError

from scaffolder.forms import questions
from scaffolder.forms.questions import FieldError, Path, Question

LONGEST_SHOWN = 60
Said = tuple[str, str]


def of(error: ValidationError, page: Question) -> Iterator[FieldError]:
    """Yield `error` in plain words, at the answer that it is about.

    Args:
        page: the question that the checked object answers.
    """
    path: Path = tuple(error.instance_path)
    known = error.kind.as_dict()
    if error.kind.name == "required":
        name = str(known["property"])
        yield missing(questions.find(page, (*path, name)))
        return
    if error.kind.name in ("additionalProperties", "unevaluatedProperties"):
        for name in known["unexpected"]:
            yield FieldError((*path, name), _("“%s” is not asked for.") % shown(name), _("Leave it out."))
        return
    if error.kind.name == "propertyNames":
        yield FieldError(path, _("A name in it is not allowed."), "")
        return
    message, hint = _SAYS.get(error.kind.name, _other)(known, questions.find(page, path))
    yield FieldError(path, message, hint or _own_hint(questions.find(page, path)))


def missing(question: Question) -> FieldError:
    """Return the error of a question that must be answered."""
    verb = _("Choose one.") if question.constants or question.type == "boolean" else _("Fill it in.")
    return FieldError(question.path, _("An answer is needed here."), verb)


def shown(value: Any) -> str:
    """Return a value as a message may show it."""
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _own_hint(question: Question) -> str:
    """Return what the template's author says about the field, which often says what is allowed."""
    return str(question.options.get("help") or question.schema.get("description") or "")


_TYPES: dict[str, Callable[[], str]] = {
    "string": lambda: _("a text"),
    "integer": lambda: _("a whole number"),
    "number": lambda: _("a number"),
    "boolean": lambda: _("yes or no"),
    "array": lambda: _("a list"),
    "object": lambda: _("an object, written as JSON"),
}


def _type(known: dict[str, Any], question: Question) -> Said:
    named = [_TYPES[name]() for name in known["types"] if name != "null"]
    return _("This must be %s.") % _(" or ").join(named), ""


def _enum(known: dict[str, Any], question: Question) -> Said:
    listed = [shown(option) for option in known.get("options", [])]
    return _("This is not one of the answers to choose from."), _("Choose %s.") % ", ".join(listed[:10])


def _constant(known: dict[str, Any], question: Question) -> Said:
    return _("This can only be “%s”.") % shown(known["expected_value"]), ""


def _pattern(known: dict[str, Any], question: Question) -> Said:
    message = _("This does not have the form that is asked for.")
    own = _own_hint(question) or str(question.options.get("placeholder") or "")
    return message, own or _("It must match %s") % known["pattern"]


def _min_length(known: dict[str, Any], question: Question) -> Said:
    if known["limit"] == 1:
        return _("An answer is needed here."), _("Fill it in.")
    return _("This is too short."), _("Write at least %d characters.") % known["limit"]


def _max_length(known: dict[str, Any], question: Question) -> Said:
    return _("This is too long."), _("Write at most %d characters.") % known["limit"]


def _minimum(known: dict[str, Any], question: Question) -> Said:
    return _("This is too small."), _("The least is %s.") % known["limit"]


def _maximum(known: dict[str, Any], question: Question) -> Said:
    return _("This is too large."), _("The most is %s.") % known["limit"]


def _above(known: dict[str, Any], question: Question) -> Said:
    return _("This is too small."), _("It must be more than %s.") % known["limit"]


def _below(known: dict[str, Any], question: Question) -> Said:
    return _("This is too large."), _("It must be less than %s.") % known["limit"]


def _multiple(known: dict[str, Any], question: Question) -> Said:
    return _("This number does not fit."), _("It must be a multiple of %s.") % known["multiple_of"]


def _min_items(known: dict[str, Any], question: Question) -> Said:
    count = known["limit"]
    return _("There are too few."), ngettext("Give at least %d.", "Give at least %d.", count) % count


def _max_items(known: dict[str, Any], question: Question) -> Said:
    count = known["limit"]
    return _("There are too many."), ngettext("Give at most %d.", "Give at most %d.", count) % count


def _unique(known: dict[str, Any], question: Question) -> Said:
    return _("One of them is there twice."), _("Keep each once.")


_FORMATS: dict[str, Callable[[], str]] = {
    "email": lambda: _("an e-mail address, such as ada@acme.example"),
    "uri": lambda: _("an address, such as https://acme.example/"),
    "date": lambda: _("a day, such as 2030-01-31"),
    "date-time": lambda: _("an instant, such as 2030-01-31T12:00:00Z"),
    "hostname": lambda: _("the name of a host, such as api.acme.example"),
    "ipv4": lambda: _("an IPv4 address, such as 192.0.2.1"),
}


def _format(known: dict[str, Any], question: Question) -> Said:
    name = str(known.get("format", ""))
    wanted = _FORMATS[name]() if name in _FORMATS else name
    return _("This is not %s.") % wanted, ""


def _other(known: dict[str, Any], question: Question) -> Said:
    return _("This answer does not fit."), ""


_SAYS: dict[str, Callable[[dict[str, Any], Question], Said]] = {
    "type": _type,
    "enum": _enum,
    "const": _constant,
    "constant": _constant,
    "pattern": _pattern,
    "minLength": _min_length,
    "maxLength": _max_length,
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _above,
    "exclusiveMaximum": _below,
    "multipleOf": _multiple,
    "minItems": _min_items,
    "maxItems": _max_items,
    "uniqueItems": _unique,
    "format": _format,
}
