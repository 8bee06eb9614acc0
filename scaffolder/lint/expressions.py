"""The expressions of a template, read once, each with where it stands and what may stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from scaffolder import templating
from scaffolder.lint.subject import MARK, Path, StepText, Subject, texts
from scaffolder.templating import Analysis, Lookup, TemplateError


class Part(Enum):
    """What part of a template an expression stands in."""

    INPUT = "input"
    CONDITION = "if"
    EACH = "each"
    OUTPUT = "output"


@dataclass(frozen=True)
class Text:
    """A text with expressions that could be read."""

    path: Path
    source: str
    part: Part
    analysis: Analysis
    # The step that it belongs to; None in `output`.
    step: StepText | None

    def lookups(self) -> Iterator[Lookup]:
        """Yield what it looks up outside itself: not the names that it sets."""
        yield from (found for found in self.analysis.lookups if found.path[0] not in self.analysis.defined)


# Of JavaScript and other template languages, with what nunjucks has for it.
FOREIGN = (
    (re.compile(r"&&"), "Write `and` for `&&`."),
    (re.compile(r"\|\|"), "Write `or` for `||`."),
    (re.compile(r"\?[^:}]*:"), "Write `a if condition else b` for `condition ? a : b`."),
    (re.compile(r"(?<![=!<>])!(?!=)"), "Write `not` for `!`."),
)
FILTERS = {
    "map": "There is no `map`; loop with `{% for %}`.",
    "tojson": "Write `dump`.",
    "unique": "There is no `unique`; remove doubles before.",
    "format": "There is no `format`; join texts with `~`.",
}


def read(subject: Subject) -> list[Text]:
    """Return every text with expressions; what cannot be read is noted instead."""
    found: list[Text] = []
    for path, source, part, step in _places(subject):
        if not MARK.search(source) and "#}" not in source:
            continue
        try:
            found.append(Text(path, source, part, templating.analyse(source), step))
        except TemplateError as error:
            _note(subject, path, source, error)
    return found


def _places(subject: Subject) -> Iterator[tuple[Path, str, Part, StepText | None]]:
    for step in subject.steps:
        for key, part in (("if", Part.CONDITION), ("each", Part.EACH), ("input", Part.INPUT)):
            for path, source in texts(step.written.get(key), (*step.path, key)):
                yield path, source, part, step
    for path, source in texts(subject.spec.get("output"), ("spec", "output")):
        yield path, source, Part.OUTPUT, None


def _note(subject: Subject, path: Path, source: str, error: TemplateError) -> None:
    subject.add(
        "L28",
        f"The expression cannot be read: {error.message}.",
        subject.place_in(path, source, error.line, error.column),
        cure=cure_of(error),
        found=error.expression,
    )


def cure_of(error: TemplateError) -> str:
    """Return what to write instead of an expression that cannot be read."""
    filter_name = error.message.removeprefix("filter not found: ")
    if filter_name != error.message:
        return FILTERS.get(filter_name, f"There is no filter `{filter_name}`; mend its spelling.")
    words = (cure for pattern, cure in FOREIGN if pattern.search(error.expression))
    return next(words, "Mend the expression; `{% raw %}…{% endraw %}` keeps text that is no expression as it is.")
