"""What every picker is; on its own it is a line of text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from scaffolder.forms.questions import MISSING, FieldError, Question

if TYPE_CHECKING:
    from accounts.actors import Actor


@dataclass(frozen=True)
class Choice:
    """One of the answers that a control offers; `value` is what it posts."""

    value: str
    label: str
    detail: str = ""
    is_chosen: bool = False
    is_disabled: bool = False


class Data(Protocol):
    """What is read of a posted form; a QueryDict has it."""

    def getlist(self, key: str) -> list[Any]: ...
    def __contains__(self, key: object) -> bool: ...
    def get(self, key: str) -> Any: ...


class Picker:
    """A field with rules of its own."""

    # The control, a file in templates/scaffolder/fields/.
    widget = "text"
    # True for secrets: the answer goes beside the values, never into them.
    keeps_out_of_values = False

    def choices(self, question: Question, value: Any, actor: Actor) -> Sequence[Choice]:
        """Return what is offered, in the order to show it."""
        return ()

    def widget_for(self, question: Question, choices: Sequence[Choice]) -> str:
        """Return the control to show, which may depend on what there is to offer."""
        return self.widget

    def context(self, question: Question, value: Any, actor: Actor) -> dict[str, Any]:
        """Return what the control's template needs besides value and choices."""
        return {}

    def start(self, question: Question, name: str) -> Any:
        """Return what to show before anything is answered, given the name of what is made; None for nothing."""
        return None

    def was_posted(self, question: Question, data: Data) -> bool:
        return question.name in data

    def parse(self, question: Question, data: Data) -> Any:
        """Return the posted answer, or MISSING when it was left empty."""
        return str(data.getlist(question.name)[-1]).strip() or MISSING

    def shown(self, value: Any) -> str:
        """Return an answer as the review page says it."""
        return str(value)

    def secrets(self, question: Question) -> Sequence[Question]:
        """Return what is asked besides, as secrets."""
        return ()

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        """Return what is wrong with an answer of the right type, or nothing."""
        return None


def words(value: object) -> list[str]:
    """Return an option that is one word or a list of them, as a list."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def one_of(names: Collection[str], *, word: str = "or") -> str:
    """Return names as a sentence has them: `a, b or c`."""
    listed = sorted(names)
    return f"{', '.join(listed[:-1])} {word} {listed[-1]}" if len(listed) > 1 else "".join(listed)
