"""Pages of the places that the catalog reads: the list, reading one again, registering one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import locations
from catalog.forms import LocationForm
from catalog.locations import PreviewedEntity
from catalog.models import Entity, Location
from catalog.pages import places

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
def location_list(request: PortalRequest) -> HttpResponse:
    """Where everything comes from, when it was last read, and what came of it."""
    found = places.read(request.GET.get("page"), actor=request.actor)
    return render(request, "catalog/location_list.html", {"places": found})


@require_POST
@allowed(Act.REGISTER_ENTITY)
def location_refresh(request: PortalRequest, pk: int) -> HttpResponse:
    """Have a place read again."""
    read_again(request, get_object_or_404(Location, pk=pk))
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


def read_again(request: PortalRequest, location: Location) -> None:
    """Read a place again, and tell the person what came of it."""
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


def _is_registrable(found: PreviewedEntity) -> bool:
    # What is refused is not stored, and a Location entity belongs to nobody; neither stands in the way of the rest.
    return found.is_allowed or found.entity is None or found.ref.startswith("location:")


def _registered(request: PortalRequest, target: str) -> HttpResponse:
    entity_refs = locations.register(target=target, actor=request.actor).entity_refs
    text = ngettext("Registered: %(count)d entity.", "Registered: %(count)d entities.", len(entity_refs))
    messages.success(request, text % {"count": len(entity_refs)})
    found = Entity.objects.visible_to(request.actor).filter(ref__in=entity_refs).exclude(kind="location").first()
    return redirect(found or "catalog:location-list")
