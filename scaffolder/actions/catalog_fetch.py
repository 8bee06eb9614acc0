"""`catalog:fetch`: entities of the catalog, as whoever asked for the run may see them."""

from __future__ import annotations

import json
from typing import Any

from catalog import refs
from catalog.models import Entity
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed

REF = {"type": "string", "minLength": 1, "description": "Such as `component:default/checkout`"}

CATALOG_FETCH: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "oneOf": [{"required": ["entityRef"]}, {"required": ["entityRefs"]}],
    "properties": {
        "entityRef": REF,
        "entityRefs": {"type": "array", "items": REF, "maxItems": 500, "description": "Several at once"},
        "optional": {"type": "boolean", "description": "An entity that is not there is no mistake, but null"},
        "defaultKind": {"type": "string", "description": "The kind of a reference that names none"},
        "defaultNamespace": {"type": "string", "description": "`default` if left out"},
    },
}
# Null for one that is not there.
ENTITY: dict[str, Any] = {"type": "object", "description": "The entity, as the catalog's API gives it"}
FETCHED: dict[str, Any] = {
    "type": "object",
    "properties": {"entity": ENTITY, "entities": {"type": "array", "items": ENTITY}},
}


@action(
    "catalog:fetch",
    description="Gives entities of the catalog to the steps that follow.",
    input_schema=CATALOG_FETCH,
    output_schema=FETCHED,
    examples=[
        {"entityRef": "component:default/checkout", "optional": True},
        {"entityRefs": ["checkout", "payments"], "defaultKind": "component", "optional": True},
    ],
    can_run_dry=True,
)
def fetch(step: Step) -> Outputs:
    given = step.input
    wanted = [_ref(text, given) for text in given.get("entityRefs", [given.get("entityRef")])]
    rows = Entity.objects.visible_to(step.actor).filter(ref__in=wanted).values_list("ref", "document")
    found = {ref: json.loads(document) for ref, document in rows}
    missing = [ref for ref in wanted if ref not in found]
    if missing and not given.get("optional"):
        raise StepFailed(f"The catalog has no {', '.join(missing)}. Look at the spelling, or say `optional: true`.")
    step.log.info("Fetched %s", ", ".join(found) or "nothing")
    if "entityRef" in given:
        return {"entity": found.get(wanted[0])}
    return {"entities": [found.get(ref) for ref in wanted]}


def _ref(text: str, given: dict[str, Any]) -> str:
    try:
        namespace = given.get("defaultNamespace") or "default"
        return str(refs.parse(text, default_kind=given.get("defaultKind"), default_namespace=namespace))
    except refs.RefError as error:
        raise StepFailed(str(error)) from error
