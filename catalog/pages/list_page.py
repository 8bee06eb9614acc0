"""The catalog's list as a page: tabs of kinds, facets, the columns that fit the kind, the filters that are set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Max
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog import locations, refs
from catalog.models import Entity, Location
from catalog.pages import about, listing, neighbours, rows
from catalog.pages.listing import ATTENTION, NO_OWNER, Criteria, Reader, Tally
from catalog.pages.rows import Table

# Choices of a facet that stand open; the others are folded.
OPEN_CHOICES = 8
# What a row shows beside the name, by kind (U02); the description is the name's second line, and what can be done with
# the entity stands at the end. `domain`, `parent` and `teams` are more than Backstage has.
COLUMNS: dict[str, tuple[str, ...]] = {
    "domain": ("owner", "tags"),
    "system": ("owner", "domain", "tags"),
    "group": ("type", "parent", "tags"),
    "template": ("type", "tags"),
    "user": ("teams", "tags"),
    "location": ("type", "targets"),
}
OTHER_COLUMNS = ("system", "owner", "type", "lifecycle", "namespace", "tags")
DEFAULT_NAMESPACE = "default"
PLURALS: dict[str, str | Promise] = {
    "component": _("Components"),
    "api": _("APIs"),
    "resource": _("Resources"),
    "system": _("Systems"),
    "domain": _("Domains"),
    "group": _("Groups"),
    "user": _("Users"),
    "template": _("Templates"),
    "location": _("Locations"),
}
FACETS: dict[str, str | Promise] = {
    "type": _("Type"),
    "owner": _("Owner"),
    "lifecycle": _("Lifecycle"),
    "tag": _("Tags"),
    "namespace": _("Namespace"),
    "attention": _("Attention"),
}
ATTENTION_WORDS: dict[str, str | Promise] = {"problems": _("With problems"), "orphans": _("Orphans")}


def plural(kind: str) -> str | Promise:
    """Return what several of `kind` are called; a company's own kinds keep their name."""
    return PLURALS.get(kind, kind)


@dataclass(frozen=True)
class KindTab:
    """A kind of which there are some."""

    name: str | Promise
    count: int
    query: str
    is_current: bool


@dataclass(frozen=True)
class Choice:
    """A value of a facet with how many entities have it."""

    value: str
    label: str | Promise
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A fieldset of choices: those that stand open, and the folded rest."""

    name: str
    title: str | Promise
    open: Sequence[Choice]
    folded: Sequence[Choice]


@dataclass(frozen=True)
class Filter:
    """A filter that is set, and the query of the same list without it."""

    label: str
    query: str


@dataclass(frozen=True)
class Column:
    """A head of the table; `sort` is what to sort by when it is clicked, `direction` how it is sorted now."""

    name: str
    title: str | Promise
    query: str = ""
    direction: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether the column has room on wide screens alone."""
        return "data-table__wide" in rows.LOOKS.get(self.name, "")


TITLES: dict[str, str | Promise] = {
    "name": _("Name"),
    "owner": _("Owner"),
    "system": _("System"),
    "type": _("Type"),
    "lifecycle": _("Lifecycle"),
    "namespace": _("Namespace"),
    "tags": _("Tags"),
    "targets": _("Targets"),
    "domain": _("Domain"),
    "parent": _("Parent"),
    "teams": _("Teams"),
}


