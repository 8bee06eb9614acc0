"""The contents of a site: sections, pages and links in their order, and the way from one page to the next."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog import links
from catalog.docs.markup import targets

MOST_ENTRIES, DEEPEST = 2_000, 8
HOMES = ("index.md", "readme.md")


@dataclass(frozen=True)
class Item:
    """A line of the contents: a page, a link elsewhere, or a section with more lines."""

    title: str
    path: str = ""
    url: str = ""
    children: tuple[Item, ...] = ()

    def to_json(self) -> dict[str, Any]:
        kept: dict[str, Any] = {"title": self.title}
        if self.path:
            kept["path"] = self.path
        if self.url:
            kept["url"] = self.url
        if self.children:
            kept["children"] = [child.to_json() for child in self.children]
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Item:
        children = tuple(cls.from_json(child) for child in kept.get("children", ()))
        return cls(kept["title"], kept.get("path", ""), kept.get("url", ""), children)


@dataclass(frozen=True)
class Missing:
    """A line of the configuration that names a page that is not there."""

    target: str
    line: int


def read(
    nav: Any, pages: Iterable[str], *, lines: Mapping[tuple[str | int, ...], int]
) -> tuple[list[Item], list[Missing]]:
    """Return the contents as `nav` of the configuration says them, and what of it leads nowhere.

    Args:
        pages: paths from the folder of the docs.
        lines: {path of a value in the configuration: its line}.
    """
    reading = _Reading(frozenset(pages), lines)
    return list(reading.items(nav, ("nav",), 0)), reading.missing


class _Reading:
    def __init__(self, pages: frozenset[str], lines: Mapping[tuple[str | int, ...], int]) -> None:
        self._pages = pages
        self._lines = lines
        self._count = 0
        self.missing: list[Missing] = []

    def items(self, found: Any, at: tuple[str | int, ...], depth: int) -> Iterator[Item]:
        if not isinstance(found, list) or depth > DEEPEST:
            return
        for index, entry in enumerate(found):
            self._count += 1
            if self._count > MOST_ENTRIES:
                return
            here = (*at, index)
            pairs = entry.items() if isinstance(entry, dict) else [("", entry)]
            for title, value in pairs:
                item = self._item(str(title), value, (*here, title) if isinstance(entry, dict) else here, depth)
                if item:
                    yield item

    def _item(self, title: str, value: Any, at: tuple[str | int, ...], depth: int) -> Item | None:
        if isinstance(value, list):
            children = tuple(self.items(value, at, depth + 1))
            return Item(title, children=children) if children else None
        if not isinstance(value, str):
            return None
        if links.safe(value):
            return Item(title or value, url=value)
        path = posixpath.normpath(value.lstrip("/"))
        if path in self._pages:
            return Item(title, path=path)
        self.missing.append(Missing(value[:500], self._lines.get(at, 1)))
        return None


def of_files(pages: Iterable[str]) -> list[Item]:
    """Return the contents where the configuration has none: the folders, the home of each first."""
    tree: dict[str, Any] = {}
    for path in sorted(pages, key=_order):
        *folders, name = path.split("/")
        level = tree
        for folder in folders[:DEEPEST]:
            level = level.setdefault(f"{folder}/", {})
        level[name] = path
    return _items(tree)


def _order(path: str) -> tuple[Any, ...]:
    *folders, name = path.split("/")
    return (*((1, folder.lower()) for folder in folders), (0 if name.lower() in HOMES else 1, name.lower()))


def _items(tree: Mapping[str, Any]) -> list[Item]:
    return [
        Item("", path=value)
        if isinstance(value, str)
        else Item(worded(name.rstrip("/")), children=tuple(_items(value)))
        for name, value in tree.items()
    ]


def worded(name: str) -> str:
    """Return what a file or folder is called by people: `How to deploy` for `how-to-deploy.md`."""
    words = posixpath.splitext(name)[0] if name.lower().endswith(targets.MARKDOWN) else name
    words = words.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words == words.lower() else words


def titled(items: Iterable[Item], titles: Mapping[str, str]) -> tuple[Item, ...]:
    """Return the contents with the titles of pages where the configuration gives none."""
    return tuple(
        replace(
            item,
            title=item.title or titles.get(item.path) or worded(posixpath.basename(item.path)),
            children=titled(item.children, titles),
        )
        for item in items
    )


def pages(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the pages in the order in which they are read."""
    for item in items:
        if item.path:
            yield item
        yield from pages(item.children)


def around(items: Sequence[Item], path: str) -> tuple[Item | None, Item | None]:
    """Return the pages before and after the one at `path`."""
    every = list(pages(items))
    at = next((index for index, item in enumerate(every) if item.path == path), None)
    if at is None:
        return None, None
    return every[at - 1] if at else None, every[at + 1] if at + 1 < len(every) else None


def trail(items: Iterable[Item], path: str) -> list[Item]:
    """Return the sections that lead to the page at `path`, and its own line last; empty when it has none."""
    for item in items:
        if item.path == path:
            return [item]
        below = trail(item.children, path)
        if below:
            return [item, *below]
    return []


def home(items: Sequence[Item], paths: Iterable[str]) -> str:
    """Return the page that a site begins with: `index.md`, a README, or the first one of the contents."""
    known = {path.lower(): path for path in paths}
    for name in HOMES:
        if name in known:
            return known[name]
    first = next(pages(items), None)
    return first.path if first else next(iter(sorted(known.values())), "")
