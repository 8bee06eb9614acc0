"""The way from a group to its page as a team."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog import actions
from catalog.actions import Action
from catalog.models import Entity


def address(entity: Entity, actor: Actor) -> str:
    return reverse("catalog:team-detail", args=[entity.namespace, entity.name]) if entity.kind == "group" else ""


actions.register(Action("team", _("Team page"), "users", address, order=10))
