"""What this portal renders as nunjucks does, and Backstage's newer interpreter refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scaffolder.lint.backstage import ASYNC_TAGS, REFUSED_METHODS
from scaffolder.lint.expressions import Text
from scaffolder.lint.subject import MARK, Path, Subject, place_of

TAG = re.compile(r"\{%-?\s*(\w+)")
INSTEAD = {
    "replaceAll": "the filter `replace`, which replaces every hit of a regular expression `r/…/g`",
    "substr": "`slice` or `substring`",
    "match": "`.test()` of a regular expression",
    "at": "an index in brackets",
}


def check(subject: Subject, found: Iterable[Text]) -> None:
    """Note what scaffolder-backend 4.0.3 and later do not run."""
    for text in found:
        for lookup in text.analysis.lookups:
            method = lookup.path[-1]
            if len(lookup.path) > 1 and method in REFUSED_METHODS and lookup.path in text.analysis.calls:
                _add(subject, text, f"`{method}`", (lookup.line, lookup.column), INSTEAD.get(str(method), ""))
        for tag in TAG.finditer(text.source):
            if tag[1] in ASYNC_TAGS:
                plain = {"asyncEach": "`for`", "asyncAll": "`for`"}.get(tag[1], "`if`")
                _add(subject, text, f"`{{% {tag[1]} %}}`", place_of(text.source, tag.start()), plain)
    for step in subject.steps:
        _check_keys(subject, step.written.get("input"), (*step.path, "input"))


def _add(subject: Subject, text: Text, what: str, place: tuple[int, int], instead: str) -> None:
    subject.add(
        "L50",
        f"{what} runs here, but not in Backstage from scaffolder-backend 4.0.3 on.",
        subject.place_in(text.path, text.source, *place),
        cure=f"Use {instead} if the template is to run there." if instead else "Leave it out if it is to run there.",
    )


def _check_keys(subject: Subject, value: Any, path: Path) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str) and MARK.search(key):
                subject.add(
                    "L51",
                    f"The key `{key}` stays as it is: only values are rendered.",
                    subject.key_at((*path, key)),
                    cure="Use a fixed key, or build the map in one expression.",
                    found=key,
                )
            _check_keys(subject, item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _check_keys(subject, item, (*path, number))
