"""The addresses of docs: `/docs/<kind>/<namespace>/<name>/<path>`, as mkdocs would have them."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from catalog import refs
from catalog.docs import places
from catalog.docs.markup import targets
from catalog.docs.markup.targets import Addresses
from catalog.models import address_of

INDEX = ("index", "readme")


def site_address(ref: str) -> str:
    """Return where the docs of an entity begin."""
    parts = refs.parse(ref)
    return reverse("catalog:docs-site", args=[parts.kind, parts.namespace, parts.name])


def page_address(ref: str, path: str) -> str:
    """Return the address of a page, given as the path of its file; of a folder, its home."""
    parts = refs.parse(ref)
    bare, suffix = posixpath.splitext(path)
    if suffix.lower() in targets.MARKDOWN:
        folder, name = posixpath.split(bare)
        # A README has an address of its own: where there is an index beside it, the folder's is the index's.
        inside = folder if name.lower() == INDEX[0] else bare
        path = f"{inside}/" if inside else ""
    if not path:
        return site_address(ref)
    return reverse("catalog:docs-page", args=[parts.kind, parts.namespace, parts.name, path])


def picture_address(ref: str, path: str) -> str:
    """Return the address of a picture."""
    parts = refs.parse(ref)
    return reverse("catalog:docs-page", args=[parts.kind, parts.namespace, parts.name, path])


def of_site(ref: str, *, folder: str, view: str) -> Addresses:
    """Return how the links of a site are written.

    Args:
        folder: of the pages, from the root of the repository.
        view: address at the host, `%s` for the path of a file; empty where no host shows it.
    """
    return Addresses(
        folder=folder,
        page=lambda path: page_address(ref, path),
        picture=lambda path: picture_address(ref, path),
        entity=address_of,
        file=(lambda path: at_host(view, path)) if view else None,
    )


def at_host(address: str, path: str) -> str:
    """Return an address at the host for the path of a file."""
    return address.replace("%s", quote(posixpath.normpath(path)) if path else "", 1)


def of_other(ref: str, annotations: Mapping[str, Any], path: str) -> str:
    """Return where docs lie that an entity shares with the one at `ref`, from the page that its annotation names on."""
    start = str(annotations.get(places.ENTITY_PATH) or "").strip("/")
    inside = posixpath.normpath(posixpath.join("/", start, path)).strip("/")
    return page_address(ref, f"{inside}/" if inside else "")


def html_file(path: str) -> str:
    """Return the file that mkdocs would make of a page: `guide/start/index.html`."""
    bare = posixpath.splitext(path)[0]
    folder, name = posixpath.split(bare)
    inside = folder if name.lower() in INDEX else bare
    return f"{inside}/index.html" if inside else "index.html"
