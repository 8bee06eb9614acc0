"""Pages of the catalog: the list, an entity, what could not be read, where everything comes from, the search."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import cards, locations, tabs
from catalog.forms import EntityFilterForm, LocationForm, ProblemFilterForm, SearchForm
from catalog.locations import PreviewedEntity
from catalog.models import Entity, Location
from catalog.pages import entity_page, list_page, palettes, places, problem_page, search_page

EXAMPLE = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  description: Turns a basket into an order
spec:
  type: service
  lifecycle: production
  owner: group:default/shop
"""


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
    entity = _entity(request, kind, namespace, name)
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
    entity = _entity(request, kind, namespace, name)
    if entity is None:
        raise Http404
    _refresh(request, entity.location)
    return redirect(entity)


@require_GET
@allowed(Act.READ_CATALOG)
def problem_list(request: PortalRequest) -> HttpResponse:
    """Every descriptor that could not be read as written, one of them with its text."""
    form = ProblemFilterForm(request.GET)
    found = problem_page.read(form.owner_ref(), form.chosen(), actor=request.actor)
    return render(request, "catalog/problem_list.html", {"problems": found, "titles": found.titles})


@require_GET
@allowed(Act.READ_CATALOG)
def location_list(request: PortalRequest) -> HttpResponse:
    """Where everything comes from, when it was last read, and what came of it."""
    found = places.read(request.GET.get("page"), actor=request.actor)
    return render(request, "catalog/location_list.html", {"places": found})


@require_POST
@allowed(Act.REGISTER_ENTITY)
def location_refresh(request: PortalRequest, pk: int) -> HttpResponse:
    """Have a place read again."""
    _refresh(request, get_object_or_404(Location, pk=pk))
    return redirect("catalog:location-list")


@require_http_methods(["GET", "POST"])
@allowed(Act.REGISTER_ENTITY)
def location_create(request: PortalRequest) -> HttpResponse:
    """The form that registers a descriptor: it shows what would be added, then adds it."""
    form = LocationForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "example": EXAMPLE}
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["target"]
        try:
            if "register" in request.POST:
                return _registered(request, target)
            context["preview"] = preview = locations.preview(target=target, actor=request.actor)
            context["may_register"] = all(_is_registrable(each) for each in preview)
        except locations.LocationExists as known:
            context["known"] = known.location
        except locations.LocationUnreadable as unreadable:
            context["problems"] = unreadable.problems
        except PermissionDenied as refusal:
            form.add_error("target", str(refusal))
    status = 200 if request.method == "GET" or "preview" in context else 422
    return render(request, "catalog/location_create.html", context, status=status)


@require_GET
@allowed(Act.READ_CATALOG)
def search(request: PortalRequest) -> HttpResponse:
    """One search over everything in the catalog, the best match first."""
    form = SearchForm(request.GET)
    found = search_page.read(form.term(), form.wanted_kind(), request.GET.get("page"), actor=request.actor)
    template = "catalog/search.html"
    if request.htmx.target == "search-results":
        template += "#results"
    return render(request, template, {"search": found, "titles": found.titles})


@require_GET
def palette(request: PortalRequest) -> HttpResponse:
    """What the command palette offers for what was typed: a fragment of options."""
    term = SearchForm(request.GET).term()
    return render(request, "catalog/palette.html", {"term": term, "groups": palettes.read(term, actor=request.actor)})


def _is_registrable(found: PreviewedEntity) -> bool:
    # What is refused is not stored, and a Location entity belongs to nobody; neither stands in the way of the rest.
    return found.is_allowed or found.entity is None or found.ref.startswith("location:")


def _entity(request: PortalRequest, kind: str, namespace: str, name: str) -> Entity | None:
    entities = Entity.objects.visible_to(request.actor).select_related("location", "descriptor__file")
    return entities.filter(ref=f"{kind}:{namespace}/{name}".lower()).first()


def _refresh(request: PortalRequest, location: Location) -> None:
    try:
        report = locations.refresh(location, request.actor)
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
        return
    counts = {"added": report.added, "changed": report.changed, "removed": report.removed}
    text = _("Read again: nothing has changed.")
    if any(counts.values()):
        text = _("Read again: %(added)d added, %(changed)d changed, %(removed)d removed.") % counts
    if report.problems:
        count = len(report.problems)
        told = ngettext(
            "%(count)d problem is listed under Problems.", "%(count)d problems are listed under Problems.", count
        )
        messages.warning(request, f"{text} {told % {'count': count}}")
    else:
        messages.success(request, text)


def _registered(request: PortalRequest, target: str) -> HttpResponse:
    entity_refs = locations.register(target=target, actor=request.actor).entity_refs
    text = ngettext("Registered: %(count)d entity.", "Registered: %(count)d entities.", len(entity_refs))
    messages.success(request, text % {"count": len(entity_refs)})
    found = Entity.objects.visible_to(request.actor).filter(ref__in=entity_refs).exclude(kind="location").first()
    return redirect(found or "catalog:location-list")
