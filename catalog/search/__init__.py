"""Finding things by what people remember of them."""

from catalog.search.asking import containing, entities, words

__all__ = ["containing", "entities", "words"]
