"""Pages of teams: the tree of all, and one of them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import cards
from catalog.forms import SearchForm
from catalog.models import Entity
from catalog.teams import pages


@require_GET
@allowed(Act.READ_CATALOG)
def team_list(request: PortalRequest) -> HttpResponse:
    """The tree of teams, with how many are in each and what it owns."""
    found = pages.read_list(SearchForm(request.GET).term(), request.GET.get("page"), actor=request.actor)
    template = "catalog/teams/list.html"
    if request.htmx.target == "team-list":
        template += "#listing"
    return render(request, template, {"teams": found})


@require_GET
@allowed(Act.READ_CATALOG)
def team_detail(request: PortalRequest, namespace: str, name: str) -> HttpResponse:
    """A team: its people, what it owns, whom it works with, and what other rooms know of it."""
    entity = Entity.objects.visible_to(request.actor).filter(ref=f"group:{namespace}/{name}".lower()).first()
    if entity is None:
        raise Http404
    everybody = request.GET.get("members") == "all"
    team = pages.read(entity, everybody=everybody, number=request.GET.get("page"), actor=request.actor)
    template = "catalog/teams/detail.html"
    if request.htmx.target == "team-members":
        template += "#members"
    # What other rooms add to a group's page stands here too.
    context = {"team": team, "entity": entity, "titles": team.titles, "cards": cards.of(entity, request)}
    return render(request, template, context)
