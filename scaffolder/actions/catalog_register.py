"""`catalog:register`: a descriptor becomes entities of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog import documents, ingest, locations, refs
from catalog.models import Location
from integrations.errors import IntegrationError
from scaffolder.files.workspace import WorkspaceError
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

KIND = "location"
GENERATED = "generated-"

REGISTER: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "oneOf": [{"required": ["catalogInfoUrl"]}, {"required": ["repoContentsUrl"]}],
    "properties": {
        "catalogInfoUrl": {"type": "string", "description": "Address of the descriptor"},
        "repoContentsUrl": {
            "type": "string",
            "description": "The root of a repository's files, as publishing gives it",
        },
        "catalogInfoPath": {"type": "string", "description": "From there; `/catalog-info.yaml` if left out"},
        "optional": {"type": "boolean", "description": "A descriptor that is missing or broken is no mistake"},
    },
}
REGISTERED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "entityRef": {"type": "string", "description": "The entity that the descriptor is about"},
        "catalogInfoUrl": {"type": "string"},
    },
}


@action(
    "catalog:register",
    description="Registers a descriptor in the catalog, with the rights of whoever asked for the run.",
    input_schema=REGISTER,
    output_schema=REGISTERED,
    examples=[
        {"repoContentsUrl": "https://github.com/acme/checkout/blob/main"},
        {"catalogInfoUrl": "https://github.com/acme/checkout/blob/main/catalog-info.yaml"},
    ],
    can_run_dry=True,
)
def register(step: Step) -> Outputs:
    target = _target(step.input)
    if step.dry_run:
        step.log.info("Would register %s", target)
        return {"entityRef": _foreseen(step), "catalogInfoUrl": target}
    try:
        found = _register(step, target)
    except locations.LocationUnreadable as error:
        _try_again_later(error)
        if not step.input.get("optional"):
            raise StepFailed(f"{target} cannot be registered: {_told(error)}") from error
        step.log.warning("%s was not registered: %s", target, _told(error))
        return {"catalogInfoUrl": target}
    step.log.info("Registered %s: %s", target, ", ".join(found))
    chosen = _chosen(found)
    return {"catalogInfoUrl": target, **({"entityRef": chosen} if chosen else {})}


def _register(step: Step, target: str) -> list[str]:
    """Return the entities of the descriptor, registered now or before."""
    was_there = step.checkpoint("was_there", lambda: Location.objects.filter(type="url", target=target).exists())
    try:
        made = locations.register(target=target, actor=step.actor, is_optional=step.input.get("optional", False))
        entity_refs = list(made.entity_refs)
    except locations.LocationExists as there:
        entity_refs = _read_again(step, there.location)
    step.point("register:registered")
    if not was_there:
        step.made(KIND, url=target, key=target, title=target)
    return entity_refs


def _read_again(step: Step, location: Location) -> list[str]:
    """Return the entities of a place that is registered: by this run before a crash, or by somebody before it."""
    if location.registered_by == step.actor.ref:
        # Rights were checked then; a crash may have come before anything was read.
        ingest.refresh(location.pk)
    else:
        step.log.info("%s is registered already; reading it again.", location.target)
        locations.refresh(location, step.actor)
    return list(location.entities.order_by("pk").values_list("ref", flat=True))


def _target(given: Mapping[str, Any]) -> str:
    if "catalogInfoUrl" in given:
        return str(given["catalogInfoUrl"])
    path = given.get("catalogInfoPath") or "/catalog-info.yaml"
    return f"{given['repoContentsUrl'].rstrip('/')}/{path.lstrip('/')}"


def _chosen(entity_refs: Iterable[str]) -> str:
    """Return the entity that a reader means: a Component that somebody named, else any, else what there is."""
    found = list(entity_refs)
    named = [ref for ref in found if not refs.parse(ref).name.startswith(GENERATED)]
    components = [ref for ref in named if ref.startswith("component:")]
    return next(iter([*components, *named, *found]), "")


def _foreseen(step: Step) -> str:
    """Return what the descriptor in the workspace will be called."""
    path = step.input.get("catalogInfoPath") or "catalog-info.yaml"
    try:
        text = step.workspace.read_bytes(path.lstrip("/")).decode("utf-8", "replace")
    except WorkspaceError:
        return "component:default/<example>"
    found = [_ref_of(document.value) for document in documents.load_all(text)]
    return _chosen(ref for ref in found if ref) or "component:default/<example>"


def _ref_of(entity: Any) -> str:
    try:
        metadata = entity["metadata"]
        return str(refs.EntityRef(entity["kind"], metadata.get("namespace", "default"), metadata["name"]))
    except (KeyError, TypeError, AttributeError):
        return ""


def _try_again_later(error: BaseException) -> None:
    """Raise what the host said when that passes by itself: then the descriptor is not to blame."""
    cause = error.__cause__
    while cause is not None:
        if isinstance(cause, IntegrationError) and cause.retryable:
            raise cause
        cause = cause.__cause__


def _told(error: locations.LocationUnreadable) -> str:
    problems = [
        f"line {problem.line}: {problem.message}" if problem.line else problem.message for problem in error.problems
    ]
    return "; ".join(problems[:5]) or str(error)
