"""What the graph page shows: the part that is asked for as nodes and arrows, as a list, and what breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.utils.functional import Promise

from accounts.actors import Actor
from catalog.graphs import edges, impact, walking
from catalog.graphs.forms import GraphQuestion
from catalog.graphs.impact import Hit, Impact
from catalog.graphs.walking import Walk
from catalog.models import Entity
from catalog.pages import neighbours
from catalog.pages.neighbours import Neighbour
from catalog.query.editions import Edition

MOST_NODES = 300
MOST_HITS = 500
# Systems and domains that the page begins with where nothing is asked for.
MOST_ROOTS = 60
MOST_MATCHES = 20
# Ownership joins nearly everything to a few groups: it is drawn where it is asked for, or where it is all there is.
BUSY = ("ownedBy", "memberOf")
PEOPLE = ("group", "user")


@dataclass(frozen=True)
class Node:
    """An entity in the picture."""

    neighbour: Neighbour
    distance: int

    def to_json(self) -> dict[str, Any]:
        """Return what the script draws."""
        each = self.neighbour
        url = "" if each.is_missing else each.url
        data = {"id": each.ref, "title": each.title, "word": each.word, "kind": each.kind, "url": url}
        return {**data, "isRoot": self.distance == 0, "isMissing": each.is_missing}


@dataclass(frozen=True)
class HitRow:
    """An entity that is hit, with what hits it."""

    hit: Hit
    entity: Neighbour
    because: Neighbour
    owner_ref: str


@dataclass
class GraphPage:
    """The page. `matches` are the entities to choose from where a text was asked for."""

    question: GraphQuestion
    nodes: list[Node] = field(default_factory=list)
    drawing: dict[str, Any] = field(default_factory=dict)
    is_cut: bool = False
    is_overview: bool = False
    root: Neighbour | None = None
    hits: list[HitRow] = field(default_factory=list)
    impact: Impact | None = None
    owners: list[tuple[str, int]] = field(default_factory=list)
    matches: list[Entity] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    relations: list[tuple[str, str | Promise]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)


def read(question: GraphQuestion, *, actor: Actor) -> GraphPage:
    """Return the page; without a root it is the map of the domains and systems."""
    page = GraphPage(question)
    if question.text:
        page.matches = _matches(question.text, actor)
        if len(page.matches) == 1 and not question.roots:
            question = page.question = replace(question, roots=(page.matches[0].ref,), text="")
            page.matches = []
    walk = _walk(question, actor, page)
    known = neighbours.look_up(walk.refs, actor=actor)
    page.nodes = [Node(known[ref], walk.distances[ref]) for ref in walk.refs]
    page.is_cut = walk.is_cut
    page.drawing = _drawing(page, walk)
    page.kinds = Edition.now(actor).cached(["kinds of the graph"], lambda: _kinds(actor))
    page.relations = [(type_, neighbours.WORDS[type_]) for type_ in walking.FORWARD]
    if len(question.roots) == 1:
        page.root = known[question.roots[0]]
        _add_impact(page, actor)
    return page


def _walk(question: GraphQuestion, actor: Actor, page: GraphPage) -> Walk:
    if not question.roots:
        page.is_overview = True
        found = Entity.objects.visible_to(actor).filter(kind__in=("domain", "system")).for_listing()
        roots = list(found.values_list("ref", flat=True)[: MOST_ROOTS + 1])
        walk = walking.around(
            roots[:MOST_ROOTS],
            steps=1,
            most=MOST_NODES,
            edges_of=partial(edges.of, types=("partOf",)),
            kinds=("domain", "system"),
        )
        walk.is_cut |= len(roots) > MOST_ROOTS
        return walk
    types = question.types or _types(question.roots)
    return walking.around(
        question.roots,
        steps=question.depth,
        most=MOST_NODES,
        edges_of=partial(edges.of, types=types),
        kinds=question.kinds,
    )


def _types(roots: Iterable[str]) -> tuple[str, ...]:
    """Return the relations that are drawn when none is asked for."""
    if any(ref.partition(":")[0] in PEOPLE for ref in roots):
        return ()
    return tuple(type_ for type_ in walking.FORWARD if type_ not in BUSY)


def _drawing(page: GraphPage, walk: Walk) -> dict[str, Any]:
    """Return what the script draws: nodes, and arrows with their words."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for each in sorted(walk.edges):
        arrows.setdefault((each.source, each.target), []).append(str(neighbours.WORDS.get(each.type, each.type)))
    lines = [
        {"source": source, "target": target, "word": word}
        for (source, target), words in arrows.items()
        for word in ([", ".join(words)] if page.question.is_merged else words)
    ]
    return {
        "nodes": [node.to_json() for node in page.nodes],
        "edges": lines,
        "direction": page.question.direction,
    }


def _add_impact(page: GraphPage, actor: Actor) -> None:
    root = page.question.roots[0]
    page.impact = found = impact.of(root, edges_of=partial(edges.of, types=impact.TYPES), most=MOST_HITS)
    refs = {ref for hit in found.hits for ref in (hit.ref, hit.because)}
    known = neighbours.look_up(refs, actor=actor)
    visible = Entity.objects.visible_to(actor).filter(ref__in=refs)
    owner_of = dict(visible.values_list("ref", "owner_ref"))
    page.hits = [HitRow(hit, known[hit.ref], known[hit.because], owner_of.get(hit.ref, "")) for hit in found.hits]
    counted = Counter(row.owner_ref for row in page.hits if row.hit.breaks and row.owner_ref)
    page.owners = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    page.titles = neighbours.titles([*counted, *(row.owner_ref for row in page.hits)], actor=actor)


def _matches(text: str, actor: Actor) -> list[Entity]:
    """Return the entities that a text may mean; the one whose reference or name it is exactly, alone."""
    every = Entity.objects.visible_to(actor)
    exact = list(every.filter(ref=text.lower())[:1]) or list(every.filter(name=text.lower()).for_listing()[:2])
    if len(exact) == 1:
        return exact
    found = every.filter(name__contains=text.lower()) | every.filter(title__icontains=text)
    return list(found.for_listing()[:MOST_MATCHES])


def _kinds(actor: Actor) -> list[str]:
    found = Entity.objects.visible_to(actor).order_by().values_list("kind", flat=True).distinct()
    return sorted(found)
