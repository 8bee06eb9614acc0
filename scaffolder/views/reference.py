"""What there is: the gallery of golden paths, and the actions that they are made of."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act, Rule, rule
from scaffolder.models import Task
from scaffolder.pages import action_reference, gallery
from scaffolder.views.filters import LONGEST_TEXT, GalleryForm


@require_GET
@allowed(Act.READ_CATALOG)
def template_list(request: PortalRequest) -> HttpResponse:
    """The gallery: golden paths by type, owner, tag and text, with how well each works."""
    found = gallery.read(GalleryForm(request.GET).criteria(), actor=request.actor, now=timezone.now())
    context = {
        "gallery": found,
        "titles": found.titles,
        "may_run": rule(request.actor, Act.RUN_TEMPLATE) is not Rule.DENY,
        "may_edit": rule(request.actor, Act.EDIT_TEMPLATES) is not Rule.DENY,
        "open_runs": Task.objects.visible_to(request.actor).filter(actor_ref=request.actor.ref).not_ended().count(),
    }
    template = "scaffolder/template_list.html"
    if request.htmx.target == "gallery":
        template += "#listing"
    return render(request, template, context)


@require_GET
@allowed(Act.READ_CATALOG)
def action_list(request: PortalRequest) -> HttpResponse:
    """The actions that steps can name, with what each takes and gives, and examples to paste."""
    text = request.GET.get("q", "")[:LONGEST_TEXT]
    return render(request, "scaffolder/action_list.html", {"actions": action_reference.read(text), "text": text})
