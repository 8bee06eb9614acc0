"""What a person keeps of the catalog for themselves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import personal
from catalog.models import Entity
from catalog.views.entities import entity_or_none

# In the session: how often the person has starred something or taken a star back.
STAMP = "stars"


@require_POST
@allowed(Act.READ_CATALOG)
def entity_star(request: PortalRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """Star an entity, or take the star back; the page that it was done on comes back, or the button alone."""
    entity = entity_or_none(request, kind, namespace, name)
    if entity is None:
        raise Http404
    if request.actor.user_id is None:  # everybody may read here, but a star needs somebody to belong to
        return redirect_to_login(entity.get_absolute_url())
    wants_it = request.POST.get("on") == "1"
    try:
        personal.star(entity, actor=request.actor) if wants_it else personal.unstar(entity, actor=request.actor)
    except personal.TooManyStars:
        wants_it = False
        messages.warning(
            request,
            _("You have starred %(count)d entities, which is the most. Take a star back first.")
            % {"count": personal.MOST_STARS},
        )
    # What the frame of the pages shows was read before this.
    request.session[STAMP] = request.session.get(STAMP, 0) + 1
    if request.htmx:
        return render(request, "catalog/star.html", {"entity": entity, "starred": [entity.ref] if wants_it else []})
    return redirect(_way_back(request, entity))


def _way_back(request: PortalRequest, entity: Entity) -> str:
    """Return the page that the star was given on, if it is one of ours."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else entity.get_absolute_url()
