"""`/analyze-location`: what an address would bring, and what could be written where it brings nothing (P15)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import analysis
from catalog.analysis import FoundFile
from catalog.api import parameters
from catalog.api.http import InputError, answer, requires
from catalog.locations import LocationUnreadable
from catalog.models import Entity, Location

FIELDS = {"location", "catalogFileName"}
LONGEST_NAME = 255


@requires(Act.REGISTER_ENTITY)
def analyze(request: PortalRequest) -> HttpResponseBase:
    """The entities at a location, or else one that could be added to it."""
    target, names = _posted(parameters.body(request))
    try:
        found = analysis.analyse(target, actor=request.actor, names=names)
    except LocationUnreadable as unreadable:
        raise InputError(str(unreadable)) from unreadable
    problems = [str(replace(problem, path=file.path)) for file in found.files for problem in file.problems]
    existing = [entity for file in found.files for entity in _existing(file)]
    if problems and not existing:
        raise InputError("\n".join(problems))
    return answer({"existingEntityFiles": existing, "generateEntities": list(analysis.generated(found))})


def _posted(content: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    unknown = sorted(set(content) - FIELDS)
    if unknown:
        raise InputError(f"Malformed request: unknown field {', '.join(unknown)}")
    location = content.get("location")
    if not isinstance(location, dict) or not all(isinstance(location.get(name), str) for name in ("type", "target")):
        raise InputError('Malformed request: "location" must be an object with the texts "type" and "target"')
    if location["type"] != "url":
        raise InputError('Only locations of type "url" can be analyzed')
    name = content.get("catalogFileName", "")
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise InputError('Malformed request: "catalogFileName" must be the name of a file')
    return location["target"].strip(), (name,) if name else analysis.NAMES


def _existing(file: FoundFile) -> Iterator[dict[str, Any]]:
    """Yield each entity of a file: as the catalog has it, or as it would be."""
    place = {"type": "url", "target": file.target}
    if file.location:
        below = Location.objects.below(file.location)
        # Without the entity that stands for the location itself, which no file describes.
        entities = Entity.objects.filter(location__in=below, descriptor__isnull=False).order_by("ref")
        for document in entities.values_list("document", flat=True):
            yield {"location": place, "isRegistered": True, "entity": json.loads(document)}
    for each in file.documents:
        if each.entity is not None:
            yield {"location": place, "isRegistered": False, "entity": each.entity}
