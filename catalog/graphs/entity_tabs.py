"""The way from an entity to its place in the graph."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog import actions
from catalog.actions import Action
from catalog.models import Entity


def address(entity: Entity, actor: Actor) -> str:
    return f"{reverse('catalog:graph')}?{urlencode({'root': entity.ref})}"


actions.register(Action("graph", _("Open in the graph"), "hierarchy-2", address, order=50, place="catalog"))
