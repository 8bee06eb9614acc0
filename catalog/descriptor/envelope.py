"""Checks what all entities have in common: the top of the document and its metadata (C01 to C12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from catalog.descriptor import checks
from catalog.descriptor.checks import Check
from catalog.descriptor.faults import MISSING, Fault, Path

ROOT_KEYS = ("apiVersion", "kind", "metadata", "spec")
MOST_TAGS = MOST_LINKS = 100
MOST_ANNOTATIONS = MOST_LABELS = 200
LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 10_000
# Control signs and those that turn the direction of text: a name with one reads as another.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
TEXT = "a string"
FILLED = "a string that is not empty"


def check(entity: Any) -> list[Fault]:
    """Return each rule of the envelope that `entity` breaks, in the order of the document."""
    if not isinstance(entity, dict):
        cure = "Begin the document with `apiVersion:`, `kind:`, `metadata:` and `spec:`."
        return [Fault((), "C01", "a map with apiVersion, kind, metadata and spec", entity, cure)]
    return [*_root(entity), *_metadata(entity.get("metadata", MISSING))]


def _root(entity: dict[str, Any]) -> Iterator[Fault]:
    for key in entity:
        if key not in ROOT_KEYS:
            cure = (
                f"Remove it; an entity has {', '.join(ROOT_KEYS)} at its top. Indent it if it belongs to one of them."
            )
            message = f"Unknown field {key[:100]}."
            yield Fault((key,), "C01", ", ".join(ROOT_KEYS), key, cure, message=message, at_key=True)
    yield from _required(("apiVersion",), entity.get("apiVersion", MISSING), checks.API_VERSION)
    yield from _required(("kind",), entity.get("kind", MISSING), checks.KIND_FORM)
    spec = entity.get("spec", MISSING)
    if spec is not MISSING and not isinstance(spec, dict):
        yield Fault(("spec",), "C01", "a map", spec, "Write the fields of the kind below `spec:`, indented.")


def _metadata(metadata: Any) -> Iterator[Fault]:
    if not isinstance(metadata, dict):
        yield Fault(("metadata",), "C05", "a map with at least a name", metadata, "Add `metadata:` with a `name:`.")
        return
    yield from _required(("metadata", "name"), metadata.get("name", MISSING), checks.ENTITY_NAME)
    yield from _optional(("metadata", "namespace"), metadata.get("namespace", MISSING), checks.NAMESPACE)
    yield from _text(("metadata", "title"), metadata.get("title", MISSING), "C12", longest=LONGEST_TITLE)
    yield from _description(("metadata", "description"), metadata.get("description", MISSING))
    yield from _text(("metadata", "uid"), metadata.get("uid", MISSING), "C12")
    yield from _text(("metadata", "etag"), metadata.get("etag", MISSING), "C12")
    if "labels" in metadata:
        yield from _labels(metadata["labels"])
    if "annotations" in metadata:
        yield from _annotations(metadata["annotations"])
    if "tags" in metadata:
        yield from _tags(metadata["tags"])
    if "links" in metadata:
        yield from _links(metadata["links"])


def _required(path: Path, value: Any, check: Check) -> Iterator[Fault]:
    if not isinstance(value, str) or not check.holds(value):
        yield Fault(path, check.rule, check.expected, value, check.cure)


def _optional(path: Path, value: Any, check: Check) -> Iterator[Fault]:
    if value is not MISSING:
        yield from _required(path, value, check)


def _text(path: Path, value: Any, rule: str, *, longest: int = 0) -> Iterator[Fault]:
    """Check a text that is optional, but not empty where it is given."""
    if value is MISSING:
        return
    if not isinstance(value, str) or not value:
        yield Fault(path, rule, FILLED, value, "Write a text, or remove the field.")
    elif longest and len(value) > longest:
        yield Fault(path, rule, f"a string of at most {longest} characters", value, "Make it shorter.")
    elif UNSAFE.search(value):
        yield Fault(path, rule, "a string without control characters", _unsafe(value), "Remove the character.")


def _description(path: Path, value: Any) -> Iterator[Fault]:
    if value is MISSING:
        return
    if not isinstance(value, str):
        yield Fault(path, "C12", TEXT, value, "Put the text in quotes.")
    elif len(value) > LONGEST_DESCRIPTION:
        cure = "Keep a summary here, and the rest in the documentation."
        yield Fault(path, "C12", f"a string of at most {LONGEST_DESCRIPTION} characters", value, cure)


def _labels(labels: Any) -> Iterator[Fault]:
    path: Path = ("metadata", "labels")
    yield from _map(path, labels, "C07", MOST_LABELS)
    for key, value in labels.items() if isinstance(labels, dict) else ():
        yield from _key((*path, key), key)
        if not isinstance(value, str) or not checks.LABEL_VALUE.holds(value):
            check = checks.LABEL_VALUE
            yield Fault((*path, key), check.rule, check.expected, value, _quotes(value, check.cure))


def _annotations(annotations: Any) -> Iterator[Fault]:
    path: Path = ("metadata", "annotations")
    yield from _map(path, annotations, "C09", MOST_ANNOTATIONS)
    for key, value in annotations.items() if isinstance(annotations, dict) else ():
        yield from _key((*path, key), key)
        if not isinstance(value, str):
            yield Fault((*path, key), "C09", TEXT, value, _quotes(value, "Write a text, or remove the annotation."))


def _key(path: Path, key: str) -> Iterator[Fault]:
    check = checks.LABEL_KEY
    if not check.holds(key):
        yield Fault(path, check.rule, check.expected, key, check.cure, at_key=True)


def _map(path: Path, value: Any, rule: str, most: int) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(path, rule, "a map", value, "Write `key: value` lines below it, indented, or remove the field.")
    elif len(value) > most:
        yield Fault(path, rule, f"at most {most} entries", len(value), "Keep those that are used.")


def _tags(tags: Any) -> Iterator[Fault]:
    path: Path = ("metadata", "tags")
    yield from _list(path, tags, "C10", MOST_TAGS)
    for index, tag in enumerate(tags if isinstance(tags, list) else ()):
        check = checks.TAG_FORM
        if not isinstance(tag, str) or not check.holds(tag):
            yield Fault((*path, index), check.rule, check.expected, tag, _quotes(tag, check.cure))


def _links(links: Any) -> Iterator[Fault]:
    path: Path = ("metadata", "links")
    yield from _list(path, links, "C11", MOST_LINKS)
    for index, link in enumerate(links if isinstance(links, list) else ()):
        place = (*path, index)
        if not isinstance(link, dict):
            yield Fault(place, "C11", "a map with a url", link, "Write `- url: https://…`.")
            continue
        yield from _required((*place, "url"), link.get("url", MISSING), checks.LINK_URL)
        for name in ("title", "icon", "type"):
            value = link.get(name, MISSING)
            if value is not MISSING and not (isinstance(value, str) and (value.strip() or (name == "type" and value))):
                yield Fault((*place, name), "C11", FILLED, value, "Write a text, or remove the field.")


def _list(path: Path, value: Any, rule: str, most: int) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield Fault(path, rule, "a list", value, "Write each on a line of its own that begins with `- `.")
    elif len(value) > most:
        yield Fault(path, rule, f"at most {most} entries", len(value), "Keep those that are used.")


def _quotes(value: Any, otherwise: str) -> str:
    """Return the cure for a number or a yes-or-no where a text belongs: the classic slip in YAML."""
    if isinstance(value, bool | int | float):
        return "Put the value in quotes, so that YAML reads it as a text."
    return otherwise


def _unsafe(value: str) -> str:
    return UNSAFE.sub(lambda match: f"<U+{ord(match[0]):04X}>", value)
