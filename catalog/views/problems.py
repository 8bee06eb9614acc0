"""The page of what could not be read as written, and the same as a file."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.forms import ProblemFilterForm
from catalog.pages import problem_page, problem_sheet


@require_GET
@allowed(Act.READ_CATALOG)
def problem_list(request: PortalRequest) -> HttpResponse:
    """Everything that could not be read as written, one of it with its text."""
    found = problem_page.read(ProblemFilterForm(request.GET).criteria(), actor=request.actor)
    return render(request, "catalog/problem_list.html", {"problems": found, "titles": found.titles})


@require_GET
@allowed(Act.READ_CATALOG)
def problem_export(request: PortalRequest) -> StreamingHttpResponse:
    """The same problems as CSV, a line for each."""
    criteria = ProblemFilterForm(request.GET).criteria()
    answer = StreamingHttpResponse(problem_sheet.as_csv(criteria), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="problems.csv")
    return answer
