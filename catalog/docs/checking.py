"""Which links of a site lead nowhere. Pure: what is there comes in as paths and ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.docs.markup import targets
from catalog.docs.markup.targets import Link

TOP = ("", "top")


@dataclass(frozen=True)
class Slip:
    """A link that leads nowhere; `kind` is one of `DocsFinding.Kind`."""

    path: str
    line: int
    kind: str
    target: str


def of_pages(
    pages: Mapping[str, tuple[list[str], list[Any]]], *, folder: str, files: Collection[str], has_host: bool
) -> list[Slip]:
    """Return what is wrong with the links of a site, page by page.

    Args:
        pages: {path from the folder of the docs: (ids on the page, its links as they are kept)}.
        folder: of the docs, from the root; `files` are all paths from there.
        has_host: whether a host shows the files that are no pages.
    """
    anchors = {path: frozenset(found) for path, (found, _) in pages.items()}
    check = _Check(anchors, folder, _with_folders(files), has_host)
    return [
        slip for path in sorted(pages) for kept in pages[path][1] for slip in check.link(path, Link.from_json(kept))
    ]


def _with_folders(files: Collection[str]) -> frozenset[str]:
    found = {""}
    for path in files:
        found.add(path)
        while "/" in path:
            path = path.rpartition("/")[0]
            if path in found:
                break
            found.add(path)
    return frozenset(found)


@dataclass(frozen=True)
class _Check:
    anchors: Mapping[str, frozenset[str]]
    folder: str
    files: frozenset[str]
    has_host: bool

    def link(self, path: str, link: Link) -> Iterator[Slip]:
        kind = self._kind(link)
        if kind:
            yield Slip(path, max(1, link.line), kind, link.written)

    def _kind(self, link: Link) -> str:
        if link.kind == "refused":
            return "refused"
        if link.kind == "picture":
            return "" if self._from_root(link.path) in self.files else "picture"
        if link.kind == "file":
            return "" if link.path.strip("/") in self.files and self.has_host else "link"
        if link.kind in ("page", "anchor"):
            return self._page(link)
        return ""

    def _page(self, link: Link) -> str:
        page = self.page_at(link.path)
        if page is None:
            return "link"
        return "" if link.anchor in TOP or link.anchor in self.anchors[page] else "anchor"

    def page_at(self, path: str) -> str | None:
        """Return the page that a path stands for."""
        return next((name for name in targets.candidates(path) if name in self.anchors), None)

    def _from_root(self, path: str) -> str:
        return f"{self.folder}/{path}" if self.folder else path
