"""The paths of Backstage's TechDocs (D01), so that addresses that people and scripts have go on working."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.api.http import NotFoundError, answer, endpoint, requires
from catalog.docs import addresses, pictures, places, reader
from catalog.models import DocsSite, Entity

INDEX = "index.html"


def _entity(request: HttpRequest, namespace: str, kind: str, name: str) -> Entity:
    actor = request.actor  # type: ignore[attr-defined]
    ref = f"{kind}:{namespace}/{name}".lower()
    entity = Entity.objects.visible_to(actor).defer("search_text").filter(ref=ref).first()
    if entity is None:
        raise NotFoundError(f"Entity {ref} not found")
    return entity


def _site(entity: Entity) -> DocsSite:
    site = DocsSite.objects.filter(ref=entity.ref).first()
    if site is None or not site.is_read:
        raise NotFoundError(f"Documentation of {entity.ref} was not read yet, or there is none")
    return site


@requires(Act.READ_CATALOG)
def site_metadata(request: PortalRequest, namespace: str, kind: str, name: str) -> HttpResponseBase:
    """What the docs are called, and what they hold."""
    site = _site(_entity(request, namespace, kind, name))
    files = [addresses.html_file(path) for path in site.pages.order_by("path").values_list("path", flat=True)]
    return answer(
        {
            "site_name": site.name or name,
            "site_description": site.description,
            "etag": site.commit,
            "build_timestamp": int(site.read_at.timestamp() * 1000) if site.read_at else 0,
            "files": files,
        }
    )


@requires(Act.READ_CATALOG)
def entity_metadata(request: PortalRequest, namespace: str, kind: str, name: str) -> HttpResponseBase:
    """The entity, and where its docs lie."""
    entity = _entity(request, namespace, kind, name)
    named = str(places.annotations_of(entity).get(places.REF, ""))
    type_, _, target = named.partition(":")
    return answer({**json.loads(entity.document), "locationMetadata": {"type": type_, "target": target}})


@requires(Act.READ_CATALOG)
def sync(request: PortalRequest, namespace: str, kind: str, name: str) -> HttpResponseBase:
    """Say that the docs are as new as they can be: nothing is built here, and so nobody needs to wait."""
    _entity(request, namespace, kind, name)
    if "text/event-stream" not in request.headers.get("Accept", ""):
        return answer({"message": "Docs updated or did not need updating"})
    return HttpResponse('event: finish\ndata: {"updated":false}\n\n', content_type="text/event-stream")


@requires(Act.READ_CATALOG)
def page(request: PortalRequest, namespace: str, kind: str, name: str, path: str = "") -> HttpResponseBase:
    """A page as a document of its own, or a picture."""
    entity = _entity(request, namespace, kind, name)
    picture = reader.picture(entity, path)
    if picture is not None:
        return pictures.response(picture)
    _site(entity)
    found = reader.read(entity, path.removesuffix(INDEX), actor=request.actor)
    if found.page is None:
        raise NotFoundError(f"{entity.ref} has no page {path}")
    return render(request, "catalog/docs/static.html", {"docs": found})


_NAME = "<str:namespace>/<str:kind>/<str:name>"
urlpatterns = [
    path(f"metadata/techdocs/{_NAME}", endpoint(GET=site_metadata)),
    path(f"metadata/entity/{_NAME}", endpoint(GET=entity_metadata)),
    path(f"sync/{_NAME}", endpoint(GET=sync)),
    path(f"static/docs/{_NAME}/", endpoint(GET=page)),
    path(f"static/docs/{_NAME}/<path:path>", endpoint(GET=page)),
]
