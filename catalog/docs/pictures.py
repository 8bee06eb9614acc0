"""Pictures that pages show: read with the pages, told by their bytes, and served so that none of them can act."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from catalog.docs.folders import OutOfReach, Snapshot
from catalog.docs.markup.targets import Link
from catalog.models import DocsPicture, DocsSite
from catalog.models.docs import LONGEST_PATH
from integrations.errors import IntegrationError

MOST, LARGEST, LARGEST_IN_ALL = 300, 2_000_000, 30_000_000
SVG = "image/svg+xml"
# How the bytes of each kind begin.
SIGNS = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb".{4}ftypavi[fs]", re.DOTALL), "image/avif"),
)
# What may stand before the first element of an SVG; whatever else comes first makes it none.
BEFORE_SVG = re.compile(
    rb"\s+|\xef\xbb\xbf|<\?xml[^>]{0,200}>|<!--(?:[^-]|-(?!->)){0,2000}-->|<!DOCTYPE svg[^>\[]{0,300}>", re.IGNORECASE
)
SVG_BEGINS = re.compile(rb"<svg[\s>]")
# A picture is opened as a page of its own by nobody but an attacker: nothing in it may run, load or show itself.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def content_type(content: bytes) -> str:
    """Return what `content` is by its first bytes; empty when it is no picture that the portal shows."""
    head = content[:4096]
    for sign, name in SIGNS:
        if sign.match(head):
            return name
    at = 0
    while found := BEFORE_SVG.match(head, at):
        at = found.end()
    return SVG if SVG_BEGINS.match(head, at) else ""


def fetch(
    site: DocsSite, folder: str, found: Snapshot, links: Mapping[str, list[Any]]
) -> dict[str, DocsPicture | None]:
    """Return the pictures that pages show, by path from the folder; None for one that is kept as it is."""
    wanted = sorted(
        {link.path for each in links.values() for link in map(Link.from_json, each) if link.kind == "picture"}
    )
    known = dict(site.pictures.values_list("path", "digest"))
    pictures: dict[str, DocsPicture | None] = {}
    size = 0
    for path in wanted[:MOST]:
        file = found.files.get(f"{folder}/{path}" if folder else path)
        if file is None or file.size > LARGEST or len(path) > LONGEST_PATH:
            continue
        size += file.size
        if size > LARGEST_IN_ALL:
            break
        if known.get(path) == file.digest:
            pictures[path] = None
            continue
        try:
            content = found.read(file)
        except (IntegrationError, OutOfReach):
            if path in known:
                pictures[path] = None
            continue
        kind = content_type(content)
        if kind:
            pictures[path] = DocsPicture(site=site, path=path, digest=file.digest, content_type=kind, content=content)
    return pictures


def store(site: DocsSite, folder: str, found: Snapshot, pictures: Mapping[str, DocsPicture | None]) -> None:
    """Keep these pictures and no others."""
    site.pictures.exclude(path__in=list(pictures)).delete()
    DocsPicture.objects.bulk_create(
        [picture for picture in pictures.values() if picture is not None],
        batch_size=20,
        update_conflicts=True,
        unique_fields=["site", "path"],
        update_fields=["digest", "content_type", "content"],
    )


def response(picture: DocsPicture) -> HttpResponse:
    """Return a picture as an answer that a browser shows in a page, and does not open by itself where it could act."""
    answer = HttpResponse(bytes(picture.content), content_type=picture.content_type)
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    if picture.content_type == SVG:
        answer["Content-Disposition"] = "attachment"
    return answer
