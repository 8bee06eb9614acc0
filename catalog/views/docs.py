"""Pages of docs: all of them, what is wrong with them, and the reader."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.docs import addresses, calling, listing, pictures, places, reader, reporting
from catalog.docs.entity_tabs import NEEDS
from catalog.docs.forms import DocsFilterForm, ReportForm, SearchForm
from catalog.models import Entity


@require_GET
@allowed(Act.READ_CATALOG)
def docs_list(request: PortalRequest) -> HttpResponse:
    """Every entity that has docs, with the state that they are in."""
    found = listing.read(DocsFilterForm(request.GET).criteria(), request.GET.get("page"), actor=request.actor)
    template = "catalog/docs/list.html"
    if request.htmx.target == "docs-list":
        template += "#listing"
    return render(request, template, {"docs": found, "titles": found.titles})


@require_GET
@allowed(Act.READ_CATALOG)
def docs_report(request: PortalRequest) -> HttpResponse:
    """Links of docs that lead nowhere, and pages that nobody touched for long while the code changed."""
    found = reporting.read(ReportForm(request.GET).criteria(), request.GET.get("page"), actor=request.actor)
    return render(request, "catalog/docs/report.html", {"report": found, "titles": found.titles})


@require_GET
@allowed(Act.READ_CATALOG)
def docs_page(request: PortalRequest, kind: str, namespace: str, name: str, path: str = "") -> HttpResponse:
    """A page of an entity's docs, or a picture on one."""
    entity = _entity(request, kind, namespace, name)
    if entity is None:
        return _elsewhere(request, kind, namespace, name, path)
    if not places.has_own(entity) and places.other_entity(entity):
        return redirect(addresses.of_other(places.other_entity(entity), places.annotations_of(entity), path))
    picture = reader.picture(entity, path)
    if picture is not None:
        unchanged = get_conditional_response(request, etag=f'"{picture.digest}"')
        answer = unchanged or pictures.response(picture)
        answer["ETag"] = f'"{picture.digest}"'
        return answer
    found = reader.read(entity, path, actor=request.actor, term=SearchForm(request.GET).term())
    has_docs = places.has_own(entity)
    if has_docs:
        calling.looked_at(entity, found.site)
    is_missing = found.page is None and found.site is not None and found.site.is_read and found.hits is None
    template = "catalog/docs/reader.html"
    if request.htmx.target == "docs-body":
        template += "#body"
    context = {"docs": found, "entity": entity, "has_docs": has_docs, "needs": NEEDS}
    return render(request, template, context, status=404 if is_missing else 200)


def _entity(request: PortalRequest, kind: str, namespace: str, name: str) -> Entity | None:
    entities = Entity.objects.visible_to(request.actor).defer("document", "search_text")
    return entities.filter(ref=f"{kind}:{namespace}/{name}".lower()).first()


def _elsewhere(request: PortalRequest, kind: str, namespace: str, name: str, path: str) -> HttpResponse:
    """Follow an address as Backstage writes it, `<namespace>/<kind>/<name>`."""
    entity = _entity(request, namespace, kind, name)
    if entity is None:
        raise Http404
    return redirect(addresses.page_address(entity.ref, path), permanent=False)
