"""`/validate-entity`: the checks of an entity that is not in the catalog (P16)."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act, Rule, rule
from catalog import custom_kinds
from catalog.api import parameters
from catalog.api.http import answer, requires
from catalog.descriptor.annotations import Place
from catalog.descriptor.descriptors import ALL_KINDS
from catalog.sources import SourceText
from catalog.sources.referenced import Library
from catalog.storage import parsing
from integrations import http
from integrations.git import looks

# How long somebody waits for the files that placeholders lead to.
WAIT_SECONDS = 30.0


@requires(Act.READ_CATALOG)
def validate(request: PortalRequest) -> HttpResponseBase:
    """Say nothing of an entity that is right, and all that is wrong of any other."""
    content = parameters.body(request)
    type_, colon, target = str(content.get("location") or "").partition(":")
    if type_ != "url" or not target:
        return _wrong([f"Invalid location ref {type_}{colon}{target}, only 'url:<target>' is supported"])
    if not isinstance(content.get("entity"), dict):
        return _wrong(['"entity" is missing, or is no object'])
    place = Place(type_, target, f"{type_}:{target}")
    # JSON is YAML, so the entity goes the way of every descriptor.
    file = SourceText(target, json.dumps(content["entity"], ensure_ascii=False))
    # Files are read with the portal's credential: only for whoever may have it read a place by registering that.
    may_read = rule(request.actor, Act.REGISTER_ENTITY) is not Rule.DENY
    custom_kinds.refresh()
    with http.within(WAIT_SECONDS), looks.one_look():
        parsed = parsing.parse_file(file, place, ALL_KINDS, Library() if may_read else None)
    errors = [problem.message for one in parsed for problem in one.problems if problem.is_error]
    return _wrong(errors) if errors else HttpResponse(status=200)


def _wrong(messages: list[str]) -> HttpResponse:
    return answer({"errors": [{"name": "InputError", "message": message} for message in messages]}, status=400)
