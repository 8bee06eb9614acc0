"""What the catalog itself does with entities of a kind once they are stored."""

from __future__ import annotations

from catalog import processors, tasks
from catalog.processors import StoredEntity
from integrations.bell import ring


class ApiProcessor:
    """Has a worker read the definitions of APIs; one message is enough for all that are new."""

    def stored(self, entities: list[StoredEntity]) -> None:
        if entities:
            ring(tasks.read_definitions, 0)

    def removed(self, entity_refs: list[str]) -> None:
        """Keep what was read: an API that comes back goes on from its last version."""


processors.register("api", ApiProcessor())
