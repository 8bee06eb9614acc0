"""How the commands print problems and progress: results to stdout, progress to stderr."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.management.base import OutputWrapper

from catalog.problems import Problem

# Short work is done before anybody asks; after that a line a second is enough.
QUIET_SECONDS = 1.0


@dataclass
class Progress:
    """Prints what is being done, at most once a second."""

    out: OutputWrapper
    _said_at: float = field(default_factory=time.monotonic)

    def __call__(self, line: str) -> None:
        now = time.monotonic()
        if now - self._said_at >= QUIET_SECONDS:
            self._said_at = now
            self.out.write(line)


def line_of(problem: Problem) -> str:
    """Return `file:line:column: message`, as editors and CI systems read it."""
    place = ":".join(str(part) for part in (problem.path, problem.line, problem.column) if part)
    severity = "" if problem.is_error else "warning: "
    rule = f" [{problem.rule}]" if problem.rule else ""
    return " ".join(f"{place}: {severity}{problem.message}{rule} {problem.cure}".split())


def write_problems(out: OutputWrapper, problems: Iterable[Problem]) -> None:
    for problem in problems:
        out.write(line_of(problem))
