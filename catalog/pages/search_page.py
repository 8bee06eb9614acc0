"""The page of the search: hits of a page, how many there are of each sort, and what to do when there are none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog import refs, search
from catalog.models import SearchEntry
from catalog.pages import listing, neighbours
from catalog.query.editions import Edition
from catalog.search import commands, entry_types, marks, questions
from catalog.search.asking import Asked
from catalog.search.commands import Offered
from catalog.search.rows import ENTITY

PER_PAGE = 25
MOST_OWNERS, MOST_COMMANDS, MOST_TAGS = 12, 4, 4
# Further back nobody reads; who has not found it by then asks more narrowly.
LAST_PAGE = 400


@dataclass(frozen=True)
class Wanted:
    """What somebody asks the search for."""

    term: str = ""
    kind: str = ""
    type: str = ""
    owners: tuple[str, ...] = ()
    sort: str = search.BEST

    def query(self, **changed: Any) -> str:
        """Return the part of an address that asks for the same, but for what is `changed`."""
        asked = replace(self, **changed)
        pairs = [("q", asked.term), ("kind", asked.kind), ("type", asked.type)]
        pairs += [("owner", owner) for owner in asked.owners]
        pairs += [("sort", asked.sort)] if asked.sort != search.BEST else []
        return urlencode([(name, value) for name, value in pairs if value])


@dataclass(frozen=True)
class Hit:
    """Something that was found, as the page shows it."""

    entry: SearchEntry
    words: tuple[str, ...]

    @property
    def url(self) -> str:
        return self.entry.get_absolute_url()

    @property
    def title(self) -> list[marks.Piece]:
        return marks.pieces(self.entry.title, self.words)

    @property
    def name(self) -> list[marks.Piece]:
        """The name, where it is another than the title."""
        is_other = self.entry.name and self.entry.name != self.entry.title
        return marks.pieces(self.entry.name, self.words) if is_other else []

    @property
    def passage(self) -> list[marks.Piece]:
        return marks.pieces(marks.passage(self.entry.text, self.words), self.words)

    @property
    def tags(self) -> list[list[marks.Piece]]:
        return [marks.pieces(tag, self.words) for tag in self.entry.tag_list[:MOST_TAGS]]

    @property
    def icon(self) -> str:
        """The icon of its type; an entity has that of its kind."""
        found = entry_types.named(self.entry.type)
        return found.icon if found and self.entry.type != ENTITY else ""

    @property
    def word(self) -> str:
        """What it is: "service", "API", "docs"."""
        if self.entry.type == ENTITY:
            return neighbours.word(self.entry.kind, self.entry.spec_type)
        found = entry_types.named(self.entry.type)
        about = refs.short(str(self.entry.entity_id)) if self.entry.entity_id else ""
        return " · ".join(filter(None, [str(found.word) if found else self.entry.type, about]))


@dataclass(frozen=True)
class Sort:
    """A sort of hits: entities of a kind, docs, runs; or an owner of some."""

    title: str | Promise
    count: int
    query: str
    is_current: bool
    kind: str = ""


@dataclass
class Found:
    """What a term finds."""

    wanted: Wanted
    page: Page[int] | None = None
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    everything: Sort | None = None
    sorts: list[Sort] = field(default_factory=list)
    owners: list[Sort] = field(default_factory=list)
    commands: list[Offered] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    # Nothing was found as it was typed; `meant` is how it is spelled where something was.
    is_corrected: bool = False
    meant: str = ""
    # Words that find something by themselves, where all of them together find nothing.
    apart: list[str] = field(default_factory=list)
    may_register: bool = False

    @property
    def term(self) -> str:
        return self.wanted.term

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is chosen beside the term."""
        return bool(self.wanted.kind or self.wanted.type or self.wanted.owners)

    @property
    def all_query(self) -> str:
        return self.wanted.query(kind="", type="", owners=())

    @property
    def sort_queries(self) -> dict[str, str]:
        return {sort: self.wanted.query(sort=sort) for sort in search.SORTS}

    @property
    def meant_query(self) -> str:
        return urlencode({"q": self.meant})


class _Counted(Paginator[int]):
    """Pages of hits: told how many there are, and asked for the numbers of each page when it is shown."""

    def __init__(self, asked: Asked, total: int) -> None:
        super().__init__([], PER_PAGE)
        self._asked, self._total = asked, total

    @property
    def count(self) -> int:
        return min(self._total, LAST_PAGE * PER_PAGE)

    def page(self, number: int | str) -> Page[int]:
        number = self.validate_number(number)
        return Page(self._asked.page(PER_PAGE, (number - 1) * PER_PAGE, total=self._total), number, self)


