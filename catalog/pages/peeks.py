"""What the card says that opens at a link to an entity: enough to know whether to follow it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from accounts.actors import Actor
from catalog import problems
from catalog.models import Entity
from catalog.pages import neighbours

TAGS = 5


@dataclass(frozen=True)
class Peek:
    """An entity in a few lines."""

    entity: Entity
    titles: dict[str, str]

    @property
    def word(self) -> str:
        return neighbours.word(self.entity.kind, self.entity.type)

    @property
    def tags(self) -> list[str]:
        return list(self.entity.tags[:TAGS])

    @property
    def is_broken(self) -> bool:
        """Whether its descriptor as it stands now was refused."""
        return problems.worst(getattr(self.entity, "problems", None)) == "error"


def read(ref: str, *, actor: Actor) -> Peek | None:
    """Return the card of an entity that the reader may see, or nothing."""
    if "\x00" in ref:
        return None
    rows = Entity.objects.visible_to(actor).filter(ref=ref).for_listing()
    entity = rows.annotate(problems=F("descriptor__problems")).first()
    if entity is None:
        return None
    return Peek(entity, neighbours.titles([entity.owner_ref, entity.system_ref], actor=actor))
