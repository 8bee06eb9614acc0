"""Pages of docs as the search finds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.docs.addresses import page_address
from catalog.models import Entity, SearchEntry
from catalog.search import index
from catalog.search.entry_types import DOCS
from catalog.search.rows import Entry


@dataclass(frozen=True)
class Words:
    """What the search reads of a page."""

    path: str
    title: str
    tags: tuple[str, ...]
    text: str


def key(ref: str, path: str) -> str:
    return f"{ref}#{path}"


def put(entity: Entity, pages: Iterable[Words]) -> None:
    """Have the search find pages of an entity's docs."""
    index.put(
        Entry(
            type=DOCS,
            key=key(entity.ref, page.path),
            title=page.title,
            url=page_address(entity.ref, page.path),
            tags=page.tags,
            text=page.text,
            entity_ref=entity.ref,
            owner_ref=entity.owner_ref,
        )
        for page in pages
    )


def remove(ref: str, paths: Iterable[str] | None = None) -> None:
    """Have the search find these pages no more, or none of the entity's."""
    if paths is None:
        keys = list(SearchEntry.objects.filter(index.belonging(ref), type=DOCS).values_list("key", flat=True))
        index.remove(DOCS, keys)
    else:
        index.remove(DOCS, [key(ref, path) for path in paths])


def follow_owner(entity: Entity) -> None:
    """Have the pages found under the owner that the entity has now."""
    pages = SearchEntry.objects.filter(index.belonging(entity.ref), type=DOCS)
    pages.exclude(owner_ref=entity.owner_ref).update(owner_ref=entity.owner_ref)
