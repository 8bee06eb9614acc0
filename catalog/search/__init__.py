"""Finding things by what people remember of them."""

from catalog.search.asking import Asked, ask, containing, entities, forgiving
from catalog.search.entry_types import EntryType, register

__all__ = ["Asked", "EntryType", "ask", "containing", "entities", "forgiving", "register"]
