"""What of `mkdocs.yml` matters to a portal that builds nothing: name, folder, contents, and where a page is edited."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.docs import loose_yaml

NAMES = ("mkdocs.yml", "mkdocs.yaml")
DEFAULT_FOLDER = "docs"
# Extensions whose work the portal does itself, or whose lack nobody notices.
HARMLESS_PLUGINS = {"techdocs-core", "search", "offline", "minify", "git-revision-date-localized", "privacy", "meta"}
MOST_REMARKS = 20


@dataclass(frozen=True)
class Config:
    """A configuration.

    Attributes:
        folder: of the pages, from the folder of the file.
        nav: as it is written; None when there is none.
        edit_uri: None when it says nothing of editing, empty when there shall be no link.
        lines: {path of a value: its line}.
        remarks: what of it is not followed, as sentences.
    """

    name: str = ""
    description: str = ""
    folder: str = DEFAULT_FOLDER
    nav: Any = None
    edit_uri: str | None = None
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def parse(text: str, *, file: str = "mkdocs.yml") -> Config:
    """Return what `text` says; whatever cannot be understood is a remark, and the rest is taken."""
    loaded = loose_yaml.read(text)
    if loaded.error or not isinstance(loaded.value, dict):
        why = loaded.error or "It is no map of keys."
        return Config(remarks=(f"{file} cannot be read, so the pages stand in the order of their folders. {why}",))
    value = loaded.value
    remarks: list[str] = []
    edit_uri = value.get("edit_uri")
    return Config(
        name=_text(value.get("site_name"), 255),
        description=_text(value.get("site_description"), 1_000),
        folder=_folder(value.get("docs_dir"), file, remarks),
        nav=value.get("nav"),
        edit_uri=_text(edit_uri, 1_000) if "edit_uri" in value else None,
        lines=loaded.lines,
        remarks=tuple([*remarks, *_plugins(value.get("plugins"), file)][:MOST_REMARKS]),
    )


def _text(value: Any, longest: int) -> str:
    return " ".join(value.split())[:longest] if isinstance(value, str) else ""


def _folder(value: Any, file: str, remarks: list[str]) -> str:
    if value is None:
        return DEFAULT_FOLDER
    path = posixpath.normpath(value) if isinstance(value, str) and "\0" not in value else ".."
    if path.startswith(("/", "../")) or path == "..":
        remarks.append(f"`docs_dir` of {file} leads out of the folder of the file; `{DEFAULT_FOLDER}` is read instead.")
        return DEFAULT_FOLDER
    return "" if path == "." else path


def _plugins(value: Any, file: str) -> list[str]:
    """Name the plug-ins that would change what is shown: a plug-in is a program, and none is run."""
    entries = value if isinstance(value, list) else list(value) if isinstance(value, dict) else []
    names = [next(iter(entry), "") if isinstance(entry, dict) else entry for entry in entries]
    known = [str(name) for name in names if isinstance(name, str) and name]
    return [f"The plug-in `{name[:60]}` of {file} is not run." for name in known if name not in HARMLESS_PLUGINS]
