"""The steps: ids, actions, and what each gives its action."""

from __future__ import annotations

from scaffolder import registry
from scaffolder.lint import backstage
from scaffolder.lint.schemas import Mistake, mistakes
from scaffolder.lint.subject import MARK, StepText, Subject, did_you_mean, listed
from scaffolder.registry import ActionInfo

OURS = "scaffolder."
INSTEAD = {
    "github:actions:create": "put the workflow files under `.github/workflows` of the skeleton instead",
}


def check(subject: Subject) -> None:
    """Note what is wrong with the steps."""
    _check_ids(subject)
    for step in subject.steps:
        info = registry.find(step.action)
        if info is None:
            _note_unknown(subject, step)
        else:
            _check_portable(subject, step, info)
            _check_input(subject, step, info)


def _check_ids(subject: Subject) -> None:
    first: dict[str, StepText] = {}
    for step in subject.steps:
        earlier = first.setdefault(step.id, step)
        if earlier is not step:
            line, _ = subject.value_at((*earlier.path, "id"))
            subject.add(
                "L14",
                f"Two steps are called `{step.id}`; the other is on line {line}.",
                subject.value_at((*step.path, "id")),
                cure="Give each step its own id.",
                found=step.id,
            )


def _note_unknown(subject: Subject, step: StepText) -> None:
    near = listed(_family(step.action))
    if MARK.search(step.action):
        message = "An action cannot be an expression: steps are known before the run."
        cure = "Write one step for each action, with an `if:`."
    elif step.action in backstage.ACTIONS:
        message = f"Backstage has the action `{step.action}`; this portal does not."
        cure = f"Install a package that adds it, or {f'use {near}' if near else 'leave the step out'}."
    else:
        message = f"There is no action `{step.action}`."
        cure = did_you_mean(step.action, registry.all()) or (
            f"Use {near}." if near else "The page Actions lists what this portal can do."
        )
    subject.add("L10", message, subject.value_at((*step.path, "action")), cure=cure, found=step.action)


def _family(action: str) -> list[str]:
    return [known for known in registry.all() if known.split(":")[0] == action.split(":")[0]]


def _check_portable(subject: Subject, step: StepText, info: ActionInfo) -> None:
    """Our own actions are known here; what a company's package adds, its Backstage may have as well."""
    is_known = info.id in backstage.ACTIONS or info.id.startswith(backstage.PACKAGED)
    if is_known or not info.run.__module__.startswith(OURS):
        return
    instead = INSTEAD.get(info.id, "leave the step out there")
    subject.add(
        "L11",
        f"The action `{info.id}` is this portal's own; Backstage does not know it.",
        subject.value_at((*step.path, "action")),
        cure=f"Keep it if the template runs here only; for Backstage, {instead}.",
        found=info.id,
    )


def _check_input(subject: Subject, step: StepText, info: ActionInfo) -> None:
    if MARK.search(str(step.written.get("input"))) and not isinstance(step.written.get("input"), dict):
        return
    for mistake in mistakes(info.input_schema, dict(step.input), literal_only=True):
        _note_input(subject, step, info, mistake)


def _note_input(subject: Subject, step: StepText, info: ActionInfo, mistake: Mistake) -> None:
    path = (*step.path, "input", *mistake.path)
    where = ".".join(str(part) for part in mistake.path)
    if mistake.keyword in ("required", "anyOf", "oneOf"):
        words = f"`{where}` " if where else "The input "
        subject.add(
            "L12",
            f"{info.id}: {words}{mistake.says}",
            subject.value_at((*step.path, "input"))
            if "input" in step.written
            else subject.value_at((*step.path, "action")),
            cure=mistake.cure or f"Add `{mistake.path[-1]}:` to the input.",
            expected=mistake.expected,
        )
        return
    place = subject.key_at(path) if mistake.is_key else subject.value_at(path)
    subject.add(
        "L13",
        f"{info.id}: `{where}` {mistake.says}",
        place,
        cure=mistake.cure or f"The action reference shows what {info.id} takes.",
        expected=mistake.expected,
        found=mistake.found,
    )
