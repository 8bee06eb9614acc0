"""The places that a Location entity leads to (K09)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog import sources
from catalog.descriptor.faults import Fault, Path

YAML_FILE = (".yaml", ".yml")


@dataclass(frozen=True)
class Target:
    """A place: type and target of its location."""

    type: str
    target: str


def of_spec(spec: dict[str, Any], *, type_: str, base: str) -> Iterator[Target | Fault]:
    """Yield each place that a Location entity names, or why it is none.

    Args:
        type_: of the location that the entity was read from, which is the default.
        base: path or address of the file that it stands in.
    """
    for path, text in _named(spec):
        try:
            found = _absolute(spec.get("type") or type_, text, type_, base)
            if sources.is_too_long(found.target):
                raise ValueError("it is too long.")
            yield found
        except (ValueError, sources.Unreadable) as error:
            message = f'The target "{text[:100]}" cannot be followed: {error}'
            cure = "Name a descriptor by its path from this file, or by its whole address."
            yield Fault(path, "K09", "the path or address of a descriptor", text, cure, message=message)


def paths(spec: dict[str, Any]) -> list[Path]:
    """Return where each target of a spec stands, in the order in which `of_spec` yields them."""
    return [path for path, _ in _named(spec)]


def _named(spec: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    if spec.get("target"):
        yield ("spec", "target"), spec["target"]
    for index, target in enumerate(spec.get("targets", ())):
        yield ("spec", "targets", index), target


def _absolute(wanted: str, text: str, type_: str, base: str) -> Target:
    # A file that says `type: url` of relative paths may be read from a checkout: they are relative to it all the same.
    if wanted == type_ or (wanted == "url" and "://" not in text):
        wanted, text = sources.of_type(type_).child(base, text)
    # A file is on the portal's own disk: only who put a file there may name another one, and only a descriptor.
    if wanted == "file" and type_ == "file" and text.startswith("/") and text.endswith(YAML_FILE):
        return Target(wanted, text)
    if wanted != "url":
        raise ValueError(f"a place of type {wanted} cannot be named in one of type {type_}.")
    return Target(wanted, text)
