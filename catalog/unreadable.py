"""A place that cannot be read, told where somebody can mend it: at the line of the Location entity that names it."""

from __future__ import annotations

from catalog import documents
from catalog.descriptor import targets
from catalog.descriptor.targets import Target
from catalog.models import Descriptor, Location
from catalog.problems import Problem


def problem_of(location: Location) -> Problem:
    """Return why a location could not be read, at the Location entity that names it if there is one."""
    named = None
    if location.parent_ref:
        naming = Descriptor.objects.filter(entity__ref=location.parent_ref)
        named = naming.select_related("file__location").first()
    return problem_at(location, named)


def problem_at(location: Location, named: Descriptor | None) -> Problem:
    """Return why `location` could not be read; `named` is the document that names it, with its file."""
    if named is None:
        cure = "Mend the address or the credential, or unregister the place; what was read from it before stays."
        return Problem(location.error, rule="K09", cure=cure, path=location.target)
    line, column = where_named(location, named)
    message = f"{location.parent_ref} leads to {location.target}, which cannot be read: {location.error}"
    cure = "Mend the target, or write `presence: optional` if it may be missing."
    return Problem(message, line, column, rule="K09", cure=cure, path=named.file.path)


def where_named(location: Location, named: Descriptor) -> tuple[int, int]:
    """Return line and column of the target in the document that names `location`, as far as its text is kept."""
    first = named.line, 1
    if not named.file.text:
        return first
    found = [one for one in documents.load_all(named.file.text) if one.index == named.position]
    spec = found[0].value.get("spec") if found and isinstance(found[0].value, dict) else None
    if not isinstance(spec, dict):
        return first
    read = targets.of_spec(spec, type_=named.file.location.type, base=named.file.path)
    for path, target in zip(targets.paths(spec), read, strict=True):
        if isinstance(target, Target) and (target.type, target.target) == (location.type, location.target):
            return found[0].positions.value(path)
    return first
