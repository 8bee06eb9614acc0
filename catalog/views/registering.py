"""Registering: an address, what is there or could be, a last look, and the end. Each step is a page of its own."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import locations, proposing
from catalog.locations import LocationExists, LocationUnreadable
from catalog.registering import ended, steps
from catalog.registering.forms import LIFECYCLES, TYPES, AddressForm
from catalog.registering.steps import Registration
from integrations.errors import EgressDenied
from integrations.git.source_url import SourceUrl, SourceUrlError

FOLDER = "catalog/register"
UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@allowed(Act.REGISTER_ENTITY)
def location_create(request: PortalRequest) -> HttpResponse:
    """The step that the address has got to; a post is the last one, which does what was reviewed."""
    if request.method == "POST":
        return _done(request, steps.read(request.POST, actor=request.actor))
    if "location" in request.GET:
        return render(request, f"{FOLDER}/done.html", {"ended": ended.read(request.GET, actor=request.actor)})
    if locations.is_readonly():
        # Said at the door, and not after four steps.
        raise locations.ReadOnly
    if "url" not in request.GET:
        return _page(request, Registration("address", request.GET, AddressForm()))
    registration = steps.read(request.GET, actor=request.actor)
    is_stuck = registration.step == "address" or (request.GET.get("step") == "review" and registration.step != "review")
    return _page(request, registration, status=UNPROCESSABLE if is_stuck else 200)


@require_GET
@allowed(Act.REGISTER_ENTITY)
def descriptor_preview(request: PortalRequest) -> HttpResponse:
    """The descriptor that is being filled in, as a text with what is wrong in it. Asks no host."""
    try:
        source = SourceUrl.parse(request.GET.get("source", ""))
        draft, problems = steps.preview(request.GET, source)
    except (SourceUrlError, EgressDenied) as error:
        raise Http404 from error
    return render(request, f"{FOLDER}/preview.html", {"text": draft.text(), "problems": problems})


def _page(request: PortalRequest, registration: Registration, *, status: int = 200) -> HttpResponse:
    context = {"registration": registration, "types": TYPES, "lifecycles": LIFECYCLES}
    return render(request, f"{FOLDER}/{registration.step}.html", context, status=status)


def _done(request: PortalRequest, registration: Registration) -> HttpResponse:
    """Do what was reviewed; where something is missing or has changed since, go back to that step."""
    if registration.step != "review":
        return _page(request, registration, status=UNPROCESSABLE)
    try:
        if registration.form:
            return _proposed(request, registration)
        return _registered(request, registration)
    except LocationUnreadable as unreadable:
        registration.problems = unreadable.problems
    except PermissionDenied as refusal:
        registration.refusal = str(refusal)
    return _page(request, registration, status=UNPROCESSABLE)


def _proposed(request: PortalRequest, registration: Registration) -> HttpResponse:
    form, draft = registration.form, registration.draft
    if form is None or draft is None:
        raise Http404
    made = proposing.propose(
        draft,
        registration.source,
        title=form.cleaned_data["subject"],
        body=form.cleaned_data["text"],
        actor=request.actor,
    )
    return _to_the_end([made.location.pk], pull=str(made.pull_request.number))


def _registered(request: PortalRequest, registration: Registration) -> HttpResponse:
    """Register each chosen file; one that will not go in does not hold up the others."""
    done: list[int] = []
    failed: list[str] = []
    for file in registration.chosen:
        try:
            done.append(locations.register(target=file.target, actor=request.actor).location.pk)
        except LocationExists as known:
            done.append(known.location.pk)
        except (LocationUnreadable, PermissionDenied) as error:
            failed.append(f"{file.path}: {error}")
    if not done:
        raise PermissionDenied("\n".join(failed))
    for line in failed:
        messages.warning(request, _("Not registered: %(line)s") % {"line": line})
    return _to_the_end(done)


def _to_the_end(location_ids: list[int], *, pull: str = "") -> HttpResponse:
    pairs = [("location", str(pk)) for pk in location_ids] + ([("pull", pull)] if pull else [])
    return redirect(f"{reverse('catalog:location-create')}?{urlencode(pairs)}")