def read(wanted: Wanted, number: object, *, actor: Actor) -> Found:
    """Return the hits of what is asked for, the best first; no term finds nothing."""
    found = Found(wanted, may_register=rule(actor, Act.REGISTER_ENTITY) is not Rule.DENY)
    asked = search.ask(wanted.term, actor=actor, sort=wanted.sort)
    if asked.question.is_empty:
        return found
    edition = Edition.now(actor)
    counts = _common_counts(asked, wanted, edition)
    if not counts and not wanted.owners:
        spelling = search.forgiving(asked)
        asked, found.is_corrected = spelling.asked, spelling.is_corrected
        counts = _common_counts(asked, wanted, edition) if found.is_corrected else {}
        found.apart = [" ".join(word.parts) for word in spelling.known] if len(asked.question.words) > 1 else []
    if not found.is_corrected:
        counts |= _own_counts(asked, wanted)
    _tell_sorts(found, counts)
    found.total = sum(count for key, count in counts.items() if _is_wanted(key, wanted))
    if found.total:
        found.page = _Counted(_narrowed(asked, wanted), found.total).get_page(cast("Any", number))
        _tell_hits(found, asked)
        _tell_owners(found, asked, edition)
    if not found.is_narrowed and (found.page is None or found.page.number == 1):
        found.commands = commands.offered(asked.question, actor=actor)[:MOST_COMMANDS]
    return found


def _narrowed(asked: Asked, wanted: Wanted) -> Asked:
    question = asked.question
    kinds = (wanted.kind,) if wanted.kind else question.kinds
    narrowed = replace(question, kinds=kinds, owners=wanted.owners or question.owners)
    return replace(asked, question=narrowed, types=(wanted.type,) if wanted.type else ())


def _is_wanted(key: tuple[str, str], wanted: Wanted) -> bool:
    type_, kind = key
    return (not wanted.kind or kind == wanted.kind) and (not wanted.type or type_ == wanted.type)


def _common_counts(asked: Asked, wanted: Wanted, edition: Edition) -> dict[tuple[str, str], int]:
    """Return how many there are of each type and kind that everybody finds, counted once in an edition."""
    chosen = replace(_narrowed(asked, Wanted(owners=wanted.owners)), types=entry_types.of_all())
    counts = edition.cached(["search", _key(chosen)], lambda: [(*key, count) for key, count in chosen.counts().items()])
    return {(type_, kind): count for type_, kind, count in counts}


def _own_counts(asked: Asked, wanted: Wanted) -> dict[tuple[str, str], int]:
    """Return how many there are of each type of which each reader finds their own."""
    types = entry_types.of_some()
    return replace(_narrowed(asked, Wanted(owners=wanted.owners)), types=types).counts() if types else {}


def _key(asked: Asked) -> str:
    """Return what the number of hits depends on, beside who asks."""
    mine = sorted(asked.actor.owner_refs) if questions.MINE in asked.question.owners else []
    return repr((asked.question, asked.types, mine))


def _tell_sorts(found: Found, counts: dict[tuple[str, str], int]) -> None:
    wanted = found.wanted
    total = sum(counts.values())
    is_all = not (wanted.kind or wanted.type)
    found.everything = Sort("", total, wanted.query(kind="", type=""), is_all)
    kinds = {kind: count for (type_, kind), count in counts.items() if type_ == ENTITY}
    found.sorts = [
        Sort("", kinds[kind], wanted.query(kind=kind, type=""), wanted.kind == kind, kind)
        for kind in listing.kinds_in_order(kinds)
    ]
    for each in entry_types.all_types():
        count = sum(number for (type_, _), number in counts.items() if type_ == each.id != ENTITY)
        if count:
            query = wanted.query(kind="", type=each.id)
            found.sorts.append(Sort(each.title, count, query, wanted.type == each.id))


def _tell_hits(found: Found, asked: Asked) -> None:
    rows = search.in_order(list(found.page or ()))
    found.titles = {row.owner_ref: row.owner_title for row in rows if row.owner_title}
    found.hits = [Hit(row, asked.question.marked) for row in rows]
    if found.is_corrected and rows:
        found.meant = asked.question.spelled_as(f"{rows[0].name} {rows[0].title} {rows[0].tags}")


def _tell_owners(found: Found, asked: Asked, edition: Edition) -> None:
    """Tell the owners of most hits, and those that are chosen."""
    if found.is_corrected:  # what was meant is not certain yet
        return
    wanted = found.wanted
    narrowed = _narrowed(asked, replace(wanted, owners=()))
    narrowed = replace(narrowed, types=narrowed.types or entry_types.of_all())
    counts = edition.cached(["search owners", _key(narrowed)], narrowed.owners)
    first = sorted(counts, key=lambda ref: (-counts[ref], ref))[:MOST_OWNERS]
    shown = [*first, *(ref for ref in wanted.owners if ref not in first)]
    missing = [ref for ref in shown if ref not in found.titles]
    titles = found.titles | (neighbours.titles(missing, actor=asked.actor) if missing else {})
    found.owners = [
        Sort(
            titles.get(ref) or refs.short(ref),
            counts.get(ref, 0),
            wanted.query(owners=_toggled(wanted.owners, ref)),
            ref in wanted.owners,
        )
        for ref in shown
    ]


def _toggled(values: Iterable[str], value: str) -> tuple[str, ...]:
    values = tuple(values)
    return tuple(each for each in values if each != value) if value in values else (*values, value)
