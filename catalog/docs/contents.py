"""Stores what a place holds: pages that changed are rendered, all are checked for links, in one transaction each."""

from __future__ import annotations

import hashlib
import logging
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db import transaction

from catalog.docs import addresses, checking, mkdocs, navigation, pictures, searching
from catalog.docs.folders import File, OutOfReach, Snapshot, repository_of
from catalog.docs.markup import rendering, targets
from catalog.docs.markup.rendering import Page
from catalog.docs.markup.targets import Addresses
from catalog.docs.mkdocs import Config
from catalog.docs.places import DocsPlace
from catalog.docs.searching import Words
from catalog.models import DocsFinding, DocsPage, DocsSite, Entity
from catalog.models.docs import LONGEST_PATH, packed
from catalog.storage import bulk
from integrations.errors import IntegrationError

MOST_PAGES = 1_000
LARGEST_PAGE, LARGEST_SITE = 1_000_000, 30_000_000
MOST_FINDINGS = 1_000
# Signs of a path as it stands in an address.
LONGEST = 1_200
LONGEST_ADDRESS = 2_048
log = logging.getLogger(__name__)
PAGE_FIELDS = ["digest", "title", "packed", "html", "headings", "anchors", "links"]


@dataclass
class _New:
    """A place as it is now, before it is stored."""

    config: Config
    folder: str  # of the pages, from the root
    files: dict[str, File]  # the pages, by path from that folder
    rendered: dict[str, tuple[File, str, Page]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    is_partial: bool = False


def shape(place: DocsPlace, folder: str) -> str:
    """Return what all HTML of a site depends on beside its pages."""
    return hashlib.sha256(f"{rendering.VERSION}\n{place}\n{folder}".encode()).hexdigest()


def store(site: DocsSite, entity: Entity, place: DocsPlace, found: Snapshot, *, now: datetime) -> None:
    """Bring what is kept of a site in line with its files.

    Raises:
        OutOfReach: its configuration could not be read.
    """
    new = _look(found)
    known = {page.path: page for page in site.pages.only("path", "digest", "title")}
    is_reshaped = site.shape != shape(place, new.folder)
    _render(site, new, found, known, is_reshaped=is_reshaped)
    linked = _links(site, new)
    shown = pictures.fetch(site, new.folder, found, linked)
    with transaction.atomic():
        DocsSite.objects.select_for_update().get(pk=site.pk)
        _store_pages(site, entity, new)
        pictures.store(site, new.folder, found, shown)
        _store_site(site, place, found, new, now)
        findings = _findings(site, found, new)
        site.findings.all().delete()
        DocsFinding.objects.bulk_create(findings[:MOST_FINDINGS])
        site.finding_count = len(findings)
        site.save()
    searching.follow_owner(entity)


# -- What is there ---------------------------------------------------------------------------------------------------


def _look(found: Snapshot) -> _New:
    config = _config(found)
    folder = posixpath.normpath(posixpath.join(found.base, config.folder)) if found.base or config.folder else ""
    if len(folder) > LONGEST_PATH:
        raise OutOfReach("The folder of the docs has a longer path than the portal keeps. Name another one.")
    files = _pages(found, "" if folder == "." else folder)
    if not files and config.nav is None and config.folder == mkdocs.DEFAULT_FOLDER:
        # A repository with nothing but a README has docs of one page.
        return _New(config, found.base, _readme(found))
    return _New(config, "" if folder == "." else folder, files)


def _config(found: Snapshot) -> Config:
    for name in mkdocs.NAMES:
        file = found.files.get(posixpath.join(found.base, name))
        if file is None:
            continue
        if file.size > LARGEST_PAGE:
            return Config(remarks=(f"{name} is larger than the portal reads.",))
        return mkdocs.parse(_bytes(found, file).decode("utf-8", "replace"), file=name)
    return Config()


def _pages(found: Snapshot, folder: str) -> dict[str, File]:
    start = f"{folder}/" if folder else ""
    paths = sorted(path for path in found.files if path.startswith(start) and path.lower().endswith(targets.MARKDOWN))
    pages = {path.removeprefix(start): found.files[path] for path in paths}
    # A path of foreign letters is nine times as long in an address.
    return {path: file for path, file in pages.items() if len(path) <= LONGEST_PATH and len(quote(path)) <= LONGEST}


def _readme(found: Snapshot) -> dict[str, File]:
    every = _pages(found, found.base)
    return {path: file for path, file in every.items() if path.lower() == "readme.md"}


def _bytes(found: Snapshot, file: File) -> bytes:
    try:
        return found.read(file)
    except IntegrationError as error:
        raise OutOfReach(str(error)) from error


# -- What is made of it ----------------------------------------------------------------------------------------------


def _render(site: DocsSite, new: _New, found: Snapshot, known: dict[str, DocsPage], *, is_reshaped: bool) -> None:
    """Render the pages that changed; all of them when what they have in common did."""
    written = addresses.of_site(site.ref, folder=new.folder, view=found.view)
    size = 0
    for path, file in list(new.files.items()):
        size += file.size
        if len(new.rendered) >= MOST_PAGES or file.size > LARGEST_PAGE or size > LARGEST_SITE:
            new.remarks.append(f"{path} is left out: the docs are larger than the portal reads.")
            del new.files[path]
            continue
        page = known.get(path)
        if page is not None and page.digest == file.digest:
            if not is_reshaped:
                continue
            text = DocsPage.objects.only("packed").get(pk=page.pk).text
        else:
            try:
                text = _bytes(found, file).decode("utf-8-sig", "replace")
            except OutOfReach:
                # What was read so far is kept; the rest is read next time, and until then is as it was.
                new.is_partial = True
                if not new.rendered and not known:
                    raise
                if page is None:
                    del new.files[path]
                continue
        new.rendered[path] = (file, text, _page(text, path, written))


def _page(text: str, path: str, written: Addresses) -> Page:
    """Return a page as HTML; one that the renderer stumbles over is shown as it was written."""
    try:
        return rendering.render(text, path=path, addresses=written)
    except Exception:
        log.exception("A page of docs could not be rendered: %s", path)
        return rendering.plain_page(text)


def _title(path: str, page: Page) -> str:
    name = posixpath.basename(path)
    if name.lower() in navigation.HOMES:
        name = posixpath.basename(posixpath.dirname(path)) or "Home"
    return page.title or navigation.worded(name)[:255]


def _links(site: DocsSite, new: _New) -> dict[str, list[Any]]:
    """Return the links of each page as it will be, {path: `Link.to_json`}."""
    kept = dict(site.pages.values_list("path", "links"))
    found = {path: links for path, links in kept.items() if path in new.files and path not in new.rendered}
    return found | {path: [link.to_json() for link in page.links] for path, (_, _, page) in new.rendered.items()}


# -- How it is kept --------------------------------------------------------------------------------------------------


def _store_pages(site: DocsSite, entity: Entity, new: _New) -> None:
    gone = set(site.pages.values_list("path", flat=True)) - new.files.keys()
    for chunk in bulk.chunks(gone):
        site.pages.filter(path__in=chunk).delete()
    searching.remove(site.ref, gone)
    rows = [
        DocsPage(
            site=site,
            path=path,
            digest=file.digest,
            title=_title(path, page),
            packed=packed(text),
            html=page.html,
            headings=page.headings,
            anchors=page.anchors,
            links=[link.to_json() for link in page.links],
        )
        for path, (file, text, page) in new.rendered.items()
    ]
    _forget_dates(site, rows)
    DocsPage.objects.bulk_create(
        rows, batch_size=100, update_conflicts=True, unique_fields=["site", "path"], update_fields=PAGE_FIELDS
    )
    searching.put(
        entity,
        [
            Words(row.path, row.title, tuple(page.tags), page.words)
            for row in rows
            for page in [new.rendered[row.path][2]]
        ],
    )


def _forget_dates(site: DocsSite, rows: Iterable[DocsPage]) -> None:
    """Have the dates of pages asked for again whose bytes are others; what was only rendered anew keeps its own."""
    before = dict(site.pages.values_list("path", "digest"))
    changed = [row.path for row in rows if row.path in before and before[row.path] != row.digest]
    for chunk in bulk.chunks(changed):
        site.pages.filter(path__in=chunk).update(is_dated=False)


def _store_site(site: DocsSite, place: DocsPlace, found: Snapshot, new: _New, now: datetime) -> None:
    titles = dict(site.pages.values_list("path", "title"))
    items, _ = navigation.read(new.config.nav, new.files, lines=new.config.lines) if new.config.nav else ([], [])
    items = items or navigation.of_files(new.files)
    site.place, site.repository = str(place), repository_of(place)
    site.commit, site.etag = ("", "") if new.is_partial else (found.commit, found.etag)
    site.shape, site.folder = shape(place, new.folder), new.folder
    site.name, site.description = new.config.name, new.config.description
    site.view_address = _inside(found.view, new.folder)
    site.edit_address = _edit_address(found, new)
    site.nav = [item.to_json() for item in navigation.titled(items, titles)]
    site.remarks = [*new.config.remarks, *new.remarks][: mkdocs.MOST_REMARKS]
    site.page_count, site.read_at = len(titles), now
    # The newest commit is another one; when that was is asked for apart from this.
    site.code_changed_at = None


def _edit_address(found: Snapshot, new: _New) -> str:
    """Return where pages are edited: at the host, unless the configuration says elsewhere or nowhere."""
    wanted = new.config.edit_uri
    if wanted is None or not found.edit:
        return _inside(found.edit, new.folder)
    if not wanted:
        return ""
    if wanted.startswith("https://"):
        return f"{wanted.rstrip('/')}/%s"[:LONGEST_ADDRESS]
    root = found.edit.split("/edit/", 1)[0]
    return f"{root}/{wanted.strip('/')}/%s"[:LONGEST_ADDRESS]


def _inside(address: str, folder: str) -> str:
    """Return an address for paths from `folder` on."""
    inside = address.replace("%s", addresses.at_host("%s/%s", folder), 1) if address and folder else address
    return inside if len(inside) <= LONGEST_ADDRESS else ""


def _findings(site: DocsSite, found: Snapshot, new: _New) -> list[DocsFinding]:
    pages = {path: (anchors, links) for path, anchors, links in site.pages.values_list("path", "anchors", "links")}
    _, missing = navigation.read(new.config.nav, new.files, lines=new.config.lines) if new.config.nav else ([], [])
    slips = checking.of_pages(pages, folder=new.folder, files=found.files.keys(), has_host=bool(found.view))
    rows = [
        DocsFinding(site=site, path=slip.path, line=slip.line, kind=slip.kind, target=slip.target[:500])
        for slip in slips
    ]
    rows += [
        DocsFinding(site=site, path="mkdocs.yml", line=each.line, kind=DocsFinding.Kind.LINK, target=each.target)
        for each in missing
    ]
    return rows
