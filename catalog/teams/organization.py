"""The whole organization as it stands in the catalog: read in four statements, and kept for its edition."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from accounts.actors import Actor
from catalog.graphs.walking import edge
from catalog.models import Entity, Relation
from catalog.query.editions import Edition
from catalog.teams import tree
from catalog.teams.tree import Tree

WORDS = ("memberOf", "hasMember", "childOf", "parentOf")


@dataclass(frozen=True)
class Team:
    """A group as lists show it."""

    ref: str
    title: str
    type: str
    description: str


@dataclass
class Organization:
    """All groups: the tree, who is in which, and how much each owns."""

    teams: dict[str, Team] = field(default_factory=dict)
    tree: Tree = field(default_factory=Tree)
    members: dict[str, set[str]] = field(default_factory=dict)
    owned: dict[str, int] = field(default_factory=dict)

    def everybody(self, ref: str) -> set[str]:
        """The members of a group and of those below it."""
        return tree.everybody(ref, self.tree, self.members)

    def parents(self, ref: str) -> list[str]:
        """The groups that a group is a child of."""
        return [parent for parent, children in self.tree.children.items() if ref in children]


def read(actor: Actor) -> Organization:
    """Return the organization as `actor` may see it."""
    edition = Edition.now(actor)
    return edition.cached(["organization"], lambda: _read(edition))


def _read(edition: Edition) -> Organization:
    groups = edition.entities.of_kind("group").for_listing()
    rows = groups.values_list("ref", "title", "type", "description")
    found = Organization({ref: Team(ref, title, type_, text) for ref, title, type_, text in rows})
    members: dict[str, set[str]] = defaultdict(set)
    pairs: list[tuple[str, str]] = []
    told = Relation.objects.filter(type__in=WORDS).values_list("source_ref", "type", "target_ref")
    for arrow in (edge(*row) for row in told.iterator()):
        if arrow.type == "memberOf":
            members[arrow.target].add(arrow.source)
        else:
            pairs.append((arrow.source, arrow.target))
    found.members = dict(members)
    found.tree = tree.grow(list(found.teams), pairs)
    counted = Entity.objects.exclude(owner_ref="").order_by().values("owner_ref").annotate(rows=Count("pk"))
    found.owned = dict(counted.values_list("owner_ref", "rows"))
    return found
