"""The search page and the command palette."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts import limits
from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import search as searching
from catalog.forms import SearchForm
from catalog.pages import palettes, search_page
from catalog.search import fruitless

# The palette asks after every pause in typing.
PALETTE_FACTOR = 5


@require_GET
@allowed(Act.READ_CATALOG)
def search(request: PortalRequest) -> HttpResponse:
    """One search over everything that the portal knows, the best match first."""
    wanted = SearchForm(request.GET).wanted()
    is_partial = request.htmx.target == "search-results"
    template = "catalog/search.html#results" if is_partial else "catalog/search.html"
    if wanted.term and not _within_limit(request):
        context = {"search": search_page.Found(wanted), "is_limited": True}
        # HTMX swaps no failure, and this is to be read.
        response = render(request, template, context, status=200 if is_partial else 429)
        response["Retry-After"] = str(limits.SECONDS)
        return response
    found = search_page.read(wanted, request.GET.get("page"), actor=request.actor)
    return render(request, template, {"search": found, "titles": found.titles})


@require_POST
@allowed(Act.READ_CATALOG)
def fruitless_note(request: PortalRequest) -> HttpResponse:
    """Count a term that found nothing; the page tells of it when its reader has paused there."""
    asked = searching.ask(SearchForm(request.POST).term(), actor=request.actor)
    if _within_limit(request):
        fruitless.note(asked, session=request.session.session_key or request.META.get("REMOTE_ADDR", ""))
    return HttpResponse(status=204)


@require_GET
def palette(request: PortalRequest) -> HttpResponse:
    """What the command palette offers for what was typed: a fragment of options."""
    term = SearchForm(request.GET).term()
    if term and not _within_limit(request, PALETTE_FACTOR):
        return HttpResponse(status=429, headers={"Retry-After": str(limits.SECONDS)})
    return render(request, "catalog/palette.html", {"term": term, "groups": palettes.read(term, actor=request.actor)})


def _within_limit(request: PortalRequest, factor: int = 1) -> bool:
    most = settings.WAYMARK["search"]["per_minute"] * factor
    return limits.take("search" if factor == 1 else "palette", request.actor, request, most=most)
