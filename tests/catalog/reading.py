"""Reads descriptors for tests of the rules, without a database."""

from __future__ import annotations

from typing import Any

from catalog.descriptor import descriptors
from catalog.descriptor.annotations import Place
from catalog.descriptor.descriptors import Parsed
from catalog.problems import Problem

OWNED = "type: x\nlifecycle: y\nowner: z"
PLACE = Place("file", "/test/catalog-info.yaml", "file:/test/catalog-info.yaml")
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
spec:
  type: service
  lifecycle: production
  owner: shop
"""


def read(text: str, *, place: Place = PLACE) -> Parsed:
    """Return the only document of `text`."""
    (parsed,) = descriptors.parse(text, place)
    return parsed


def entity_of(text: str, *, place: Place = PLACE) -> dict[str, Any]:
    """Return the entity of the only document of `text`, which is right."""
    entity = read(text, place=place).entity
    assert entity is not None
    return entity


def problems(text: str) -> list[Problem]:
    return read(text).problems


def refusals(text: str) -> list[tuple[str, int]]:
    """Return rule and line of each error."""
    return [(problem.rule, problem.line) for problem in problems(text) if problem.is_error]


def with_metadata(lines: str) -> str:
    """Return a good component with further lines in its metadata, from line 5 on."""
    indented = "".join(f"  {line}\n" for line in lines.splitlines())
    return COMPONENT.replace("  name: checkout\n", f"  name: checkout\n{indented}")


def with_spec(kind: str, lines: str, *, version: str = "backstage.io/v1alpha1") -> str:
    """Return an entity of `kind` whose spec begins on line 6."""
    indented = "".join(f"  {line}\n" for line in lines.splitlines())
    spec = f"spec:\n{indented}" if lines else "spec: {}\n"
    return f"apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: thing\n{spec}"


def location_entity(*targets, name="all"):
    """Return a Location entity that names `targets`."""
    listed = "".join(f"    - {target}\n" for target in targets)
    return f"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: {name}\nspec:\n  targets:\n{listed}"
