"""What a run does: the steps of a template's published text, and where each stands in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from catalog import documents
from scaffolder.models import TemplateRevision

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


def of(revision: TemplateRevision) -> Spec:
    """Return what a published revision does; it never changes, so it is read once a process.

    Raises:
        TemplateBroken: it has no steps, two with one id, or is no template at all.
    """
    return _read(revision.pk, revision.text)


@lru_cache(maxsize=256)
def _read(_revision_id: int, text: str) -> Spec:
    return from_document(documents.load_one(text).value)


def from_document(document: Any) -> Spec:
    """Return what a template says to do."""
    spec = document.get("spec") if isinstance(document, Mapping) else None
    if not isinstance(spec, Mapping) or not isinstance(spec.get("steps"), Sequence):
        raise TemplateBroken("The template has no list `spec.steps`.")
    return Spec(_steps(spec["steps"]), pages(spec.get("parameters")), dict(spec.get("output") or {}))


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
    return StepSpec(
        position=position,
        id=str(written.get("id") or f"step-{position + 1}"),
        name=str(written.get("name") or written["action"]),
        action=written["action"],
        input=dict(written.get("input") or {}),
        condition=written.get("if", True),
        each=written.get("each"),
    )


def place(revision: TemplateRevision, path: Sequence[str | int]) -> tuple[int, int]:
    """Return line and column of the value at `path` in a revision's text, from 1."""
    found: tuple[int, int] = documents.load_one(revision.text).positions.value(tuple(path))
    return found
