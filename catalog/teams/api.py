"""Teams as JSON, `/api/v1/teams`."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from ninja import Field, Router, Schema

from accounts.http import PortalRequest
from accounts.permissions import Act, require
from catalog.teams import organization

router = Router(tags=["teams"])


class TeamOut(Schema):
    """A group with its place in the tree."""

    entity_ref: str
    title: str
    type: str
    parents: list[str]
    children: list[str]
    members: list[str] = Field(description="Direct members")
    everybody_count: int = Field(description="Members, with those of all teams below")
    owned_count: int


@router.get("/teams", response=list[TeamOut], summary="All teams")
def teams(request: HttpRequest) -> list[dict[str, Any]]:
    """List all teams in the order of the tree: each before those below it."""
    actor = cast("PortalRequest", request).actor
    require(actor, Act.READ_CATALOG)
    found = organization.read(actor)
    parents: dict[str, list[str]] = {}
    for parent, children in found.tree.children.items():
        for child in children:
            parents.setdefault(child, []).append(parent)
    return [
        {
            "entity_ref": branch.ref,
            "title": found.teams[branch.ref].title,
            "type": found.teams[branch.ref].type,
            "parents": parents.get(branch.ref, []),
            "children": found.tree.children.get(branch.ref, []),
            "members": sorted(found.members.get(branch.ref, ())),
            "everybody_count": len(found.everybody(branch.ref)),
            "owned_count": found.owned.get(branch.ref, 0),
        }
        for branch in found.tree.branches()
    ]
