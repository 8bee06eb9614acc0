"""Secret (F11): an answer that goes to `secrets.<property name>` and is stored nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from scaffolder.forms.pickers import register
from scaffolder.forms.pickers.base import Picker
from scaffolder.forms.questions import FieldError, Question

if TYPE_CHECKING:
    from accounts.actors import Actor

# A shorter one stands in ordinary words and cannot be kept out of a log.
SHORTEST = 4


@register("Secret")
class Secret(Picker):
    widget = "secret"
    keeps_out_of_values = True

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        if isinstance(value, str) and len(value) >= SHORTEST:
            return None
        return FieldError(
            question.path,
            _("A secret has at least %d characters.") % SHORTEST,
            _("A shorter one cannot be kept out of the log."),
        )
