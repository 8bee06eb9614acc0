"""`github:issues:label`: labels for an issue or a pull request."""

from __future__ import annotations

from typing import Any

from integrations.git.repo_url import RepoUrl
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

TEXT = {"type": "string"}

LABEL: dict[str, Any] = {
    "type": "object",
    "required": ["repoUrl", "number", "labels"],
    "additionalProperties": False,
    "properties": {
        "repoUrl": {**TEXT, "description": "`github.com?owner=acme&repo=checkout`, which is there"},
        "number": {"type": ["integer", "string"], "description": "Of the issue or the pull request"},
        "labels": {"type": "array", "items": {**TEXT, "minLength": 1}, "minItems": 1},
        "token": {**TEXT, "description": "In place of the portal's own credential; there is no falling back"},
    },
}


@action(
    "github:issues:label",
    description="Adds labels to an issue or a pull request on GitHub.",
    input_schema=LABEL,
    examples=[{"repoUrl": "github.com?owner=acme&repo=checkout", "number": 7, "labels": ["operations"]}],
    can_run_dry=True,
)
def label(step: Step) -> Outputs:
    repo, labels = RepoUrl.parse(step.input["repoUrl"]), step.input["labels"]
    number = _number(step.input["number"])
    if step.dry_run:
        step.log.info("Would label #%s of %s: %s", step.input["number"], repo.slug, ", ".join(labels))
        return {}
    step.github(repo.host).add_labels(repo, number, labels)
    step.log.info("Labelled #%d of %s: %s", number, repo.slug, ", ".join(labels))
    return {}


def _number(written: int | str) -> int:
    try:
        return int(written)
    except ValueError as error:
        raise StepFailed(f"{written!r} is no number of an issue.") from error
