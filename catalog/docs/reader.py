"""All that the reader of one page of docs shows, read in a few statements."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.actors import Actor
from catalog import links, search
from catalog.docs import addresses, navigation
from catalog.docs.markup import slugs, targets
from catalog.docs.navigation import Item
from catalog.models import DocsPage, DocsPicture, DocsSite, Entity, SearchEntry
from catalog.search import marks
from catalog.search.entry_types import DOCS
from integrations import markdown

MOST_HITS = 30
# Headings of these levels stand beside a page.
LEVELS = (2, 3)


@dataclass(frozen=True)
class Line:
    """A line of the contents, as the page shows it."""

    title: str
    url: str
    is_current: bool
    is_outside: bool
    children: tuple[Line, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the page that is shown is below it."""
        return self.is_current or any(child.is_open for child in self.children)


@dataclass(frozen=True)
class Heading:
    """A heading of the page."""

    level: int
    url: str
    text: str


@dataclass(frozen=True)
class Hit:
    """A page of these docs that answers a question."""

    title: str
    url: str
    pieces: list[marks.Piece]


@dataclass
class Reader:
    """Docs of an entity at one path; `page` is None when there is none at it, `hits` when nothing was asked."""

    entity: Entity
    site: DocsSite | None
    page: DocsPage | None
    path: str
    term: str = ""
    hits: list[Hit] | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a worker has yet to read them for the first time."""
        return self.site is None or not (self.site.is_read or self.site.error)

    @property
    def has_failed(self) -> bool:
        """Whether there is nothing to show but why."""
        return self.site is not None and bool(self.site.error) and not self.site.is_read

    @property
    def site_url(self) -> str:
        return addresses.site_address(self.entity.ref)

    @property
    def everywhere_url(self) -> str:
        """Where the same is looked for in all that the portal knows."""
        return f"{reverse('catalog:search')}?{urlencode({'q': self.term})}"

    @property
    def name(self) -> str:
        return (self.site.name if self.site else "") or self.entity.title

    @property
    def title(self) -> str:
        if self.page is None:
            return self.name
        return self._item.title if self._item and not self.page.title else self.page.title

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(Item.from_json(kept) for kept in self.site.nav) if self.site else ()

    @cached_property
    def _trail(self) -> list[Item]:
        return navigation.trail(self.items, self.page.path) if self.page else []

    @property
    def _item(self) -> Item | None:
        return self._trail[-1] if self._trail else None

    @property
    def sections(self) -> list[str]:
        """The sections of the contents that the page is in."""
        return [item.title for item in self._trail[:-1]]

    @cached_property
    def contents(self) -> tuple[Line, ...]:
        return self._lines(self.items)

    def _lines(self, items: Iterable[Item]) -> tuple[Line, ...]:
        here = self.page.path if self.page else None
        return tuple(
            Line(
                title=item.title,
                url=links.safe(item.url) if item.url else (self.address(item.path) if item.path else ""),
                is_current=bool(item.path) and item.path == here,
                is_outside=bool(item.url),
                children=self._lines(item.children),
            )
            for item in items
        )

    def address(self, path: str) -> str:
        return addresses.page_address(self.entity.ref, path)

    @cached_property
    def _around(self) -> tuple[Item | None, Item | None]:
        return navigation.around(self.items, self.page.path) if self.page else (None, None)

    @property
    def previous(self) -> tuple[str, str] | None:
        """Title and address of the page before."""
        return self._pair(self._around[0])

    @property
    def next(self) -> tuple[str, str] | None:
        """Title and address of the page after."""
        return self._pair(self._around[1])

    def _pair(self, item: Item | None) -> tuple[str, str] | None:
        return (item.title, self.address(item.path)) if item else None

    @cached_property
    def headings(self) -> list[Heading]:
        found = self.page.headings if self.page else []
        return [Heading(level, f"#{slugs.PREFIX}{id_}", text) for level, id_, text in found if level in LEVELS]

    @cached_property
    def html(self) -> SafeString:
        return markdown.document(self.page.html if self.page else "")

    @property
    def edit_url(self) -> str:
        return self._at_host(self.site.edit_address if self.site else "")

    @property
    def view_url(self) -> str:
        return self._at_host(self.site.view_address if self.site else "")

    def _at_host(self, address: str) -> str:
        return links.safe(addresses.at_host(address, self.page.path)) if address and self.page else ""

    @property
    def commit_url(self) -> str:
        """Where the host shows the commit that changed the page last."""
        root, blob, _rest = (self.site.view_address if self.site else "").partition("/blob/")
        return links.safe(f"{root}/commit/{self.page.commit}") if blob and self.page and self.page.commit else ""


def read(entity: Entity, path: str, *, actor: Actor, term: str = "") -> Reader:
    """Return the docs of an entity at a path of an address; an empty one is their home."""
    site = DocsSite.objects.filter(ref=entity.ref).first()
    page = _page(site, path) if site and site.is_read else None
    reader = Reader(entity, site, page, path, term)
    if term:
        reader.hits = _hits(entity, term, actor)
    return reader


def _page(site: DocsSite, path: str) -> DocsPage | None:
    if not path.strip("/"):
        return site.pages.defer("packed", "links", "anchors").filter(path=_home(site)).first()
    wanted = targets.candidates(path)
    found = {page.path: page for page in site.pages.defer("packed", "links", "anchors").filter(path__in=wanted)}
    return next((found[name] for name in wanted if name in found), None)


def _home(site: DocsSite) -> str:
    items = tuple(Item.from_json(kept) for kept in site.nav)
    at_top = [page.path for page in navigation.pages(items) if "/" not in page.path]
    if not any(path.lower() in navigation.HOMES for path in at_top):
        # A page that the contents leave out can be their home all the same.
        at_top += site.pages.filter(Q(path__iexact="index.md") | Q(path__iexact="readme.md")).values_list(
            "path", flat=True
        )
    return navigation.home(items, at_top)


def _hits(entity: Entity, term: str, actor: Actor) -> list[Hit]:
    asked = replace(search.ask(term, actor=actor, types=(DOCS,)), among=Q(entity=entity.ref))
    asked = search.forgiving(asked).asked
    numbers = asked.page(MOST_HITS)
    found = SearchEntry.objects.for_listing().in_bulk(numbers)
    words = asked.question.marked
    return [
        Hit(entry.title, entry.url, marks.pieces(marks.passage(" ".join(entry.text.split()), words), words))
        for entry in (found.get(number) for number in numbers)
        if entry
    ]


def picture(entity: Entity, path: str) -> DocsPicture | None:
    """Return the picture at a path of an address."""
    if posixpath.splitext(path)[1].lower() not in targets.PICTURES:
        return None
    return DocsPicture.objects.filter(site__ref=entity.ref, path=path).first()
