"""The annotations that the catalog adds to an entity: where it was read, and where to look at it and edit it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, replace

from integrations.git import shapes
from integrations.git.shapes import HostedFile
from integrations.git.source_url import SourceUrl, SourceUrlError

MANAGED_BY = "backstage.io/managed-by-location"
MANAGED_BY_ORIGIN = "backstage.io/managed-by-origin-location"
VIEW_URL = "backstage.io/view-url"
EDIT_URL = "backstage.io/edit-url"
SOURCE_LOCATION = "backstage.io/source-location"
ORPHAN = "backstage.io/orphan"
COMMIT_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Place:
    """A file that descriptors are read from.

    Attributes:
        type: of its location: `file`, `url` or `admin`.
        path: the path or address of the file.
        origin: the location that somebody named, as `type:target`, from which this file was reached.
        commit: that it was read at; empty where the source told none.
    """

    type: str
    path: str
    origin: str
    commit: str = ""

    @property
    def base_url(self) -> str:
        """The address of the folder of the file, with a slash at its end."""
        if self.type == "url":
            hosted = shapes.parse(self.path)
            return hosted.base if hosted else f"{posixpath.dirname(self.path)}/"
        if self.type == "file":
            folder = posixpath.dirname(self.path)
            return f"file://{folder}/" if folder != "/" else "file:///"
        return ""


def generated(place: Place) -> dict[str, str]:
    """Return the annotations of the entities of a file; those that the file itself has win over them."""
    found = {MANAGED_BY: f"{place.type}:{place.path}", MANAGED_BY_ORIGIN: place.origin}
    if place.type != "url":
        return found
    hosted = shapes.parse(place.path)
    if hosted is not None:
        return {**found, **_hosted(hosted)}
    try:
        source = SourceUrl.parse(place.path)
    except SourceUrlError:
        return {**found, VIEW_URL: place.path, EDIT_URL: place.path, SOURCE_LOCATION: f"url:{place.base_url}"}
    if COMMIT_HASH.fullmatch(source.ref):
        return found
    view = replace(source, kind="blob") if source.kind == "raw" else source
    folder = source.tree(source.folder)
    return {
        **found,
        VIEW_URL: str(view),
        EDIT_URL: str(view).replace("/blob/", "/edit/", 1),
        SOURCE_LOCATION: f"url:{str(folder).rstrip('/')}/",
    }


def _hosted(file: HostedFile) -> dict[str, str]:
    """Return where to look at a file of GitLab, Bitbucket, Gitea or Azure DevOps; at a commit nothing can be edited."""
    if file.ref_kind == "commit":
        return {}
    return {VIEW_URL: file.view, EDIT_URL: file.edit, SOURCE_LOCATION: f"url:{file.base}"}
