"""Pages of what the catalog was: all of it as of a date, an entity as it was, and one that is gone."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import refs
from catalog.history.forms import InstantForm
from catalog.models import address_of
from catalog.pages import history_page, leaving_page, past_page


@require_GET
@allowed(Act.READ_CATALOG)
def past_list(request: PortalRequest) -> HttpResponse:
    """The catalog as it was on a day, one kind of it."""
    form = InstantForm(request.GET)
    found = past_page.read(form.instant(), form.chosen_kind(), request.GET.get("page"), actor=request.actor)
    return render(request, "catalog/history/list.html", {"past": found, "form": form, "titles": found.titles})


@require_GET
@allowed(Act.READ_CATALOG)
def past_entity(request: PortalRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """One entity as it was on a day."""
    form = InstantForm(request.GET)
    ref = str(refs.EntityRef(kind, namespace, name))
    found = history_page.past(ref, form.instant(), actor=request.actor)
    context: dict[str, Any] = {"past": found, "form": form, "ref": ref, "today_url": address_of(ref)}
    context["titles"] = found.titles if found else {}
    return render(request, "catalog/history/entity.html", context, status=200 if found else 404)


def gone(request: PortalRequest, kind: str, namespace: str, name: str) -> HttpResponse:
    """Answer for an entity that is not there: when and why it went and what it was, or that it never was."""
    ref = str(refs.EntityRef(kind, namespace, name))
    found = history_page.gone(ref, request.GET.get("page"), actor=request.actor)
    if found is None:
        return render(request, "404.html", {"kind": kind, "name": name}, status=404)
    context = {"gone": found, "ref": ref, "returning": leaving_page.ways_back(ref, actor=request.actor)}
    context["titles"] = found.past.titles if found.past else {}
    return render(request, "catalog/history/gone.html", context, status=404)
