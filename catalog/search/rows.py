"""Entries as rooms put them into the search, and the rows that are kept of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from catalog.search import tokens

ENTITY = "entity"
# Kinds in the order in which people look for them, where all else is equal; docs and runs come after them.
KINDS = ("component", "api", "system", "resource", "domain", "template", "group", "user", "location")
AFTER_ENTITIES = 20
LONGEST_KEY, LONGEST_TEXT = 512, 255
# Before each word of a name or title, which is indexed once more with it: what is in names is found by itself.
IN_NAME = "·"
# Before the type of an entry that is no entity, and before the kind of an entity: the index narrows by them too.
OF_TYPE, OF_KIND = "¤t", "¤k"


@dataclass(frozen=True)
class Entry:
    """Something that can be found.

    Attributes:
        type: `entity`, `docs`, or what a room registered.
        key: what tells it from others of its type.
        name: what it is called by machines; a title that people read may be all there is.
        text: the rest; the first 100,000 signs are looked at.
        entity_ref: the entity that it is or belongs to.
        person_ref: whose own it is, for types that not everybody sees.
    """

    type: str
    key: str
    title: str
    url: str
    name: str = ""
    tags: Iterable[str] = ()
    text: str = field(default="", repr=False)
    entity_ref: str = ""
    owner_ref: str = ""
    person_ref: str = ""
    kind: str = ""
    spec_type: str = ""
    # More words that it is found by, which are not shown.
    more: str = field(default="", repr=False)


class Row(NamedTuple):
    """The columns of `SearchEntry` after its number, in the order in which they are written."""

    type: str
    key: str
    kind: str
    spec_type: str
    entity: str | None
    owner_ref: str
    person_ref: str
    name: str
    title: str
    url: str
    precedence: int
    name_key: str
    title_key: str
    name_words: str
    title_words: str
    tag_words: str
    tags: str
    text_words: str
    text: str


FIELDS = Row._fields


def row(entry: Entry) -> Row:
    """Return what is stored of `entry`, without the one sign that PostgreSQL takes for the end of a text."""
    name_text, title_text = entry.name.replace("\0", " "), entry.title.replace("\0", " ")
    name, name_together = tokens.of(name_text)
    title, title_together = (name, name_together) if title_text == name_text else tokens.of(title_text)
    tags = [tag.lower() for tag in entry.tags]
    text = entry.text[: tokens.LONGEST_TEXT].replace("\0", " ")
    more = f"{text}\n{entry.kind} {entry.spec_type} {entry.more}"
    return Row(
        entry.type,
        key(entry.key),
        entry.kind,
        entry.spec_type.lower()[:LONGEST_TEXT],
        entry.entity_ref or None,
        entry.owner_ref,
        entry.person_ref,
        name_text[:LONGEST_TEXT],
        title_text[:LONGEST_TEXT],
        entry.url,
        _precedence(entry),
        " ".join(name)[:LONGEST_TEXT],
        " ".join(title)[:LONGEST_TEXT],
        tokens.spaced(name, name_together),
        tokens.spaced(title, title_together),
        tokens.spaced(*tokens.of(" ".join(tags))) if tags else "",
        f" {' '.join(tags)} " if tags else "",
        tokens.spaced(*tokens.of(more)),
        text,
    )


def key(text: str) -> str:
    """Return the key as it is stored: a very long one by its beginning and its hash."""
    if len(text) <= LONGEST_KEY:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{text[: LONGEST_KEY - len(digest) - 1]}#{digest}"


def indexed(made: Row) -> str:
    """Return the words that the index holds of a row; what was indexed must be named again to take it out."""
    names = made.name_words if made.name_words == made.title_words else made.name_words + made.title_words
    marks = [f"{IN_NAME}{word}" for word in names.split()]
    marks.append(f"{OF_KIND}{made.kind}" if made.type == ENTITY else f"{OF_TYPE}{made.type}")
    return f"{names}{made.tag_words}{made.text_words}{' '.join(marks)}"


def words_of_names(made: Row) -> set[str]:
    """Return the words of name, title and tags."""
    return set(f"{made.name_words}{made.title_words}{made.tag_words}".split())


def _precedence(entry: Entry) -> int:
    if entry.type != ENTITY:
        return AFTER_ENTITIES
    return KINDS.index(entry.kind) if entry.kind in KINDS else len(KINDS)
