"""Reads a template as its author wrote it and says what would go wrong: where, why, and how to mend it.

Pure: text in, problems out. The rules are in `rules.py`, one module for each subject.
"""

from __future__ import annotations

from collections.abc import Mapping

from catalog.problems import Problem
from scaffolder.lint import expressions, files, form, portability, references, steps, structure
from scaffolder.lint.rules import RULES, UNSAFE, Rule
from scaffolder.lint.subject import Subject

__all__ = ["RULES", "UNSAFE", "Rule", "check", "has_errors", "is_unsafe"]


def check(text: str, *, tree: Mapping[str, bytes] | None = None) -> list[Problem]:
    """Return the problems of a template in the order of the text; those of its skeleton's files follow.

    Args:
        tree: the files of the template's folder, by their path from there; None when they are not at hand.
    """
    subject = Subject.read(text)
    structure.check(subject)
    if subject.spec:
        found = expressions.read(subject)
        used = references.used_parameters(found)
        steps.check(subject)
        references.check(subject, found)
        form.check(subject, {known.name for known in subject.properties} if used is None else used)
        portability.check(subject, found)
        if tree is not None:
            files.check(subject, tree)
        references.check_unused(subject, used)
    return sorted(set(subject.problems), key=lambda problem: (problem.path, problem.line, problem.column, problem.rule))


def has_errors(problems: list[Problem]) -> bool:
    return any(problem.is_error for problem in problems)


def is_unsafe(problems: list[Problem]) -> bool:
    """Tell whether the form of a template could be used against whoever shows or checks it."""
    return any(problem.rule in UNSAFE for problem in problems)
