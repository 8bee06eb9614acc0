"""Pages of the places that the catalog reads: the list, reading one again, and unregistering one."""

from __future__ import annotations

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
from catalog.forms import PlaceFilterForm
from catalog.models import Location
from catalog.pages import leaving_page, places


@require_GET
@allowed(Act.READ_CATALOG)
def location_list(request: PortalRequest) -> HttpResponse:
    """Where everything comes from, when it was last read, and what came of it."""
    criteria = PlaceFilterForm(request.GET).criteria()
    found = places.read(request.GET.get("page"), actor=request.actor, criteria=criteria)
    template = "catalog/location_list.html"
    is_partial = request.htmx.target == "places"
    return render(request, f"{template}#places" if is_partial else template, {"places": found})


@require_POST
@allowed(Act.REGISTER_ENTITY)
def location_refresh(request: PortalRequest, pk: int) -> HttpResponse:
    """Have a place read again."""
    read_again(request, get_object_or_404(Location, pk=pk))
    return redirect("catalog:location-list")


@require_http_methods(["GET", "POST"])
@allowed(Act.REGISTER_ENTITY)
def location_unregister(request: PortalRequest, pk: int) -> HttpResponse:
    """What goes with a place that somebody registered, asked once; then it goes."""
    place = get_object_or_404(Location, pk=pk)
    going = leaving_page.going_with(place, actor=request.actor)
    is_theirs = leaving_page.may_unregister(place, actor=request.actor)
    if request.method == "POST":
        try:
            locations.unregister(place, request.actor)
        except PermissionDenied as refusal:
            messages.error(request, str(refusal))
        else:
            text = ngettext(
                "Unregistered: %(count)d entity went with %(place)s.",
                "Unregistered: %(count)d entities went with %(place)s.",
                going.count,
            )
            messages.success(request, text % {"count": going.count, "place": place.target})
            return redirect("catalog:location-list")
    may_go = is_theirs and place.is_removable and not locations.is_readonly()
    context = {"place": place, "going": going, "may_go": may_go}
    status = 200 if request.method == "GET" and is_theirs else 403
    return render(request, "catalog/location_unregister.html", context, status=status)


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
