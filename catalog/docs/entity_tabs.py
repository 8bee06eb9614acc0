"""The tab Docs of an entity's page: its docs from their home on, or the lines that would give it some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.http import PortalRequest
from catalog import tabs
from catalog.docs import addresses, calling, places, reader
from catalog.models import Entity
from catalog.tabs import Needs, Tab


def docs(entity: Entity, request: PortalRequest) -> Mapping[str, Any]:
    """What the tab shows."""
    other = "" if places.has_own(entity) else places.other_entity(entity)
    if other:
        return {"docs_of": other, "docs_url": addresses.of_other(other, places.annotations_of(entity), "")}
    found = reader.read(entity, "", actor=request.actor)
    calling.looked_at(entity, found.site)
    return {"docs": found}


NEEDS = Needs(
    places.REF,
    "dir:.",
    _("With it, the Markdown beside the descriptor is read here, searched, and checked for links that lead nowhere."),
    kinds=("component", "api", "system", "domain", "resource", "template", "group"),
)
tabs.register(Tab("docs", _("Docs"), 12, "catalog/docs/tab.html", calling.has_docs, docs, NEEDS))
