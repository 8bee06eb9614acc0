"""What becomes of the things that a run made when it is undone, before anybody says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.actors import Actor
from catalog.models import Entity
from scaffolder import undoing
from scaffolder.models import CreatedResource, Task
from scaffolder.pages import run_page
from scaffolder.pages.run_page import Link
from scaffolder.undoing import Made


@dataclass(frozen=True)
class Row:
    """A thing, and what becomes of it."""

    link: Link
    what: str
    # Whether the portal knows how to take it back.
    is_known: bool


class UndoPage:
    """The things that are left of a run, the one that goes first at the top."""

    def __init__(self, task: Task, left: Sequence[CreatedResource], *, actor: Actor) -> None:
        self.task = task
        self.actor = actor
        self.rows = [_row(resource) for resource in left]

    def titles(self) -> dict[str, str]:
        """Return {ref: title} of the entities that the page names."""
        named = Entity.objects.visible_to(self.actor).filter(ref__in=[self.task.owner_ref, self.task.actor_ref])
        return dict(named.values_list("ref", "title"))


def _row(resource: CreatedResource) -> Row:
    way = undoing.find(Made.from_row(resource).kind)
    what = str(way.warning) if way else _("The portal does not know how to take it back; it stays.")
    return Row(run_page.link_of(resource), what, way is not None)
