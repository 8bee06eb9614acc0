"""The files beside a template: skeletons that are there, and what their expressions will do."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scaffolder import templating
from scaffolder.files import paths
from scaffolder.files.skeletons import RenderOptions, SkeletonError, text_of
from scaffolder.lint.backstage import WORKFLOW_ROOTS
from scaffolder.lint.expressions import cure_of
from scaffolder.lint.subject import MARK, StepText, Subject, listed
from scaffolder.templating import Analysis, TemplateError

WORKFLOWS = re.compile(r"(^|/)\.github/workflows/[^/]+$")
FETCHES = frozenset({"fetch:template", "fetch:plain", "fetch:cookiecutter"})
FILE_FETCHES = frozenset({"fetch:template:file", "fetch:plain:file"})


@dataclass(frozen=True)
class _Skeleton:
    """The folder that a step renders."""

    step: StepText
    folder: str
    options: RenderOptions

    @property
    def root(self) -> str:
        return "cookiecutter" if self.options.mode.cookiecutter else "values"

    @property
    def given(self) -> set[str] | None:
        """The values that the step gives; None when an expression decides."""
        values = self.step.input.get("values")
        if values is None:
            return set()
        return set(values) if isinstance(values, Mapping) else None


def check(subject: Subject, tree: Mapping[str, bytes]) -> None:
    """Note what is wrong with the files.

    Args:
        tree: the files of the template's folder, by their path from there.
    """
    for step in subject.steps:
        place = _beside(step)
        if place is None:
            continue
        if step.action in FILE_FETCHES:
            _check_one(subject, step, place, tree)
        elif not any(path.startswith(f"{place}/") or not place for path in tree):
            others = {path.split("/")[0] for path in tree if "/" in path}
            _note_missing(subject, step, f"folder `{place}`", others)
        elif step.action == "fetch:template":
            _check_skeleton(subject, step, place, tree)


def _beside(step: StepText) -> str | None:
    """Return the folder or file of the template that a step fetches; None when it is elsewhere or unknown."""
    url = step.input.get("url")
    if step.action not in FETCHES | FILE_FETCHES or not isinstance(url, str) or MARK.search(url):
        return None
    place = posixpath.normpath(url.lstrip("/"))
    if urlsplit(url).scheme or place.startswith(".."):
        return None
    return "" if place == "." else place


def _note_missing(subject: Subject, step: StepText, what: str, others: Iterable[str]) -> None:
    there = listed(sorted(others))
    subject.add(
        "L40",
        f"There is no {what} beside the template.",
        subject.value_at((*step.path, "input", "url")),
        cure=f"Add it, or use one that is there: {there}." if there else "Add it beside the template.",
        found=what.split("`")[1],
    )


def _check_one(subject: Subject, step: StepText, path: str, tree: Mapping[str, bytes]) -> None:
    """Note what is wrong with a single file, of which the content alone is rendered."""
    if path not in tree:
        folder = posixpath.dirname(path)
        _note_missing(subject, step, f"file `{path}`", [near for near in tree if posixpath.dirname(near) == folder])
        return
    text = text_of(tree[path])
    options = _options(step)
    if step.action == "fetch:template:file" and text is not None and options is not None:
        _check_file(subject, _Skeleton(step, posixpath.dirname(path), options), path, text)


def _check_skeleton(subject: Subject, step: StepText, folder: str, tree: Mapping[str, bytes]) -> None:
    options = _options(step)
    if options is None:
        return
    skeleton = _Skeleton(step, folder, options)
    for path, text in _templates(skeleton, tree):
        _check_file(subject, skeleton, path, text)


def _options(step: StepText) -> RenderOptions | None:
    """Return how a step renders; None when its input says nothing that makes sense, which is told elsewhere."""
    try:
        return RenderOptions.from_input(step.input)
    except (SkeletonError, TypeError):
        return None


def _templates(skeleton: _Skeleton, tree: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield path and text of the files whose content is rendered."""
    options = skeleton.options
    prefix = f"{skeleton.folder}/" if skeleton.folder else ""
    for full in sorted(tree):
        path = full.removeprefix(prefix)
        untouched = paths.match(options.copy_without_render, path) or paths.match(options.copy_without_templating, path)
        ending = options.template_file_extension
        if not full.startswith(prefix) or untouched or (ending and not path.endswith(ending)):
            continue
        text = text_of(tree[full])
        if text is not None and any(mark in text for mark in options.mode.marks):
            yield full, text


def _check_file(subject: Subject, skeleton: _Skeleton, path: str, text: str) -> None:
    try:
        analysis = templating.analyse(text, mode=skeleton.options.mode)
    except TemplateError as error:
        subject.add(
            "L43",
            f"The expression cannot be read: {error.message}.",
            (error.line, error.column),
            cure=cure_of(error),
            found=error.expression,
            path=path,
        )
        return
    if WORKFLOWS.search(path):
        _check_workflow(subject, path, analysis)
    _check_values(subject, skeleton, path, analysis)


def _check_workflow(subject: Subject, path: str, analysis: Analysis) -> None:
    for lookup in analysis.lookups:
        root = lookup.path[0]
        if root not in WORKFLOW_ROOTS or root in analysis.defined:
            continue
        written = ".".join("…" if part is None else str(part) for part in lookup.path)
        subject.add(
            "L41",
            f"`{written}` is GitHub's to fill in, but it is rendered here and becomes nothing.",
            (lookup.line, lookup.column),
            cure=f"Write `{{% raw %}}${{{{ {written} }}}}{{% endraw %}}`, "
            "or name the file under `copyWithoutTemplating` of the step.",
            found=written,
            path=path,
        )


def _check_values(subject: Subject, skeleton: _Skeleton, path: str, analysis: Analysis) -> None:
    given = skeleton.given
    if given is None:
        return
    for name, place in _missing(analysis, skeleton.root, given):
        subject.add(
            "L42",
            f"The step `{skeleton.step.id}` gives no value `{name}`, so this is empty.",
            place,
            cure=f"Add `{name}:` to `values` of the step.",
            found=f"{skeleton.root}.{name}",
            path=path,
        )


def _missing(analysis: Analysis, root: str, given: Iterable[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield each value that is looked up and not given, once, with its first place."""
    known = set(given)
    for lookup in analysis.lookups:
        name = lookup.path[1] if len(lookup.path) > 1 else None
        if lookup.path[0] == root and root not in analysis.defined and isinstance(name, str) and name not in known:
            known.add(name)
            yield name, (lookup.line, lookup.column)
