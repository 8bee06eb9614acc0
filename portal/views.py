"""Pages of the portal itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from portal import context
from portal.my_day import MyDay


@require_GET
def home(request: PortalRequest) -> HttpResponse:
    """My day: what runs, what is mine, what broke, what changed; for strangers the way in."""
    day = MyDay(request.actor, context.of(request).edition)
    return render(request, "portal/home.html", {"day": day, "titles": day.titles if day.may_read else {}})


@require_GET
@allowed(Act.READ_CATALOG)
def api_docs(request: PortalRequest) -> HttpResponse:
    """The platform's own API, drawn from its OpenAPI document, with the other paths that clients know."""
    return render(request, "portal/api_docs.html")
