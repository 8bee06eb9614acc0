"""The search page and the command palette."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.forms import SearchForm
from catalog.pages import palettes, search_page


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
