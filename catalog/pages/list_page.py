"""The catalog's list as a page: tabs of kinds, facets, the columns that fit the kind, the filters that are set."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog import refs
from catalog.models import Entity, Location
from catalog.pages import about, listing, neighbours
from catalog.pages.listing import ATTENTION, NO_OWNER, Criteria, Tally

# Choices of a facet that stand open; the others are folded.
OPEN_CHOICES = 8
# What a row shows beside the name, by kind (U02), in the order of the template's cells; the description is the name's
# second line.
COLUMNS: dict[str, tuple[str, ...]] = {
    "domain": ("owner", "tags"),
    "system": ("owner", "domain", "tags"),
    "resource": ("owner", "system", "type", "tags"),
    "group": ("parent", "type", "tags"),
    "template": ("owner", "type", "tags"),
    "user": ("teams", "tags"),
    "location": ("type", "targets"),
}
OTHER_COLUMNS = ("owner", "system", "type", "lifecycle", "tags")
# Columns that a relation fills.
RELATIONS = {"domain": "partOf", "parent": "childOf", "teams": "memberOf"}
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


TITLES: dict[str, str | Promise] = {
    "name": _("Name"),
    "owner": _("Owner"),
    "system": _("System"),
    "type": _("Type"),
    "lifecycle": _("Lifecycle"),
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
    tally: Tally
    page: Page[Entity]
    titles: dict[str, str]
    actor: Actor
    # {ref: {column: what stands in it}} where a column shows what the row of the database does not hold.
    lists: dict[str, dict[str, list[str]]]

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
        return rule(self.actor, Act.REGISTER_ENTITY) is not Rule.DENY

    @cached_property
    def kinds(self) -> list[KindTab]:
        found = self.tally.kinds
        return [
            KindTab(plural(kind), found[kind], urlencode({"kind": kind}), kind == self.criteria.kind)
            for kind in listing.kinds_in_order(found)
        ]

    @cached_property
    def facets(self) -> list[Facet]:
        found = (self._facet(name, title) for name, title in FACETS.items() if name != "owner" or self._has_owners)
        return [facet for facet in found if facet.open]

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
        names = COLUMNS.get(self.criteria.kind, OTHER_COLUMNS)
        if len(self.criteria.types) == 1:
            names = tuple(name for name in names if name != "type")
        names = tuple(name for name in names if not self._is_bare(name))
        return [self._column(name) for name in ("name", *names)]

    @cached_property
    def shows(self) -> dict[str, bool]:
        """Which columns there are: {name: True}."""
        return {column.name: True for column in self.columns}

    @cached_property
    def related(self) -> str:
        """The column that a relation fills, if there is one."""
        return next((name for name in RELATIONS if name in self.shows), "")

    @cached_property
    def tag_address(self) -> str:
        """Where a tag of a row leads, up to the tag."""
        return f"?{urlencode({'kind': self.criteria.kind})}&tag="

    def _is_bare(self, column: str) -> bool:
        """Whether a column would hold nothing but dashes."""
        if column == "tags":
            return not self.tally.choices.get("tag")
        return column in RELATIONS and not any(row[column] for row in self.lists.values())

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


def _lists(kind: str, page: Page[Entity]) -> dict[str, dict[str, list[str]]]:
    """Return what only the documents of a page hold: targets of locations, and relations that have a column."""
    wanted = {column: RELATIONS[column] for column in COLUMNS.get(kind, ()) if column in RELATIONS}
    if not wanted and kind != "location":
        return {}
    rows = Entity.objects.filter(pk__in=[row.pk for row in page]).values_list("ref", "document")
    documents = {ref: json.loads(document) for ref, document in rows}
    if kind == "location":
        return {ref: {"targets": _targets(document)} for ref, document in documents.items()}
    return {
        ref: {column: _related(document, type_) for column, type_ in wanted.items()}
        for ref, document in documents.items()
    }


def _related(document: dict[str, Any], type_: str) -> list[str]:
    return [each["targetRef"] for each in document.get("relations") or () if each["type"] == type_]


def _targets(document: dict[str, object]) -> list[str]:
    spec = document.get("spec")
    if not isinstance(spec, dict):
        return []
    targets = [spec["target"]] if "target" in spec else spec.get("targets") or []
    return [str(target) for target in targets]


def read(criteria: Criteria, number: object, *, actor: Actor) -> ListPage:
    """Return a page of the list; without a kind, of the first kind that there is."""
    criteria = criteria if criteria.kind else criteria.of_kind("component")
    tally = listing.tally(criteria, actor=actor)
    if criteria.kind == "component" and not tally.kinds.get("component") and tally.kinds:
        criteria = criteria.of_kind(listing.kinds_in_order(tally.kinds)[0])
        tally = listing.tally(criteria, actor=actor)
    page = listing.page(criteria, number, actor=actor, count=tally.total)
    lists = _lists(criteria.kind, page)
    wanted = {ref for row in page for ref in (row.owner_ref, row.system_ref)} | set(tally.choices.get("owner", {}))
    wanted |= set(criteria.owners) | {ref for row in lists.values() for column in row.values() for ref in column}
    return ListPage(criteria, tally, page, neighbours.titles(wanted, actor=actor), actor, lists)
