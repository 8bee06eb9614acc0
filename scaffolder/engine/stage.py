"""Plays one step: its conditions and rounds, its input, its action. The same for a run and for a dry run."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from accounts.actors import Actor
from scaffolder import registry, templating
from scaffolder.engine import spec as specs
from scaffolder.engine.context import Round, Scope
from scaffolder.engine.spec import StepSpec
from scaffolder.files.workspace import Workspace
from scaffolder.registry import ActionInfo
from scaffolder.sources import TemplateSource
from scaffolder.step import Ledger, NotRemembered, Outputs, Step, StepFailed
from scaffolder.templating import Session, TemplateError

Path = tuple[str | int, ...]
# What a round with a false condition leaves in the ledger; no outputs are ever this.
SKIPPED = "skipped"
# Of `each`; what every round gave is saved after each of them.
MOST_ROUNDS = 500


class Desk(Protocol):
    """Where a step finds and leaves its papers."""

    def ledger(self, turn: str = "") -> Ledger:
        """Return the ledger of the step, or of one round of it."""

    def finished(self, turn: str) -> Any:
        """Return what a round gave, also before a crash.

        Raises:
            NotRemembered: it has not ended.
        """

    def finish(self, turn: str, outcome: Any) -> None:
        """Write down, with the workspace, what a round gave."""


@dataclass
class Stage:
    """What the steps of a run share while one worker plays them."""

    scope: Scope
    session: Session
    workspace: Workspace
    template: TemplateSource
    actor: Actor
    # The text of template.yaml, to tell places in it; may be empty.
    text: str = ""
    is_dry: bool = False
    has_failed: bool = False
    find_action: Callable[[str], ActionInfo] = registry.get
    # What a dry run shows: the rendered input of each step.
    inputs: dict[str, Any] = field(default_factory=dict)

    def wants(self, step: StepSpec) -> bool:
        """Tell whether a step runs; one with rounds is asked again in each.

        Raises:
            TemplateError: its condition cannot be evaluated.
        """
        if self.has_failed and not templating.calls_status(step.condition):
            return False
        return step.each is not None or self._holds(step, None)

    def play(self, step: StepSpec, desk: Desk) -> Outputs | None:
        """Return what a step gave; None when none of its rounds was wanted.

        Raises:
            TemplateError: an expression of the template fails; it is placed in template.yaml.
            StepFailed: the input or the output is not what the action's schema says.
            Exception: whatever the action raises.
        """
        info = self.find_action(step.action)
        if step.each is None:
            return self._act(step, info, desk.ledger(), None)
        outcomes = [self._round(step, info, desk, turn) for turn in self._rounds(step)]
        given = [outcome for outcome in outcomes if outcome != SKIPPED]
        if outcomes and not given:
            return None
        # With `each` every output is a list, a place for each round.
        names = {name for outcome in given for name in outcome}
        return {name: [outcome.get(name) for outcome in given] for name in sorted(names)}

    def _rounds(self, step: StepSpec) -> Iterator[Round]:
        found = self._rendered(step.each, self.scope.closed(), step, "each")
        if isinstance(found, list | Mapping) and len(found) > MOST_ROUNDS:
            raise StepFailed(f"`each` of step {step.id} gives {len(found)} rounds; {MOST_ROUNDS} are the most.")
        if isinstance(found, list):
            return (Round(str(number), value) for number, value in enumerate(found))
        if isinstance(found, Mapping):
            return (Round(key, value) for key, value in found.items())
        raise StepFailed(f"`each` of step {step.id} gives neither a list nor a map. Let it name one.")

    def _round(self, step: StepSpec, info: ActionInfo, desk: Desk, turn: Round) -> Any:
        try:
            return desk.finished(turn.key)
        except NotRemembered:
            pass
        outcome: Any = SKIPPED
        if self._holds(step, turn):
            outcome = self._act(step, info, desk.ledger(turn.key), turn)
        desk.finish(turn.key, outcome)
        return outcome

    def _act(self, step: StepSpec, info: ActionInfo, ledger: Ledger, turn: Round | None) -> Outputs:
        given = self._rendered(step.input, self.scope.closed(turn), step, "input")
        self.inputs[step.id] = given
        mistakes = info.mistakes(given)
        if mistakes:
            raise StepFailed(f"Invalid input passed to action {info.id}: {'; '.join(mistakes)}")
        if self.is_dry and not info.can_run_dry:
            ledger.say("info", f"{info.id} does nothing in a dry run; its outputs are made up.")
            return info.made_up_outputs()
        return _json(info, info.run(self._step(step, given, ledger)))

    def _step(self, step: StepSpec, given: dict[str, Any], ledger: Ledger) -> Step:
        return Step(
            id=step.id,
            task_id=self.scope.task_id,
            input=given,
            workspace=self.workspace,
            ledger=ledger,
            actor=self.actor,
            template=self.template,
            secrets=self.scope.secrets,
            user=self.scope.user,
            dry_run=self.is_dry,
        )

    def _holds(self, step: StepSpec, turn: Round | None) -> bool:
        # In Backstage a condition sees the secrets when the step has rounds.
        names = self.scope.open() if turn is None else self.scope.closed(turn)
        self.session.has_failed = self.has_failed
        try:
            return self.session.condition(step.condition, names)
        except TemplateError as error:
            raise specs.placed(error, self.text, _path(step, "if")) from error

    def _rendered(self, value: Any, names: Mapping[str, Any], step: StepSpec, key: str) -> Any:
        self.session.has_failed = self.has_failed
        try:
            return self.session.render_value(value, names)
        except TemplateError as error:
            raise specs.placed(error, self.text, _path(step, key, *error.path)) from error


def _path(step: StepSpec, *rest: str | int) -> Path:
    return ("spec", "steps", step.position, *rest)


def _json(info: ActionInfo, outputs: Outputs | None) -> Outputs:
    """Return outputs as the database keeps them."""
    try:
        kept: Outputs = json.loads(json.dumps(outputs or {}, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise StepFailed(f"The action {info.id} gave an output that is not JSON: {error}.") from error
    return kept


def render_output(stage: Stage, output: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template's `output` rendered: links and texts whose `if` holds, and whatever else it names.

    Raises:
        TemplateError: an expression fails; it is placed in template.yaml.
    """
    names = stage.scope.open()
    made: dict[str, Any] = {}
    for key, value in output.items():
        if key in ("links", "text") and isinstance(value, list):
            made[key] = [
                item
                for number, written in enumerate(value)
                if (item := _output_item(stage, written, names, (key, number))) is not None
            ]
        else:
            made[key] = _output_value(stage, value, names, (key,))
    return {key: value for key, value in made.items() if value is not templating.UNDEFINED}


def _output_item(stage: Stage, written: Any, names: Mapping[str, Any], path: Path) -> dict[str, Any] | None:
    if not isinstance(written, Mapping):
        return None
    try:
        if not stage.session.condition(written.get("if", True), names):
            return None
    except TemplateError as error:
        raise specs.placed(error, stage.text, ("spec", "output", *path, "if")) from error
    rest = {key: value for key, value in written.items() if key != "if"}
    item: dict[str, Any] = _output_value(stage, rest, names, path)
    return item


def _output_value(stage: Stage, value: Any, names: Mapping[str, Any], path: Path) -> Any:
    try:
        return stage.session.render_value(value, names)
    except TemplateError as error:
        raise specs.placed(error, stage.text, ("spec", "output", *path, *error.path)) from error
