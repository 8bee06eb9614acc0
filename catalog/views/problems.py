"""The page of what could not be read as written."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.forms import ProblemFilterForm
from catalog.pages import problem_page


@require_GET
@allowed(Act.READ_CATALOG)
def problem_list(request: PortalRequest) -> HttpResponse:
    """Every descriptor that could not be read as written, one of them with its text."""
    form = ProblemFilterForm(request.GET)
    found = problem_page.read(form.owner_ref(), form.chosen(), actor=request.actor)
    return render(request, "catalog/problem_list.html", {"problems": found, "titles": found.titles})
