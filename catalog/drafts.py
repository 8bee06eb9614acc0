"""A descriptor that somebody fills in as a form, for a repository that has none. Pure: fields in, YAML out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from catalog.descriptor.kinds import CORE_VERSIONS

# What the annotation that names a repository begins with: other tools look for it under this name, whatever the host.
PROJECT_SLUG = "github.com/project-slug"
FILE_NAME = "catalog-info.yaml"
LONGEST_NAME = 63
NO_NAME_SIGN = re.compile(r"[^A-Za-z0-9_.-]+", re.ASCII)


@dataclass(frozen=True)
class Draft:
    """A Component that is to be. Owner and system are refs; what is empty is left out."""

    name: str
    title: str = ""
    description: str = ""
    type: str = "other"
    lifecycle: str = "unknown"
    owner_ref: str = ""
    system_ref: str = ""
    project_slug: str = ""

    def entity(self) -> dict[str, Any]:
        """Return the entity, its fields in the order in which people write them."""
        slug = {PROJECT_SLUG: self.project_slug} if self.project_slug else None
        metadata = {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "annotations": slug,
        }
        spec = {"type": self.type, "lifecycle": self.lifecycle, "owner": self.owner_ref, "system": self.system_ref}
        return {
            "apiVersion": CORE_VERSIONS[0],
            "kind": "Component",
            "metadata": _without_nothing(metadata),
            "spec": _without_nothing(spec),
        }

    def text(self) -> str:
        """Return the file's text."""
        return yaml.safe_dump(self.entity(), sort_keys=False, allow_unicode=True, width=100)


def _without_nothing(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}


def name_for(repository: str) -> str:
    """Return the name of a repository as an entity may be called."""
    return NO_NAME_SIGN.sub("-", repository).strip("-_.")[:LONGEST_NAME].rstrip("-_.") or "component"
