"""The page of the graph."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.graphs import page
from catalog.graphs.forms import DEPTHS, DIRECTIONS, GraphForm


@require_GET
@allowed(Act.READ_CATALOG)
def graph(request: PortalRequest) -> HttpResponse:
    """What is around some entities, and what breaks if one of them goes. All of its state is in the address."""
    found = page.read(GraphForm(request.GET).question(), actor=request.actor)
    template = "catalog/graphs/graph.html"
    if request.htmx.target == "graph-page":
        template += "#whole"
    return render(
        request, template, {"graph": found, "titles": found.titles, "depths": DEPTHS, "directions": DIRECTIONS}
    )
