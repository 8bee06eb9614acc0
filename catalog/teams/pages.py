"""What the pages of teams show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count

from accounts.actors import Actor
from catalog import refs
from catalog.graphs import edges
from catalog.models import Descriptor, Entity
from catalog.pages import neighbours
from catalog.pages.neighbours import Neighbour
from catalog.storage import bulk
from catalog.teams import organization
from catalog.teams.organization import Organization, Team

PER_PAGE = 100
MEMBERS_PER_PAGE = 48
MOST_CHANGED = 8
# Indents that the style sheet knows.
DEEPEST = 6
# Relations by which one team's things need another's.
NEEDS = ("dependsOn", "consumesApi")
MOST_OWNED = 2_000


@dataclass(frozen=True)
class TeamRow:
    """A team in the list of all."""

    team: Team
    depth: int
    member_count: int
    everybody_count: int
    owned_count: int
    problem_count: int
    is_own: bool


@dataclass
class TeamList:
    """A page of the tree, or of the teams that a text finds."""

    text: str
    page: Page[TeamRow]
    team_count: int
    people_count: int


def read_list(text: str, number: object, *, actor: Actor) -> TeamList:
    """Return the tree of teams; with a text only those that have it in their name, without their place in the tree."""
    found = organization.read(actor)
    problems = _problems(found.teams)
    words = text.lower().split()
    rows = []
    for branch in found.tree.branches():
        team = found.teams[branch.ref]
        if all(word in f"{team.title} {refs.short(team.ref)}".lower() for word in words):
            depth = 0 if words else min(branch.depth, DEEPEST)
            rows.append(_row(team, depth, found, problems, actor))
    page = Paginator(rows, PER_PAGE).get_page(cast("Any", number))
    people = {member for members in found.members.values() for member in members}
    return TeamList(text, page, len(found.teams), len(people))


def _row(team: Team, depth: int, found: Organization, problems: Counter[str], actor: Actor) -> TeamRow:
    return TeamRow(
        team,
        depth,
        member_count=len(found.members.get(team.ref, ())),
        everybody_count=len(found.everybody(team.ref)),
        owned_count=found.owned.get(team.ref, 0),
        problem_count=problems[team.ref],
        is_own=team.ref in actor.group_refs,
    )


def _problems(owner_refs: Collection[str]) -> Counter[str]:
    rows = Descriptor.objects.with_problems().exclude(owner_ref="").order_by().values("owner_ref")
    counted = rows.annotate(rows=Count("pk")).values_list("owner_ref", "rows")
    return Counter({ref: count for ref, count in counted if ref in owner_refs})


@dataclass(frozen=True)
class Person:
    """Somebody in a team, and the groups through which they are in it."""

    neighbour: Neighbour
    groups: list[str]


@dataclass(frozen=True)
class Owned:
    """How many entities of a kind and type there are; `query` is that of the list that shows them."""

    kind: str
    type: str
    count: int


@dataclass(frozen=True)
class Interplay:
    """Another team, and how many of its things need ours or the other way round."""

    ref: str
    count: int


@dataclass
class TeamPage:
    """A team."""

    entity: Entity
    parents: list[Team]
    children: list[TeamRow]
    members: Page[Person]
    shows_everybody: bool
    member_count: int
    everybody_count: int
    owned: list[Owned]
    owned_total: int
    changed: list[Entity]
    problem_count: int
    is_own: bool
    needed_by: list[Interplay] = field(default_factory=list)
    needs: list[Interplay] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)


def read(entity: Entity, *, everybody: bool, number: object, actor: Actor) -> TeamPage:
    """Return the page of a team.

    Args:
        everybody: list the members of the teams below it too.
    """
    found = organization.read(actor)
    problems = _problems(found.teams)
    members = found.members.get(entity.ref, set())
    every = found.everybody(entity.ref)
    below = set(found.tree.below(entity.ref)[1:])
    mine = Entity.objects.visible_to(actor).owned_by([entity.ref])
    page = TeamPage(
        entity=entity,
        parents=[found.teams[ref] for ref in found.parents(entity.ref)],
        children=[_row(found.teams[ref], 0, found, problems, actor) for ref in found.tree.children.get(entity.ref, [])],
        members=_members(every if everybody else members, found, {entity.ref, *below}, number, actor),
        shows_everybody=everybody,
        member_count=len(members),
        everybody_count=len(every),
        owned=owned(mine),
        owned_total=found.owned.get(entity.ref, 0),
        changed=list(mine.defer("document", "source", "search_text").order_by("-changed_at", "ref")[:MOST_CHANGED]),
        problem_count=problems[entity.ref],
        is_own=entity.ref in actor.group_refs,
    )
    page.needed_by, page.needs = _interplay(entity.ref, actor)
    teams = {each.ref for each in (*page.needed_by, *page.needs)}
    groups = {group for person in page.members for group in person.groups}
    page.titles = neighbours.titles([*teams, *groups], actor=actor)
    return page


def owned(mine: Any) -> list[Owned]:
    """Return how many of each kind and type there are, the most first."""
    rows = mine.order_by().values("kind", "type").annotate(rows=Count("pk")).values_list("kind", "type", "rows")
    return sorted((Owned(*row) for row in rows), key=lambda each: (-each.count, each.kind, each.type))


def _members(
    refs_: Collection[str], found: Organization, within: Collection[str], number: object, actor: Actor
) -> Page[Person]:
    """Return a page of people in the order of their references, each with the groups through which they belong here."""
    page = Paginator(sorted(refs_), MEMBERS_PER_PAGE).get_page(cast("Any", number))
    known = neighbours.look_up(page.object_list, actor=actor)
    people = [
        Person(known[ref], sorted(group for group in within if ref in found.members.get(group, ())))
        for ref in page.object_list
    ]
    page.object_list = cast("Any", people)
    return cast("Page[Person]", page)


def _interplay(team_ref: str, actor: Actor) -> tuple[list[Interplay], list[Interplay]]:
    """Return whose things need this team's, and whose things this team's need, by how many of them."""
    visible = Entity.objects.visible_to(actor)
    mine = set(visible.owned_by([team_ref]).values_list("ref", flat=True)[:MOST_OWNED])
    arrows = [each for each in set(edges.of(mine, NEEDS)) if (each.source in mine) != (each.target in mine)]
    others = {each.target if each.source in mine else each.source for each in arrows}
    owner_of: dict[str, str] = {}
    for chunk in bulk.chunks(sorted(others)):
        owner_of |= dict(visible.filter(ref__in=chunk).values_list("ref", "owner_ref"))
    inward = {(owner_of.get(each.source, ""), each.source) for each in arrows if each.target in mine}
    outward = {(owner_of.get(each.target, ""), each.target) for each in arrows if each.source in mine}
    return _counted(inward, team_ref), _counted(outward, team_ref)


def _counted(pairs: Iterable[tuple[str, str]], own: str) -> list[Interplay]:
    counts = Counter(owner for owner, _ in pairs if owner and owner != own)
    return [Interplay(ref, count) for ref, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
