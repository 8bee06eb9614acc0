"""EntityNamePicker (F06): the name of the entity that the golden path makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog import refs
from catalog.models import Entity
from scaffolder.forms.pickers import register
from scaffolder.forms.pickers.base import Picker
from scaffolder.forms.questions import FieldError, Question

if TYPE_CHECKING:
    from accounts.actors import Actor

NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", re.ASCII)
LONGEST = 63
SUGGESTED = 2


@register("EntityNamePicker")
class EntityNamePicker(Picker):
    """Asks for a name that no entity has yet.

    Options of ours: `kind` (component) is the kind that will have the name; `allowExisting` is for golden paths that
    act on what is there.
    """

    widget = "name"

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        if not isinstance(value, str) or len(value) > LONGEST or not NAME.fullmatch(value):
            return FieldError(
                question.path,
                _(
                    "Must start and end with an alphanumeric character, and contain only alphanumeric characters, "
                    "hyphens, underscores, and periods. Maximum length is 63 characters."
                ),
                _("For example: %s") % suggestion(value),
            )
        return None if question.options.get("allowExisting") else _taken(question, value)


def suggestion(text: Any) -> str:
    """Return a name that is close to what was typed."""
    words = re.sub(r"[^a-z0-9]+", "-", str(text).lower()).strip("-")
    return words[:LONGEST].strip("-") or "checkout"


def _taken(question: Question, name: str) -> FieldError | None:
    """Return an error with free alternatives when an entity of that kind and name exists; two statements at most."""
    kind = str(question.options.get("kind") or "component").lower()
    ref = f"{kind}:default/{name.lower()}"
    owner = Entity.objects.filter(ref=ref).values_list("owner_ref", flat=True).first()
    if owner is None:
        return None
    return FieldError(
        question.path,
        _("“%(name)s” is taken by %(owner)s.") % {"name": name, "owner": _short(owner)}
        if owner
        else _("“%s” is taken in the catalog.") % name,
        _("Choose another name, or act on what is there."),
        suggestions=free_names(kind, name),
        ref=ref,
    )


def free_names(kind: str, name: str) -> tuple[str, ...]:
    """Return names close to `name` that no entity of that kind has."""
    stem = name.lower()[: LONGEST - 4].rstrip("-_.")
    wanted = [f"{stem}-{number}" for number in range(2, 10)]
    known = set(
        Entity.objects.filter(ref__in=[f"{kind}:default/{other}" for other in wanted]).values_list("name", flat=True)
    )
    return tuple(other for other in wanted if other not in {taken.lower() for taken in known})[:SUGGESTED]


def _short(ref: str) -> str:
    try:
        return refs.parse(ref).name
    except refs.RefError:
        return ref
