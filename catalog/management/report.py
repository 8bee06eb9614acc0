"""How the commands print problems and progress: results to stdout, progress to stderr."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

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


def github_line_of(problem: Problem) -> str:
    """Return a problem as GitHub Actions shows it on the line of a pull request.

    Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    level = "error" if problem.is_error else "warning"
    named = {"file": problem.path, "line": problem.line, "col": problem.column, "title": f"Catalog rule {problem.rule}"}
    where = ",".join(f"{name}={_escaped(value, ':,')}" for name, value in named.items() if value)
    return f"::{level} {where}::{_escaped(f'{problem.message} {problem.cure}'.strip())}"


def write_problems(out: OutputWrapper, problems: Iterable[Problem]) -> None:
    for problem in problems:
        out.write(line_of(problem))


def shown_path(path: str) -> str:
    """Return a path from the working folder on where the file lies in it, as a repository's CI names its files."""
    try:
        return Path(path).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path


def _escaped(value: object, signs: str = "") -> str:
    """Return a value in which nothing ends the command or one of its fields; descriptors are written by strangers."""
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{signs}" else sign for sign in str(value))
