"""Pages of the places that the catalog reads: the list, and reading one again."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import locations
from catalog.models import Location
from catalog.pages import places


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
