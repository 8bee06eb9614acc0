"""Pages of entities: the list of a kind, and one entity with its tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import cards, personal, refs, tabs
from catalog.forms import EntityFilterForm, ExportForm
from catalog.models import Entity
from catalog.pages import entity_page, exporting, list_page, peeks
from catalog.query.editions import Edition
from catalog.views import history
from catalog.views.locations import read_again


@require_GET
@allowed(Act.READ_CATALOG)
def entity_list(request: PortalRequest) -> HttpResponse:
    """The catalog: one kind of it, filtered, sorted and paged in the address."""
    if "at" in request.GET:
        return redirect(f"{reverse('catalog:past-list')}?{request.GET.urlencode()}")
    form = EntityFilterForm(request.GET)
    found = list_page.read(form.criteria(), request.GET.get("page"), actor=request.actor)
    template = "catalog/entity_list.html"
    if request.htmx.target == "entity-list":
        template += "#listing"
    return render(request, template, {"list": found})


@require_GET
@allowed(Act.READ_CATALOG)
def entity_export(request: PortalRequest) -> StreamingHttpResponse:
    """All pages of a filtered list as one file."""
    form = ExportForm(request.GET)
    export = exporting.read(form.criteria(), form.wanted_format(), actor=request.actor)
    answer = StreamingHttpResponse(export.lines, content_type=export.content_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=export.filename)
    return answer


@require_GET
@allowed(Act.READ_CATALOG)
def entity_detail(request: PortalRequest, kind: str, namespace: str, name: str, tab: str = "overview") -> HttpResponse:
    """An entity, one tab of it."""
    entity = entity_or_none(request, kind, namespace, name)
    if entity is None:
        return history.gone(request, kind, namespace, name)
    its_tabs = tabs.of(entity)
    chosen = next((each for each in its_tabs if each.id == tab), None)
    if chosen is None:
        raise Http404
    page = entity_page.read(entity, actor=request.actor, tab_ids=[each.id for each in its_tabs])
    context: dict[str, Any] = {"page": page, "entity": entity, "tabs": its_tabs, "tab": chosen, "titles": page.titles}
    if chosen.id == "overview":
        context["cards"] = cards.of(entity, request)
    personal.seen(entity, actor=request.actor)
    return render(request, "catalog/entity_detail.html", {**context, **chosen.context(entity, request)})


@require_GET
@allowed(Act.READ_CATALOG)
def entity_peek(request: PortalRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """A few lines on an entity for the card that opens at links to it; a browser that has them asks for news alone."""
    etag = Edition.now(request.actor).etag(request.path)
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    found = peeks.read(str(refs.EntityRef(kind, namespace, name)), actor=request.actor)
    answer = render(request, "catalog/peek.html", {"peek": found}) if found else HttpResponse(status=404)
    answer["ETag"] = etag
    return answer


@require_POST
@allowed(Act.REGISTER_ENTITY)
def entity_refresh(request: PortalRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """Have the place that an entity was read from read again."""
    entity = entity_or_none(request, kind, namespace, name)
    if entity is None:
        raise Http404
    read_again(request, entity.location)
    return redirect(entity)


def entity_or_none(request: PortalRequest, kind: str, namespace: str, name: str) -> Entity | None:
    """Return the entity of an address if there is one that the reader may see."""
    entities = Entity.objects.visible_to(request.actor).select_related("location", "descriptor__file")
    return entities.filter(ref=f"{kind}:{namespace}/{name}".lower()).first()
