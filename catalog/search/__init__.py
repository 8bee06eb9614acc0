"""Finding things by what people remember of them."""

from catalog.search.asking import BEST, BY_TITLE, SORTS, Asked, ask, containing, entities, forgiving, in_order, known
from catalog.search.entry_types import EntryType, register
from catalog.search.fruitless import terms as fruitless_terms

__all__ = [
    "BEST",
    "BY_TITLE",
    "SORTS",
    "Asked",
    "EntryType",
    "ask",
    "containing",
    "entities",
    "forgiving",
    "fruitless_terms",
    "in_order",
    "known",
    "register",
]
