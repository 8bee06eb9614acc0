"""The graph as JSON, `/api/v1/catalog/graph` and `/api/v1/catalog/impact`."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, cast

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from accounts.actors import Actor
from accounts.http import PortalRequest
from accounts.permissions import Act, require
from catalog import refs
from catalog.graphs import edges, impact, walking
from catalog.graphs.forms import DEEPEST
from catalog.graphs.page import MOST_HITS, MOST_NODES
from catalog.models import Entity

router = Router(tags=["catalog graph"])
Root = Annotated[str, Query(max_length=255, description="A full reference, `component:default/checkout`")]
Steps = Annotated[int, Query(ge=1, le=DEEPEST, description="How many relations away")]


class EdgeOut(Schema):
    """A relation, told in the word of the one who declares it in the usual case: `dependsOn`, never `dependencyOf`."""

    source: str
    type: str
    target: str


class GraphOut(Schema):
    """What is around an entity."""

    nodes: dict[str, int] = Field(description="Each entity's steps from the root")
    edges: list[EdgeOut]
    is_cut: bool = Field(description=f"Whether there is more than the {MOST_NODES} entities that are told")


class HitOut(Schema):
    """An entity that is hit when another goes."""

    entity_ref: str
    because: str = Field(description="The entity that takes it along")
    reason: str = Field(description="The relation by which it needs that")
    steps: int
    breaks: bool = Field(description="False where it only loses an owner, a system, a domain or a group")
    owner: str


class ImpactOut(Schema):
    """What breaks if an entity goes."""

    entity_ref: str
    hits: list[HitOut]
    is_cut: bool


@router.get("/catalog/graph", response=GraphOut, summary="What is around an entity")
def graph(request: HttpRequest, root: Root, steps: Steps = 1, relation: str = "", kind: str = "") -> dict[str, Any]:
    """Walk from an entity along its relations; `relation` and `kind` are lists with commas, empty for all."""
    ref = _visible(root, _actor(request))
    types = [word for word in relation.split(",") if word in walking.FORWARD]
    kinds = [word.lower() for word in kind.split(",") if word]
    edges_of = partial(edges.of, types=types)
    walk = walking.around([ref], steps=steps, most=MOST_NODES, edges_of=edges_of, kinds=kinds)
    return {"nodes": walk.distances, "edges": [vars(each) for each in sorted(walk.edges)], "is_cut": walk.is_cut}


@router.get("/catalog/impact", response=ImpactOut, summary="What breaks if an entity goes")
def impact_of(request: HttpRequest, root: Root) -> dict[str, Any]:
    """List what breaks with an entity, and what only loses it, the nearest first."""
    actor = _actor(request)
    ref = _visible(root, actor)
    found = impact.of(ref, edges_of=partial(edges.of, types=impact.TYPES), most=MOST_HITS)
    hit = Entity.objects.visible_to(actor).filter(ref__in=[each.ref for each in found.hits])
    owners = dict(hit.values_list("ref", "owner_ref"))
    return {"entity_ref": ref, "hits": [_hit(each, owners) for each in found.hits], "is_cut": found.is_cut}


def _hit(found: impact.Hit, owners: dict[str, str]) -> dict[str, Any]:
    return {
        "entity_ref": found.ref,
        "because": found.because,
        "reason": found.reason.value,
        "steps": found.distance,
        "breaks": found.breaks,
        "owner": owners.get(found.ref, ""),
    }


def _actor(request: HttpRequest) -> Actor:
    actor = cast("PortalRequest", request).actor
    require(actor, Act.READ_CATALOG)
    return actor


def _visible(text: str, actor: Actor) -> str:
    """Return the reference of an entity that is there."""
    try:
        ref = str(refs.parse(text))
    except refs.RefError as error:
        raise HttpError(400, str(error)) from error
    if not Entity.objects.visible_to(actor).filter(ref=ref).exists():
        raise Http404
    return ref
