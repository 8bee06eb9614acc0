"""How long an answer of the catalog holds: until the revision rises, for readers who see the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from accounts.actors import Actor
from accounts.permissions import Act, rule
from catalog.models import CatalogRevision, Entity, EntityQuerySet
from catalog.query.kept import shelf

T = TypeVar("T")


@dataclass(frozen=True)
class Edition:
    """The catalog at one revision, as one reader sees it.

    Read the edition before the rows: an answer may then be newer than its edition says, which costs one more reading,
    and never older.
    """

    revision: int
    visibility: str
    actor: Actor

    @classmethod
    def now(cls, actor: Actor) -> Edition:
        return cls(CatalogRevision.current(), str(rule(actor, Act.READ_CATALOG)), actor)

    @property
    def entities(self) -> EntityQuerySet:
        """The entities that the reader may see."""
        return Entity.objects.visible_to(self.actor)

    def etag(self, question: str) -> str:
        """Return the ETag of the answer to `question` in this edition."""
        return f'W/"{self.revision:x}-{self._digest(question)}"'

    def cached(self, question: object, compute: Callable[[], T], *, weigh: Callable[[T], int] = lambda answer: 0) -> T:
        """Return what `compute` gives, computed once in an edition for each `question`, which is JSON data.

        All who ask share the answer, so nobody may change it.

        Args:
            weigh: tells how many rows an answer holds, where that is many.
        """
        return shelf.get((self.revision, self._digest(question)), compute, weigh)

    def _digest(self, question: object) -> str:
        text = json.dumps([self.visibility, question], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]
