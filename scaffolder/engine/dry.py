"""Plays a template without touching anything outside: what it would make, say and give."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from accounts.actors import Actor
from integrations.redaction import Redactor
from scaffolder import secrets as run_secrets
from scaffolder.engine import failures
from scaffolder.engine.context import Scope, user_entity
from scaffolder.engine.spec import Spec, StepSpec
from scaffolder.engine.stage import Stage, render_output
from scaffolder.files.workspace import FileContent, Workspace
from scaffolder.sources import TemplateSource
from scaffolder.step import Ledger, MemoryLedger, NotRemembered
from scaffolder.templating import Session, TemplateError

Resources = list[tuple[str, str, str, str]]

# Stands where a run has its id.
DRY_RUN_ID = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class DryLine:
    """A line of the log."""

    step_id: str
    level: str
    message: str


@dataclass(frozen=True)
class DryStep:
    """How a step went; `state` is one of a TaskStep's."""

    id: str
    name: str
    action: str
    state: str
    input: dict[str, Any] = field(default_factory=dict)
    output: dict[str, Any] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True)
class DryRun:
    """What a template would do with some parameters.

    Attributes:
        files: the workspace at the end, in the order of paths; also when a step failed, as far as it came.
        error: the first error; empty when all went well. `expression_error` is set when an expression failed.
    """

    files: list[FileContent]
    log: list[DryLine]
    output: dict[str, Any]
    steps: list[DryStep]
    error: str = ""
    expression_error: TemplateError | None = None


def dry_run(
    spec: Spec,
    parameters: Mapping[str, Any],
    *,
    template: TemplateSource,
    actor: Actor,
    text: str = "",
    secrets: Mapping[str, str] | None = None,
) -> DryRun:
    """Play `spec` with `parameters`, touching nothing outside.

    Args:
        text: template.yaml, so that errors can tell their place.
        secrets: for step inputs; masked in whatever comes back.
    """
    with tempfile.TemporaryDirectory(prefix="waymark-dry-") as folder, Session() as session:
        workspace = Workspace.create(Path(folder))
        scope = Scope(
            task_id=DRY_RUN_ID,
            parameters=parameters,
            user_ref=actor.ref,
            user=user_entity(actor),
            secrets=dict(secrets or {}),
        )
        stage = Stage(scope, session, workspace, template, actor, text=text, is_dry=True)
        return _Play(stage, Redactor(run_secrets.masked_values(scope.secrets))).all(spec)


class _Desk:
    """The papers of a step that nobody keeps."""

    def __init__(self, resources: Resources) -> None:
        self._ledger = MemoryLedger(resources)

    def ledger(self, turn: str = "") -> Ledger:
        return self._ledger

    def finished(self, turn: str) -> Any:
        raise NotRemembered(turn)

    def finish(self, turn: str, outcome: Any) -> None:
        """Forget it: nothing goes on after a dry run."""

    @property
    def lines(self) -> list[tuple[str, str]]:
        return self._ledger.lines


class _Play:
    """One dry run, as far as it has come."""

    def __init__(self, stage: Stage, redactor: Redactor) -> None:
        self._stage = stage
        self._redactor = redactor
        self._log: list[DryLine] = []
        self._steps: list[DryStep] = []
        self._resources: Resources = []
        self._error = ""
        self._expression_error: TemplateError | None = None

    def all(self, spec: Spec) -> DryRun:
        for step in spec.steps:
            self._steps.append(self._step(step))
        output: dict[str, Any] = {}
        if not self._error:
            try:
                output = self._redactor.mask_json(render_output(self._stage, spec.output))
            except TemplateError as error:
                self._note(error)
        files = self._stage.workspace.files()
        return DryRun(files, self._log, output, self._steps, self._error, self._expression_error)

    def _step(self, step: StepSpec) -> DryStep:
        desk = _Desk(self._resources)
        outcome: dict[str, Any] = {"state": "skipped"}
        try:
            if self._stage.wants(step):
                outputs = self._stage.play(step, desk)
                if outputs is not None:
                    self._stage.scope.add_output(step.id, outputs)
                    outcome = {"state": "completed", "output": self._redactor.mask_json(outputs)}
        except Exception as error:  # noqa: BLE001 — a company's own action may raise anything
            outcome = {"state": "failed", "error": self._note(error)}
            self._stage.has_failed = True
        self._log += [DryLine(step.id, level, self._redactor.mask(message)) for level, message in desk.lines]
        given = self._redactor.mask_json(self._stage.inputs.get(step.id, {}))
        return DryStep(step.id, step.name, step.action, input=given, **outcome)

    def _note(self, error: Exception) -> str:
        """Keep the first error, and return this one in plain words."""
        message = self._redactor.mask(failures.of(error, attempt=1).message)
        if not self._error:
            self._error = message
            self._expression_error = error if isinstance(error, TemplateError) else None
        return message
