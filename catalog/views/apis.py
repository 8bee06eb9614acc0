"""Pages of APIs: all of them, and the text of one definition. The rest stands in tabs of the entity's page."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.apis import listing, reading
from catalog.apis.forms import ApiFilterForm
from catalog.models import Entity

SUFFIXES = {"graphql": "graphql", "grpc": "proto"}


@require_GET
@allowed(Act.READ_CATALOG)
def api_list(request: PortalRequest) -> HttpResponse:
    """Every API with its version, its users, and whether its last change broke somebody."""
    found = listing.read(ApiFilterForm(request.GET).criteria(), request.GET.get("page"), actor=request.actor)
    template = "catalog/apis/list.html"
    if request.htmx.target == "api-list":
        template += "#listing"
    return render(request, template, {"apis": found, "titles": found.titles})


@require_GET
@allowed(Act.READ_CATALOG)
def api_definition(request: PortalRequest, namespace: str, name: str) -> HttpResponse:
    """The text of a definition as it stands in the catalog, never as a page: strangers wrote it."""
    entity = Entity.objects.visible_to(request.actor).filter(ref=f"api:{namespace}/{name}".lower()).first()
    text = reading.definition_of(entity) if entity else ""
    if entity is None or not text:
        raise Http404
    etag = f'"{entity.source_hash}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged or HttpResponse(text, content_type=_content_type(text))
    response["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    suffix = SUFFIXES.get(entity.type.lower(), "json" if _is_json(text) else "yaml")
    response["Content-Disposition"] = f'inline; filename="{slugify(entity.name) or "definition"}.{suffix}"'
    return response


def _content_type(text: str) -> str:
    return "application/json" if _is_json(text) else "text/plain; charset=utf-8"


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] in ("{", "[")
