"""The catalog's own tabs of the entity page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.http import PortalRequest
from catalog import actions, tabs
from catalog.actions import Action
from catalog.models import Entity
from catalog.pages import history_page, leaving_page, sourcing
from catalog.tabs import Tab

# Signs of the raw entity on the page; a definition of megabytes is fetched from the API.
LONGEST = 60_000


def inspect(entity: Entity, request: PortalRequest) -> Mapping[str, Any]:
    """What the tab Inspect shows: the raw entity as YAML or JSON, and what was read beside it."""
    document = json.loads(entity.document)
    chosen = "json" if request.GET.get("format") == "json" else "yaml"
    text = _as_json(document) if chosen == "json" else _as_yaml(document)
    return {
        "inspect": {
            "format": chosen,
            "text": text[:LONGEST],
            "is_cut": len(text) > LONGEST,
            "ancestry": sourcing.ancestry(entity, actor=request.actor),
            "colocated": sourcing.colocated(entity, actor=request.actor),
        }
    }


def history(entity: Entity, request: PortalRequest) -> Mapping[str, Any]:
    """What the tab History shows: a page of the revisions."""
    page = request.GET.get("page")
    return {"history": history_page.read(entity.ref, page, actor=request.actor, source=entity.source)}


def unregister_address(entity: Entity, actor: Actor) -> str:
    """Where the actor is asked whether the entity should go; nothing when it is not theirs."""
    if not leaving_page.may_delete(entity, actor):
        return ""
    return reverse("catalog:entity-unregister", args=[entity.kind, entity.namespace, entity.name])


def _as_json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def _as_yaml(document: Mapping[str, Any]) -> str:
    # A definition of megabytes would take a second to write as YAML, for lines that nobody sees.
    spec = document.get("spec")
    if isinstance(spec, dict) and isinstance(spec.get("definition"), str):
        document = {**document, "spec": {**spec, "definition": spec["definition"][:LONGEST]}}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)


tabs.register(Tab("overview", _("Overview"), 0, "catalog/tabs/overview.html"))
tabs.register(Tab("dependencies", _("Dependencies"), 10, "catalog/tabs/dependencies.html"))
tabs.register(Tab("history", _("History"), 900, "catalog/tabs/history.html", context=history))
tabs.register(Tab("inspect", _("Inspect"), 1000, "catalog/tabs/inspect.html", context=inspect))
actions.register(Action("unregister", _("Unregister"), "trash", unregister_address, order=900, place="catalog"))
