"""The tests that a template brings along, `spec.tests`: played dry, each with values and what they should give.

tests:
  - name: a Go service
    values: {name: checkout, language: go}
    expect: {files: {go.mod: "module checkout"}, absent: [package.json], output: {…}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.actors import Actor
from catalog import documents
from catalog.problems import Problem
from scaffolder import engine
from scaffolder.engine import DryRun
from scaffolder.engine import spec as specs
from scaffolder.engine.spec import Spec
from scaffolder.files.skeletons import text_of
from scaffolder.forms import fields, validation
from scaffolder.lint import RULES
from scaffolder.sources import TemplateSource

RULE = "L60"
LONGEST_SHOWN = 200
Path = tuple[str | int, ...]
# Where in the test what went wrong is said, why, and what to do.
Fault = tuple[Path, str, str]


@dataclass(frozen=True)
class Outcome:
    """How one test went."""

    name: str
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_passed(self) -> bool:
        return not self.problems


def problems(text: str, *, source: TemplateSource, actor: Actor) -> list[Problem]:
    """Return what the tests of a template find, each at its line."""
    return [problem for outcome in run(text, source=source, actor=actor) for problem in outcome.problems]


def run(text: str, *, source: TemplateSource, actor: Actor) -> list[Outcome]:
    """Play the tests of a template, touching nothing outside; a text that lint refuses has none.

    Raises:
        TemplateBroken: it cannot be played at all.
    """
    document = documents.load_one(text)
    spec = specs.of_text(text)
    written = document.value["spec"].get("tests")
    tests = [test for test in written if isinstance(test, Mapping)] if isinstance(written, list) else []
    found = []
    for number, test in enumerate(tests):
        faults = _faults(test, spec, text=text, source=source, actor=actor)
        told = [_problem(document.positions, number, fault) for fault in faults]
        found.append(Outcome(str(test.get("name") or number + 1), told))
    return found


def _problem(positions: documents.Positions, number: int, fault: Fault) -> Problem:
    path, message, cure = fault
    line, column = positions.value(("spec", "tests", number, *path))
    return Problem(message, line, column, RULES[RULE].severity, RULE, cure=cure)


def _faults(test: Mapping[str, Any], spec: Spec, *, text: str, source: TemplateSource, actor: Actor) -> Iterator[Fault]:
    values = {**fields.defaults(spec.pages), **(test.get("values") or {})}
    secrets = test.get("secrets") or {}
    expected = test.get("expect") or {}
    said = "; ".join(f"{error.name}: {error.message}" for error in validation.validate_by_schema(spec.pages, values))
    played = None
    if not said:
        played = engine.dry_run(spec, values, template=source, actor=actor, text=text, secrets=secrets)
        said = played.error
    if "error" in expected:
        if expected["error"] not in said:
            told = f"It said: {_short(said)}" if said else "Nothing was refused"
            yield ("expect", "error"), f"{told}.", "Let the form or a step refuse these values, or expect that."
        return
    if said or played is None:
        yield (
            ("values",),
            f"The values are refused, or a step fails: {_short(said)}",
            "Mend the template, or the values.",
        )
        return
    yield from _of_files(expected, played)
    yield from _of_output(expected, played)


def _of_files(expected: Mapping[str, Any], played: DryRun) -> Iterator[Fault]:
    made = {file.path: file.content for file in played.files}
    for path, wanted in (expected.get("files") or {}).items():
        place = ("expect", "files", path)
        if path not in made:
            yield place, f"{path} is not made. There is {_short(', '.join(made)) or 'nothing'}.", "Mend the path."
            continue
        content = text_of(made[path]) or ""
        for part in [wanted] if isinstance(wanted, str) else wanted if isinstance(wanted, list) else []:
            if part not in content:
                yield place, f"{path} does not hold {_short(part)!r}.", "Mend the skeleton, or the test."
    for number, path in enumerate(expected.get("absent") or ()):
        if path in made:
            yield ("expect", "absent", number), f"{path} is made.", "Leave it out of what is fetched, or of the test."


def _of_output(expected: Mapping[str, Any], played: DryRun) -> Iterator[Fault]:
    for name, wanted in (expected.get("output") or {}).items():
        given = played.output.get(name)
        if given != wanted:
            yield (
                ("expect", "output", name),
                f"`output.{name}` is {_short(str(given))!r}.",
                "Mend the output, or the test.",
            )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
