"""What a link or picture on a page of docs leads to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from catalog import links, refs

Kind = Literal["page", "picture", "file", "anchor", "entity", "outside", "refused"]
KINDS = ("component", "api", "resource", "system", "domain", "group", "user", "template", "location")
ENTITY = re.compile(rf"(?:{'|'.join(KINDS)}):(?:[\w.-]{{1,63}}/)?[\w.-]{{1,63}}", re.IGNORECASE | re.ASCII)
MARKDOWN = (".md", ".markdown")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")
LONGEST = 1_000


@dataclass(frozen=True)
class Link:
    """A link as it stands on a page: where it leads, and the line that it stands in.

    Attributes:
        path: of a page or picture from the folder of the docs; of a file from the root of the repository.
        anchor: after `#`, without the sign.
        written: as its author wrote it.
    """

    kind: Kind
    written: str
    path: str = ""
    anchor: str = ""
    line: int = 1

    def to_json(self) -> list[Any]:
        return [self.kind, self.written, self.path, self.anchor, self.line]

    @classmethod
    def from_json(cls, kept: list[Any]) -> Link:
        return cls(*kept)


@dataclass(frozen=True)
class Addresses:
    """How the places that links lead to are addressed; each gets what `Link.path` holds.

    Attributes:
        folder: of the docs, from the root of the repository; links that leave it lead to the host.
        file: None where there is no host that shows files.
    """

    folder: str
    page: Callable[[str], str]
    picture: Callable[[str], str]
    entity: Callable[[str], str]
    file: Callable[[str], str] | None = None


def read(written: str, *, page: str, folder: str, line: int = 1, is_picture: bool = False) -> Link:
    """Return what `written` means on the page at the path `page`.

    Args:
        folder: of the docs, from the root of the repository.
    """
    text = written.strip()
    if len(text) > LONGEST or "\\" in text or any(ord(sign) < 32 for sign in text):
        return Link("refused", written[:LONGEST], line=line)
    if ENTITY.fullmatch(text) and not is_picture:
        return Link("entity", written, path=str(refs.parse(text)), line=line)
    try:
        parts = urlsplit(text)
    except ValueError:
        return Link("refused", written, line=line)
    if parts.scheme or parts.netloc:
        # A picture of elsewhere would tell elsewhere who reads; the content policy refuses it anyway.
        is_good = bool(links.safe(text)) and not is_picture
        return Link("outside" if is_good else "refused", written, line=line)
    anchor = unquote(parts.fragment).replace("\0", "")
    if not parts.path:
        return Link("anchor", written, path=page, anchor=anchor, line=line)
    return _inside(written, unquote(parts.path), anchor, page=page, folder=folder, line=line, is_picture=is_picture)


def _inside(written: str, path: str, anchor: str, *, page: str, folder: str, line: int, is_picture: bool) -> Link:
    start = "" if path.startswith("/") else posixpath.dirname(page)
    if "\0" in path:
        return Link("refused", written, line=line)
    joined = posixpath.normpath(posixpath.join(start, path.lstrip("/"))) if path.strip("/") else "."
    if joined == ".." or joined.startswith("../"):
        return _above(written, posixpath.normpath(posixpath.join(folder, joined)), line, is_picture)
    joined = "" if joined == "." else joined
    suffix = posixpath.splitext(joined)[1].lower()
    if is_picture or suffix in PICTURES:
        kind: Kind = "picture" if suffix in PICTURES else "refused"
        return Link(kind, written, joined, line=line)
    if suffix in MARKDOWN or not suffix or path.endswith("/") or joined.endswith(".html"):
        return Link("page", written, _as_page(joined, path), anchor, line)
    return Link("file", written, posixpath.join(folder, joined), line=line)


def _above(written: str, path: str, line: int, is_picture: bool) -> Link:
    """Return a link out of the folder of the docs: to a file at the host, as long as it stays in the repository."""
    if path == ".." or path.startswith("../") or is_picture:
        return Link("refused", written, line=line)
    return Link("file", written, "" if path == "." else path, line=line)


def _as_page(joined: str, path: str) -> str:
    """Return the path of a page; a folder ends in a slash. Addresses that mkdocs made end in `.html`."""
    if joined.endswith(".html"):
        return f"{joined.removesuffix('.html')}.md"
    if posixpath.splitext(joined)[1].lower() in MARKDOWN:
        return joined
    return f"{joined}/" if joined else ""


def address(link: Link, addresses: Addresses, *, prefix: str) -> str:
    """Return the `href` of a link, or nothing when it must not be one.

    Args:
        prefix: of ids on pages of docs.
    """
    end = f"#{prefix}{link.anchor}" if link.anchor else ""
    if link.kind == "anchor":
        return end or "#"
    if link.kind == "page":
        return addresses.page(link.path) + end
    if link.kind == "file":
        return links.safe(addresses.file(link.path)) if addresses.file else ""
    if link.kind == "outside":
        return links.safe(link.written.strip())
    made = {"picture": addresses.picture, "entity": addresses.entity}.get(link.kind)
    return made(link.path) if made else ""


def candidates(path: str) -> list[str]:
    """Return the files that the path of a page may stand for, the likeliest first."""
    bare = path.strip("/")
    if bare.lower().endswith(MARKDOWN):
        return [bare]
    bare = bare.removesuffix("/index.html").removesuffix("index.html").removesuffix(".html")
    inside = f"{bare}/" if bare else ""
    found = [f"{inside}index.md", f"{inside}README.md", f"{inside}readme.md"]
    return [*found[:1], *([f"{bare}.md", f"{bare}.markdown"] if bare else []), *found[1:]]
