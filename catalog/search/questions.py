"""What somebody asks the search: words, phrases in quotes, and operators such as `kind:api` or `tag:java`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from catalog import refs
from catalog.search import tokens

LONGEST = 200
MOST_WORDS = 20
OPERATORS = ("kind", "owner", "tag", "type")
# What stands for the reader's own teams and themselves.
MINE = "me"

_PART = re.compile(r'(?:(?P<operator>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))', re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """What was written in one piece: words that must all be there, or all of them as one."""

    parts: tuple[str, ...]
    joined: str = ""
    # Words that it may be meant for, where nothing is found under what was typed.
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A term, understood. Values of one operator are alternatives; all tags must be there."""

    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    kinds: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All words, as names and titles are compared with them; without operators, the likeliest where corrected."""
        plain = [part for word in self.words for part in word.instead[:1] or word.parts]
        return " ".join(plain + [part for phrase in self.phrases for part in phrase])

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing at all."""
        return not (self.words or self.phrases or self.is_narrow)

    @property
    def is_narrow(self) -> bool:
        """Whether operators narrow it."""
        return bool(self.kinds or self.owners or self.tags or self.types)

    @property
    def is_corrected(self) -> bool:
        """Whether other words are looked for than were typed."""
        return any(word.instead for word in self.words)

    def spelled_as(self, text: str) -> str:
        """Return what was typed, corrected as it is written in `text`, one of the hits."""
        written, together = tokens.of(text)
        known = [*written, *together]
        plain = []
        for word in self.words:
            fitting = (each for each in word.instead if any(other.startswith(each) for other in known))
            plain.append(next(fitting, word.instead[0]) if word.instead else " ".join(word.parts))
        return " ".join(plain + [f'"{" ".join(phrase)}"' for phrase in self.phrases])

    @property
    def is_plain(self) -> bool:
        """Whether it is words alone, as they may begin a name."""
        return bool(self.words) and not (self.phrases or self.is_narrow or self.is_corrected)

    @property
    def marked(self) -> tuple[str, ...]:
        """The words to mark in what is found."""
        plain = [each for word in self.words for each in (*word.parts, word.joined, *word.instead) if each]
        return tuple(dict.fromkeys(plain + [part for phrase in self.phrases for part in phrase]))

    def with_words(self, changed: tuple[Word, ...]) -> Question:
        return replace(self, words=changed)


@dataclass
class _Reading:
    """A question in the making."""

    words: list[Word] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in OPERATORS})

    def take(self, operator: str, text: str, is_quoted: bool) -> None:
        if operator in OPERATORS and text:
            self.values[operator].append(text)
        elif is_quoted and not operator:
            phrase, _ = tokens.of(text)
            if phrase:
                self.phrases.append(tuple(phrase))
        else:
            plain = f"{operator} {text}" if operator else text
            self.words += [Word(tuple(parts), joined) for parts, joined in tokens.pieces(plain)]


def read(term: str) -> Question:
    """Return what `term` asks for; an operator that is unknown is a word like any other."""
    reading = _Reading()
    for match in _PART.finditer(term[:LONGEST].replace("\0", " ")):
        quoted = match["quoted"]
        text = match["plain"] if quoted is None else quoted.strip()
        reading.take((match["operator"] or "").lower(), text, quoted is not None)
    values = reading.values
    return Question(
        words=tuple(dict.fromkeys(reading.words))[:MOST_WORDS],
        phrases=tuple(dict.fromkeys(reading.phrases))[:MOST_WORDS],
        kinds=_distinct(kind.lower() for kind in values["kind"]),
        owners=_distinct(map(owner_ref, values["owner"])),
        tags=_distinct(tag.lower() for tag in values["tag"]),
        types=_distinct(type_.lower() for type_ in values["type"]),
    )


def owner_ref(text: str) -> str:
    """Return the ref of an owner as people name one: `shop` is the group, `me` the reader."""
    if text.lower() == MINE:
        return MINE
    try:
        return str(refs.parse(text, default_kind="group"))
    except refs.RefError:
        return text.lower()


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))[:MOST_WORDS]
