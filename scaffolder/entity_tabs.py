"""What golden paths add to the entity page: a Template is used from there, and those for the entity are offered."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog import actions
from catalog.actions import Action
from catalog.models import Entity
from scaffolder import day_two
from scaffolder.models import Template


def form_address(entity: Entity, actor: Actor) -> str:
    """Return the address of the form of a golden path that `actor` may run, or nothing."""
    if entity.kind != "template":
        return ""
    template = Template.objects.runnable_by(actor).filter(ref=entity.ref).first()
    return template.get_absolute_url() if template else ""


actions.register(Action("run", _("Use this golden path"), "rocket", form_address, order=10, is_primary=True))
actions.register_provider("golden-paths", day_two.offered)
