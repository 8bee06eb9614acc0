"""What waits for a decision, and deciding it: an address opens a page, only what the page sends decides."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods

from accounts import approvals
from accounts.approvals import LONGEST_NOTE, NotOpen
from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.models import Approval
from accounts.permissions import Act, Rule, rule
from catalog.pages import neighbours

PER_PAGE = 50


class DecisionForm(forms.Form):
    """What a person sends."""

    decision = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)
    next = forms.CharField(required=False, max_length=2048)


@require_GET
@allowed(Act.READ_CATALOG)
def approval_list(request: PortalRequest) -> HttpResponse:
    """What waits for the person, what they have asked for, and what was decided."""
    actor = request.actor
    visible = Approval.objects.visible_to(actor.ref, actor.group_refs)
    page = Paginator(visible, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "waiting": {one.pk for one in approvals.waiting_for(actor, timezone.now())},
        "titles": neighbours.titles({one.requester_ref for one in page}, actor=actor),
    }
    return render(request, "portal/approval_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Act.READ_CATALOG)
def approval_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """What is asked, with what to judge it by; and the two buttons for those who may."""
    actor = request.actor
    visible = Approval.objects.visible_to(actor.ref, actor.group_refs).prefetch_related("groups", "votes")
    approval = get_object_or_404(visible, pk=pk)
    if request.method == "POST":
        return _decide(request, approval)
    named = {approval.requester_ref, *(group.group_ref for group in approval.groups.all())}
    named |= {vote.person_ref for vote in approval.votes.all()}
    is_open = approval.state == Approval.State.OPEN and approval.expires_at > timezone.now()
    context = {
        "approval": approval,
        "is_open": is_open,
        "why_not": approvals.why_not(approval, actor) if is_open else "",
        "yeses": sum(vote.is_yes for vote in approval.votes.all()),
        "titles": neighbours.titles(named, actor=actor),
        "may_open": approval.requester_ref == actor.ref or rule(actor, Act.READ_RUN) is Rule.ALLOW,
    }
    return render(request, "portal/approval_detail.html", context)


def _decide(request: PortalRequest, approval: Approval) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "; ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(approval)
    given = form.cleaned_data
    try:
        approvals.decide(approval, request.actor, is_yes=given["decision"] == "yes", note=given["note"])
    except (PermissionDenied, NotOpen) as error:
        messages.error(request, str(error))
    back = given["next"]
    # Only to a page of ours.
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect(approval)
