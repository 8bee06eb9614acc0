"""Where the docs of an entity lie, as its annotations say it: beside the descriptor, or in a folder that they name."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from catalog import refs
from catalog.descriptor.annotations import SOURCE_LOCATION
from catalog.models import Entity, Location
from integrations.git.source_url import SourceUrl, SourceUrlError

REF = "backstage.io/techdocs-ref"
ENTITY = "backstage.io/techdocs-entity"
ENTITY_PATH = "backstage.io/techdocs-entity-path"
# Signs of a target; an address of a page has as many again.
LONGEST = 1_000


class Nowhere(Exception):
    """The annotation leads nowhere; the message says why and what to write."""


@dataclass(frozen=True)
class DocsPlace:
    """A folder with `mkdocs.yml` or pages: of a repository (`url`) or on the portal's disk (`file`).

    Attributes:
        root: of a disk, the folder that nothing may leave: the one of the descriptor.
    """

    type: str
    target: str
    root: str = ""

    def __str__(self) -> str:
        return f"{self.type}:{self.target}"


def annotations_of(entity: Entity) -> Mapping[str, Any]:
    """Return the annotations of an entity as its descriptor and the catalog give them."""
    metadata = json.loads(entity.source).get("metadata")
    found = metadata.get("annotations") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def has_own(entity: Entity) -> bool:
    """Whether an entity says where its docs lie."""
    return REF in entity.source and bool(annotations_of(entity).get(REF))


def other_entity(entity: Entity) -> str:
    """Return the ref of the entity whose docs are this one's too; empty when it names none."""
    if ENTITY not in entity.source:
        return ""
    try:
        named = str(annotations_of(entity).get(ENTITY) or "")
        return str(refs.parse(named, default_kind="component", default_namespace=entity.namespace)) if named else ""
    except refs.RefError:
        return ""


def of(entity: Entity) -> DocsPlace:
    """Return where the docs of an entity lie. `entity` has its location and descriptor's file at hand.

    Raises:
        Nowhere: the annotation cannot be followed.
    """
    found = annotations_of(entity)
    kind, colon, target = str(found.get(REF, "")).strip().partition(":")
    if not colon or kind not in ("dir", "url") or not target or len(target) > LONGEST or "\0" in target:
        raise Nowhere(
            f"`{REF}` is `{str(found.get(REF))[:100]}`. Write `dir:.` for docs beside the descriptor, or `url:https://…`."
        )
    if kind == "url":
        return _named(target)
    return _beside(entity, found, target)


def _named(target: str) -> DocsPlace:
    if urlsplit(target).scheme not in ("http", "https"):
        raise Nowhere(f"`{REF}` names {target}, which is no address. Write `url:https://host/owner/name/tree/main`.")
    return DocsPlace("url", _folder(target))


def _beside(entity: Entity, found: Mapping[str, Any], target: str) -> DocsPlace:
    source = str(found.get(SOURCE_LOCATION, "")).removeprefix("url:")
    if urlsplit(source).scheme in ("http", "https"):
        return DocsPlace("url", _joined(source, target))
    if entity.location.type != Location.Type.FILE or entity.descriptor is None:
        raise Nowhere(f"`{REF}` is `dir:{target}`, and the descriptor lies in no folder. Name the folder by `url:`.")
    # Only the portal itself says what of its disk is read; an annotation of the descriptor does not.
    folder = posixpath.dirname(entity.descriptor.file.path)
    path = posixpath.normpath(posixpath.join(folder, target.lstrip("/") or "."))
    if "\0" in path or (path != folder and not path.startswith(f"{folder.rstrip('/')}/")):
        raise Nowhere(
            f"`{REF}` is `dir:{target}`, which leads out of the folder of the descriptor. Name one inside it."
        )
    return DocsPlace("file", path, root=folder)


def _joined(source: str, target: str) -> str:
    try:
        base = SourceUrl.parse(source)
        return str(base.tree(base.tree(base.folder).join(target).path)).rstrip("/")
    except SourceUrlError as error:
        raise Nowhere(f"`{REF}` is `dir:{target}`, which cannot be followed. {error}") from error


def _folder(target: str) -> str:
    try:
        source = SourceUrl.parse(target)
    except SourceUrlError as error:
        raise Nowhere(f"`{REF}` names {target}, which the portal cannot read as a folder. {error}") from error
    return str(source.tree(source.folder) if source.ref else source).rstrip("/")
