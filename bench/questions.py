"""What is asked of a portal: reads of the catalog API, pages, and an empty view to compare with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CATALOG = "/api/catalog"
EMPTY = "an empty view"
# The aim of a question that is asked with the ETag of its last answer.
UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Question:
    """A request; `aim` names the limit that it should stay under."""

    name: str
    path: str
    method: str = "GET"
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    aim: str = ""
    is_page: bool = False


def get(name: str, path: str, aim: str = "", **params: Any) -> Question:
    """Return a question in an address of the catalog API."""
    query = urlencode(params, doseq=True)
    return Question(name, f"{CATALOG}{path}{'?' if query else ''}{query}", aim=aim)


def post(name: str, path: str, body: dict[str, Any], aim: str = "") -> Question:
    """Return a question in a body."""
    return Question(name, f"{CATALOG}{path}", "POST", json.dumps(body), {"Content-Type": "application/json"}, aim)


def page(name: str, path: str, **params: Any) -> Question:
    """Return a page that a person looks at."""
    query = urlencode(params, doseq=True)
    return Question(name, f"{path}{'?' if query else ''}{query}", aim="page", is_page=True)


@dataclass(frozen=True)
class Samples:
    """What the questions name: some entities of the catalog and a cursor far down in a list."""

    refs: list[str]
    component: str
    owner: str
    uid: str
    cursor: str


def of_machines(samples: Samples) -> list[Question]:
    """Return the reads of the API."""
    components: dict[str, Any] = {"filter": "kind=component", "limit": 20}
    service = {"$all": [{"kind": "component"}, {"$not": {"spec.lifecycle": "production"}}]}
    by_query = "/entities/by-query"
    return [
        get("by name", f"/entities/by-name/component/default/{samples.component}", "one"),
        get("by uid", f"/entities/by-uid/{samples.uid}", "one"),
        post("20 by references", "/entities/by-refs", {"entityRefs": samples.refs}, "one"),
        get("ancestry", f"/entities/by-name/component/default/{samples.component}/ancestry"),
        get("20 of all", "/entities", "list", limit=20),
        get("20 components", "/entities", "list", **components),
        get("components by query", by_query, "list", **components),
        get("a deep page", by_query, "list", cursor=samples.cursor, limit=20),
        get("with type", "/entities", "list", filter="kind=component,spec.type=service", limit=20),
        get("with tag", by_query, "list", filter="metadata.tags=java", limit=20),
        post("predicate", by_query, {"query": service, "limit": 20}, "list"),
        get("owned by a team", by_query, "list", filter=f"kind=component,relations.ownedBy={samples.owner}", limit=20),
        get("by name, descending", by_query, "list", orderField="metadata.name,desc", **components),
        get("by title", by_query, "list", orderField="metadata.title,asc", **components),
        get("three fields of each", "/entities", fields="kind,metadata.name,spec.type", **components),
        get("full text, frequent", by_query, "list", fullTextFilterTerm="payments", **components),
        get("full text, rare", by_query, "list", fullTextFilterTerm="s 59", **components),
        get("facets of all", "/entity-facets", "list", facet=["kind", "spec.type", "metadata.tags"]),
        get("facets, filtered", "/entity-facets", "list", facet=["spec.type"], filter="kind=component"),
        get("locations", "/locations"),
        get("nothing new", "/entities", UNCHANGED, **components),
    ]


def of_people(samples: Samples) -> list[Question]:
    """Return the pages."""
    return [
        page("list page", "/catalog/"),
        page("list page, filtered", "/catalog/", kind="component", type="service", tag="java"),
        page("list page, text", "/catalog/", kind="component", q="payments"),
        page("entity page", f"/catalog/component/default/{samples.component}/"),
        page("search page", "/search/", q="payments"),
    ]
