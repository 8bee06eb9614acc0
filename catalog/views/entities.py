"""Pages of entities: the list of a kind, and one entity with its tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import cards, tabs
from catalog.forms import EntityFilterForm
from catalog.models import Entity
from catalog.pages import entity_page, list_page
from catalog.views.locations import read_again


@require_GET
@allowed(Act.READ_CATALOG)
def entity_list(request: PortalRequest) -> HttpResponse:
    """The catalog: one kind of it, filtered, sorted and paged in the address."""
    form = EntityFilterForm(request.GET)
    found = list_page.read(form.criteria(), request.GET.get("page"), actor=request.actor)
    template = "catalog/entity_list.html"
    if request.htmx.target == "entity-list":
        template += "#listing"
    return render(request, template, {"list": found, "titles": found.titles})


@require_GET
@allowed(Act.READ_CATALOG)
def entity_detail(request: PortalRequest, kind: str, namespace: str, name: str, tab: str = "overview") -> HttpResponse:
    """An entity, one tab of it."""
    entity = entity_or_none(request, kind, namespace, name)
    if entity is None:
        return render(request, "404.html", {"kind": kind, "name": name}, status=404)
    its_tabs = tabs.of(entity)
    chosen = next((each for each in its_tabs if each.id == tab), None)
    if chosen is None:
        raise Http404
    page = entity_page.read(entity, actor=request.actor)
    context: dict[str, Any] = {"page": page, "entity": entity, "tabs": its_tabs, "tab": chosen, "titles": page.titles}
    if chosen.id == "overview":
        context["cards"] = cards.of(entity, request)
    return render(request, "catalog/entity_detail.html", {**context, **chosen.context(entity, request)})


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
