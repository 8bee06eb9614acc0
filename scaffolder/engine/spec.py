"""What a run does: the steps of a template's published text, and where each stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from catalog import documents
from scaffolder.models import TemplateRevision
from scaffolder.templating import TemplateError, located

FILE = "template.yaml"


class TemplateBroken(Exception):
    """A template that cannot be run; the message says what to mend."""


@dataclass(frozen=True)
class StepSpec:
    """One step as the template has it."""

    position: int
    id: str
    name: str
    action: str
    input: dict[str, Any] = field(default_factory=dict)
    condition: Any = True
    each: Any = None


@dataclass(frozen=True)
class Spec:
    """A template's `spec`, ready to run."""

    steps: tuple[StepSpec, ...]
    pages: tuple[dict[str, Any], ...]
    output: dict[str, Any]
    # What the form's buttons are called, and the like.
    presentation: dict[str, Any] = field(default_factory=dict)
    # Which entities it does something with, as a filter or a list of them; None: it makes something new.
    applies_to: Any = None


def of(revision: TemplateRevision) -> Spec:
    """Return what a published revision does.

    Raises:
        TemplateBroken: it has no steps, two with one id, or is no template at all.
    """
    return of_text(revision.text)


@lru_cache(maxsize=256)
def of_text(text: str) -> Spec:
    """Return what a template's text says to do; texts of revisions never change, so each is read once a process.

    Raises:
        TemplateBroken: as `of`, or it is not YAML.
    """
    document = documents.load_one(text)
    if document.problems:
        problem = document.problems[0]
        raise TemplateBroken(f"{FILE}:{problem.line}:{problem.column}: {problem.message}")
    return from_document(document.value)


def from_document(document: Any) -> Spec:
    """Return what a template says to do."""
    spec = document.get("spec") if isinstance(document, Mapping) else None
    if not isinstance(spec, Mapping) or not isinstance(spec.get("steps"), list) or not spec["steps"]:
        raise TemplateBroken("The template has no list `spec.steps` with a step in it.")
    output = spec.get("output") or {}
    if not isinstance(output, Mapping):
        raise TemplateBroken("`spec.output` is not a map.")
    presentation = spec.get("presentation")
    return Spec(
        _steps(spec["steps"]),
        pages(spec.get("parameters")),
        dict(output),
        dict(presentation) if isinstance(presentation, Mapping) else {},
        spec.get("appliesTo"),
    )


def pages(parameters: Any) -> tuple[dict[str, Any], ...]:
    """Return the pages of a form: `spec.parameters` is one page or a list of them."""
    found = [parameters] if isinstance(parameters, Mapping) else list(parameters or ())
    return tuple(dict(page) for page in found if isinstance(page, Mapping))


def _steps(written: Sequence[Any]) -> tuple[StepSpec, ...]:
    steps = tuple(_step(position, item) for position, item in enumerate(written))
    ids = [step.id for step in steps]
    twice = sorted({step_id for step_id in ids if ids.count(step_id) > 1})
    if twice:
        raise TemplateBroken(f"Two steps are called {', '.join(twice)}; give each its own id.")
    return steps


def _step(position: int, written: Any) -> StepSpec:
    if not isinstance(written, Mapping) or not isinstance(written.get("action"), str):
        raise TemplateBroken(f"Step {position + 1} names no action.")
    if not isinstance(written.get("input") or {}, Mapping):
        raise TemplateBroken(f"The input of step {position + 1} is not a map.")
    return StepSpec(
        position=position,
        id=str(written.get("id") or f"step-{position + 1}"),
        name=str(written.get("name") or written["action"]),
        action=written["action"],
        input=dict(written.get("input") or {}),
        condition=written.get("if", True),
        each=written.get("each"),
    )


def placed(error: TemplateError, text: str, path: Sequence[str | int]) -> TemplateError:
    """Return the error of an expression with its place in template.yaml.

    Args:
        text: the template; empty when it is not at hand, and the error stays as it is.
        path: keys and indexes that lead to the value which the expression stands in.
    """
    if not text:
        return error
    line, column = documents.load_one(text).positions.value(tuple(path))
    lines = text.splitlines()
    sign = lines[line - 1][column - 1 : column] if line <= len(lines) else ""
    if sign not in ("|", ">"):
        return located(error, file=FILE, line=line, column=column + (sign in ("'", '"')))
    # A block's text begins on the following line, indented on every line of it.
    following = lines[line] if line < len(lines) else ""
    indent = len(following) - len(following.lstrip(" "))
    found = located(error, file=FILE, line=line + 1, column=1)
    found.column += indent
    return found