@dataclass
class ListPage:
    """One page of the list of one kind."""

    criteria: Criteria
    reader: Reader
    tally: Tally
    page: Page[Entity]
    table: Table
    # {ref: title} of the owners that the facet names.
    titles: dict[str, str]

    @property
    def plural(self) -> str | Promise:
        return plural(self.criteria.kind)

    @property
    def is_empty(self) -> bool:
        """Whether the catalog holds nothing at all."""
        return not self.tally.kinds

    @property
    def all_count(self) -> int:
        return self.tally.kinds.get(self.criteria.kind, 0)

    @property
    def is_kind_unknown(self) -> bool:
        """Whether there is nothing of this kind, filtered or not."""
        return not self.all_count

    @property
    def may_register(self) -> bool:
        """Whether the reader is offered to register something; in a read-only catalog nobody is."""
        return rule(self.reader.actor, Act.REGISTER_ENTITY) is not Rule.DENY and not locations.is_readonly()

    @cached_property
    def kinds(self) -> list[KindTab]:
        found = self.tally.kinds
        return [
            KindTab(plural(kind), found[kind], urlencode({"kind": kind}), kind == self.criteria.kind)
            for kind in listing.kinds_in_order(found)
        ]

    @property
    def owned_count(self) -> int:
        return listing.count_owned(self.criteria.kind, reader=self.reader)

    @property
    def starred_count(self) -> int:
        return listing.count_starred(self.criteria.kind, reader=self.reader)

    @property
    def starred(self) -> frozenset[str]:
        """The refs that the reader starred."""
        return self.reader.starred

    @property
    def may_star(self) -> bool:
        """Whether the reader is a person; nobody else has anywhere to keep a star."""
        return self.reader.actor.user_id is not None

    @cached_property
    def facets(self) -> list[Facet]:
        found = (self._facet(name, title) for name, title in FACETS.items() if self._is_worth_asking(name))
        return [facet for facet in found if facet.open]

    @property
    def facet_groups(self) -> SafeString:
        """The facets as they are sent; the same for all who ask for the same, so they are written once."""
        question = ["facets", *self.reader.question(replace(self.criteria, sort=""))]
        template = "catalog/facet_groups.html"
        return self.reader.edition.cached(question, lambda: render_to_string(template, {"facets": self.facets}))

    def _is_worth_asking(self, facet: str) -> bool:
        if facet == "owner":
            return self._has_owners
        return facet != "namespace" or bool(self.criteria.namespaces) or _has_namespaces(self.tally)

    @property
    def _has_owners(self) -> bool:
        """Whether it is worth saying who owns an entity of this kind, or that nobody does."""
        owners = self.tally.choices.get("owner", {})
        return self.criteria.kind in about.OWNED or any(owners) or bool(self.criteria.owners)

    def _facet(self, name: str, title: str | Promise) -> Facet:
        counts = self.tally.choices.get(name, {})
        if name == "attention":
            counts = {word: counts.get(word, 0) for word in ATTENTION}
        chosen = self.criteria.chosen(name)
        values = [NO_OWNER if name == "owner" and not value else value for value in counts]
        choices = [
            Choice(value, self._label(name, value), count, value in chosen)
            for value, count in zip(values, counts.values(), strict=True)
            if value
        ]
        # What is chosen stays in sight, also when nothing is left that has it.
        choices += [Choice(value, self._label(name, value), 0, True) for value in chosen if value not in values]
        first = [choice for number, choice in enumerate(choices) if number < OPEN_CHOICES or choice.is_chosen]
        return Facet(name, title, first, [choice for choice in choices if choice not in first])

    def _label(self, facet: str, value: str) -> str | Promise:
        if facet == "attention":
            return ATTENTION_WORDS[value]
        if facet == "owner":
            return _("No owner") if value == NO_OWNER else self.titles.get(value) or refs.short(value)
        return value

    @cached_property
    def filters(self) -> list[Filter]:
        """The filters that are set, but for the kind and the text, which have controls of their own."""
        return [
            Filter(f"{title}: {self._label(name, value)}", self._query(without=(name, value)))
            for name, title in FACETS.items()
            for value in self.criteria.chosen(name)
        ]

    @cached_property
    def columns(self) -> list[Column]:
        return [self._column(name) for name in ("name", *self.table.columns)]

    def _column(self, name: str) -> Column:
        if name not in listing.SORTS:
            return Column(name, TITLES[name])
        current = self.criteria.sort or "name"
        direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
        after = f"-{name}" if direction == "ascending" else name
        return Column(name, TITLES[name], self._query(sort=after), direction)

    @property
    def all_query(self) -> str:
        return self._query(show="all")

    @property
    def owned_query(self) -> str:
        return self._query(show="owned")

    @property
    def starred_query(self) -> str:
        return self._query(show="starred")

    @property
    def query(self) -> str:
        """The list as it is, for what takes all of it away."""
        return self._query()

    @property
    def clear_query(self) -> str:
        """The same kind without any filter."""
        return urlencode({"kind": self.criteria.kind})

    def _query(self, *, without: tuple[str, str] = ("", ""), **other: str) -> str:
        pairs = [
            ("kind", self.criteria.kind),
            ("q", self.criteria.text),
            ("show", other.get("show", self.criteria.show)),
            ("sort", other.get("sort", self.criteria.sort)),
            *((name, value) for name in FACETS for value in self.criteria.chosen(name) if (name, value) != without),
        ]
        return urlencode([(name, value) for name, value in pairs if value and (name, value) != ("show", "all")])

    @cached_property
    def read_at(self) -> datetime | None:
        """When anything was last read."""
        last: datetime | None = Location.objects.aggregate(last=Max("read_at"))["last"]
        return last


def read(criteria: Criteria, number: object, *, actor: Actor) -> ListPage:
    """Return a page of the list; without a kind, of the first kind that there is."""
    reader = Reader.of(actor)
    criteria = with_kind(criteria, reader=reader)
    tally = listing.tally(criteria, reader=reader)
    page, table = _page(criteria, number, tally, reader)
    owners = sorted({*tally.choices.get("owner", {}), *criteria.owners})
    titles = reader.edition.cached(["titles", owners], lambda: neighbours.titles(owners, actor=actor))
    return ListPage(criteria, reader, tally, page, table, titles)


def with_kind(criteria: Criteria, *, reader: Reader) -> Criteria:
    """Return the criteria with a kind: the one that is asked for, else components, else the first that there is."""
    if criteria.kind:
        return criteria
    kinds = listing.tally(criteria.of_kind("component"), reader=reader).kinds
    return criteria.of_kind("component" if "component" in kinds or not kinds else listing.kinds_in_order(kinds)[0])


def _page(criteria: Criteria, number: object, tally: Tally, reader: Reader) -> tuple[Page[Entity], Table]:
    """Return a page, its rows written once in an edition for all who ask for the same."""
    page = listing.page(criteria, number, reader=reader, count=tally.total)
    question = ["rows", *reader.question(criteria), page.number]
    columns = _columns(criteria, tally)
    table = reader.edition.cached(
        question,
        lambda: rows.read(list(page), columns, actor=reader.actor),
        weigh=lambda found: rows.WEIGHT * len(found.rows),
    )
    return page, table


def _columns(criteria: Criteria, tally: Tally) -> list[str]:
    """Return the columns of a list, without those that would say the same in every row."""
    names = COLUMNS.get(criteria.kind, OTHER_COLUMNS)
    return [name for name in names if not _is_idle(name, criteria, tally)]


def _is_idle(column: str, criteria: Criteria, tally: Tally) -> bool:
    if column == "type":
        return len(criteria.types) == 1
    if column == "namespace":
        return not _has_namespaces(tally)
    if column == "lifecycle":
        return not any(tally.choices.get("lifecycle", {}))
    return column == "tags" and not tally.choices.get("tag")


def _has_namespaces(tally: Tally) -> bool:
    return any(name != DEFAULT_NAMESPACE for name in tally.choices.get("namespace", {}))
