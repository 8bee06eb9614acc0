"""Pages on which an entity, or all of its place, is taken out of the catalog, and let back in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import leaving, locations, refs
from catalog.models import Entity, address_of
from catalog.pages import leaving_page


@require_http_methods(["GET", "POST"])
@allowed(Act.REGISTER_ENTITY)
def entity_unregister(request: PortalRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """What goes with an entity's place or with the entity alone, asked once; then it goes."""
    ref = str(refs.EntityRef(kind, namespace, name))
    entities = Entity.objects.visible_to(request.actor).select_related("location", "descriptor__file")
    entity = entities.filter(ref=ref).first()
    if entity is None:
        raise Http404
    if request.method == "POST":
        try:
            if request.POST.get("what") == "place":
                return _unregistered(request, entity)
            return _deleted(request, entity)
        except PermissionDenied as refusal:
            messages.error(request, str(refusal))
    page = leaving_page.read(entity, actor=request.actor)
    status = 200 if request.method == "GET" and page.may_delete else 403
    return render(request, "catalog/unregister.html", {"page": page, "entity": entity}, status=status)


def _unregistered(request: PortalRequest, entity: Entity) -> HttpResponse:
    place = entity.location.root
    count = leaving_page.read(entity, actor=request.actor).going.count
    locations.unregister(place, request.actor)
    text = ngettext(
        "Unregistered: %(count)d entity went with %(place)s.",
        "Unregistered: %(count)d entities went with %(place)s.",
        count,
    )
    messages.success(request, text % {"count": count, "place": place.target})
    return redirect("catalog:entity-list")


def _deleted(request: PortalRequest, entity: Entity) -> HttpResponse:
    keep_away = request.POST.get("keep_away") == "on"
    leaving.delete_entity(entity, request.actor, keep_away=keep_away)
    text = (
        _("Deleted: %(title)s. It is kept away until somebody lets it back in.")
        if keep_away
        else _("Deleted: %(title)s.")
    )
    messages.success(request, text % {"title": entity.title})
    return redirect(address_of(entity.ref)) if keep_away else redirect("catalog:entity-list")


@require_POST
@allowed(Act.REGISTER_ENTITY)
def entity_let_back(request: PortalRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """Let an entity back in that somebody keeps away."""
    ref = str(refs.EntityRef(kind, namespace, name))
    try:
        leaving.let_back(ref, request.actor)
        messages.success(request, _("Let back in. Its files were read again."))
    except leaving.NotKeptAway:
        messages.error(request, _("Nobody keeps it away."))
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    return redirect(address_of(ref))
