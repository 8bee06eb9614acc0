"""What lint says of a golden path, for everybody who reads the catalog."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act, may
from catalog import refs
from catalog.problems import Problem
from scaffolder.models import Template
from scaffolder.pages import findings


@require_safe
@allowed(Act.READ_CATALOG)
def template_lint(request: PortalRequest, namespace: str, name: str) -> HttpResponse:
    """A golden path's text with its problems marked, each with the repair."""
    ref = str(refs.EntityRef("template", namespace, name))
    template = Template.objects.select_related("revision").filter(ref=ref).first()
    if template is None or not _is_shown(template):
        raise Http404
    found = findings.of_shown(template)
    in_text, in_files = _split(found.problems)
    context = {
        "template": template,
        "found": found,
        "in_text": in_text,
        "in_files": in_files,
        "may_edit": may(request.actor, Act.EDIT_TEMPLATES),
    }
    return render(request, "scaffolder/template_lint.html", context)


def _is_shown(template: Template) -> bool:
    """What is written in admin is its writers' business until it is published; the catalog's text is everybody's."""
    if template.state == Template.State.ARCHIVED:
        return False
    return template.source == Template.Source.CATALOG or template.revision is not None


def _split(problems: list[Problem]) -> tuple[list[Problem], list[Problem]]:
    return [one for one in problems if not one.path], [one for one in problems if one.path]
