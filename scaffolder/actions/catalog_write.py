"""`catalog:write`: a descriptor into the workspace."""

from __future__ import annotations

from typing import Any

import yaml

from scaffolder.registry import action
from scaffolder.step import Outputs, Step

SOURCE_TEMPLATE = "backstage.io/source-template"

CATALOG_WRITE: dict[str, Any] = {
    "type": "object",
    "required": ["entity"],
    "additionalProperties": False,
    "properties": {
        "entity": {
            "type": "object",
            "required": ["apiVersion", "kind", "metadata"],
            "properties": {"metadata": {"type": "object"}},
            "description": "The entity, as it stands in a descriptor",
        },
        "filePath": {"type": "string", "minLength": 1, "description": "`catalog-info.yaml` if left out"},
    },
}


@action(
    "catalog:write",
    description="Writes an entity into the workspace as a descriptor, which names this template as its source.",
    input_schema=CATALOG_WRITE,
    examples=[
        {
            "entity": {
                "apiVersion": "backstage.io/v1alpha1",
                "kind": "Component",
                "metadata": {"name": "checkout"},
                "spec": {"type": "service", "lifecycle": "experimental", "owner": "group:default/shop"},
            }
        }
    ],
    can_run_dry=True,
)
def write(step: Step) -> Outputs:
    path = step.input.get("filePath") or "catalog-info.yaml"
    entity = step.input["entity"]
    metadata = entity["metadata"]
    annotations = {**(metadata.get("annotations") or {}), SOURCE_TEMPLATE: step.template.ref}
    written = {**entity, "metadata": {**metadata, "annotations": annotations}}
    text = yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=120)
    step.workspace.write_bytes(path, text.encode())
    step.log.info("Wrote %s", path)
    return {}
