"""`/validate-entity`: the checks of an entity that is not in the catalog (P16)."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from accounts.permissions import Act
from catalog.api import parameters
from catalog.api.http import answer, requires
from catalog.descriptor import descriptors
from catalog.descriptor.annotations import Place


@requires(Act.READ_CATALOG)
def validate(request: HttpRequest) -> HttpResponseBase:
    """Say nothing of an entity that is right, and all that is wrong of any other."""
    content = parameters.body(request)
    type_, colon, target = str(content.get("location") or "").partition(":")
    if type_ != "url" or not target:
        return _wrong([f"Invalid location ref {type_}{colon}{target}, only 'url:<target>' is supported"])
    if not isinstance(content.get("entity"), dict):
        return _wrong(['"entity" is missing, or is no object'])
    place = Place(type_, target, f"{type_}:{target}")
    # JSON is YAML, so the entity goes the way of every descriptor.
    parsed = descriptors.parse(json.dumps(content["entity"], ensure_ascii=False), place)
    errors = [problem.message for one in parsed for problem in one.problems if problem.is_error]
    return _wrong(errors) if errors else HttpResponse(status=200)


def _wrong(messages: list[str]) -> HttpResponse:
    return answer({"errors": [{"name": "InputError", "message": message} for message in messages]}, status=400)
