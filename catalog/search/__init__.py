"""Finding things by what people remember of them."""

from catalog.search.asking import BEST, BY_TITLE, SORTS, Asked, Spelling, ask, containing, entities, forgiving, in_order
from catalog.search.entry_types import EntryType, register
from catalog.search.fruitless import terms as fruitless_terms

__all__ = [
    "BEST",
    "BY_TITLE",
    "SORTS",
    "Asked",
    "EntryType",
    "Spelling",
    "ask",
    "containing",
    "entities",
    "forgiving",
    "fruitless_terms",
    "in_order",
    "register",
]
