"""EntityTagsPicker (F07): tags, written with commas between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from scaffolder.forms.pickers import register
from scaffolder.forms.pickers.base import Picker
from scaffolder.forms.questions import MISSING, FieldError, Question

if TYPE_CHECKING:
    from accounts.actors import Actor
    from scaffolder.forms.pickers.base import Data

# C10; a tag has at most 63 characters.
TAG = re.compile(r"[a-z0-9:+#]+(-[a-z0-9:+#]+)*", re.ASCII)
LONGEST = 63


@register("EntityTagsPicker")
class EntityTagsPicker(Picker):
    widget = "tags"

    def parse(self, question: Question, data: Data) -> Any:
        text = ",".join(str(item) for item in data.getlist(question.name))
        return [tag for tag in map(str.strip, re.split(r"[,\n]", text)) if tag] or MISSING

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        wrong = [tag for tag in value if not isinstance(tag, str) or len(tag) > LONGEST or not TAG.fullmatch(tag)]
        if not wrong:
            return None
        return FieldError(
            question.path,
            _("“%s” is not a tag.") % wrong[0],
            _("Tags have lower-case letters, digits, : + # and single hyphens, at most 63."),
        )
