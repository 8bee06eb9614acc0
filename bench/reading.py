"""How long the catalog takes to answer: `python -m bench.reading [COMPONENTS]`, in a portal of its own.

Each question is asked by one client, through all of the middleware, of the process itself. What it costs is the time of
the processor, the embedded database included; the time of the clock stands beside it and says how busy the machine was.
An empty view is the measure: ratios to it compare on any machine.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROUNDS = 60
AIM_MS = {"list": 6.0, "facets": 50.0, "one": 3.0}


@dataclass(frozen=True)
class Question:
    """Something that is asked many times; `aim` names the limit that it should stay under."""

    name: str
    ask: Callable[[], Any]
    aim: str = ""


@dataclass(frozen=True)
class Answer:
    """What asking took, in milliseconds: of the processor, `first` with nothing in the cache, and by the clock."""

    question: Question
    first: float
    costs: list[float]
    times: list[float]
    statements: int
    size: int

    @property
    def cost(self) -> float:
        return statistics.median(self.costs)

    def percentile(self, percent: int) -> float:
        """Return the time of the clock that so many percent of the answers stayed under."""
        return sorted(self.times)[min(len(self.times) * percent // 100, len(self.times) - 1)]


def start(folder: Path) -> None:
    """Start Django on an empty database in `folder`."""
    os.environ.update(VAR=str(folder), SECRET_KEY="x" * 50, DJANGO_SETTINGS_MODULE="portal.settings")
    os.environ.setdefault("WAYMARK_ENCRYPTION_KEYS", "4ftBZIWHa3TuXSpBkLlPJKqLhVwJ3pDl6GWiGrGQm7A=")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    (folder / "static").mkdir()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def prepare(components: int, folder: Path) -> None:
    """Start Django on an empty database in `folder` and fill the catalog."""
    from bench import synthetic

    start(folder)
    from catalog import ingest

    synthetic.generate(components, folder / "company")
    begun = time.perf_counter()
    report = ingest.read_targets([str(folder / "company")])
    seconds = time.perf_counter() - begun
    print(f"{report.added} entities read in {seconds:.1f} s, {report.added / seconds:.0f} a second")


def questions() -> list[Question]:
    """Return what is asked: an empty view, and what Backstage's own measurement asked."""
    from django.test import Client

    from accounts import tokens
    from accounts.actors import system
    from accounts.roles import Role
    from catalog.models import Entity

    _, token = tokens.create("bench", role=Role.VIEWER, actor=system())
    client = Client(headers={"authorization": f"Bearer {token}"}, SERVER_NAME="127.0.0.1")
    refs = list(Entity.objects.order_by("name").values_list("ref", flat=True)[:2000:100])
    component = Entity.objects.filter(kind="component").order_by("ref")[5]

    def get(path: str, **params: Any) -> Callable[[], Any]:
        return lambda: client.get(path, params)

    def post(path: str, body: dict[str, Any]) -> Callable[[], Any]:
        return lambda: client.post(path, json.dumps(body), content_type="application/json")

    catalog = "/api/catalog"
    components: dict[str, Any] = {"filter": "kind=component", "limit": 20}
    owned = f"kind=component,relations.ownedBy={component.owner_ref}"
    etag = client.get(f"{catalog}/entities", components).headers["ETag"]
    return [
        Question("an empty view", get("/healthz")),
        Question("by name", get(f"{catalog}/entities/by-name/component/default/{component.name}"), "one"),
        Question("20 by references", post(f"{catalog}/entities/by-refs", {"entityRefs": refs}), "list"),
        Question("20 of all", get(f"{catalog}/entities", limit=20), "list"),
        Question("20 components", get(f"{catalog}/entities", **components), "list"),
        Question(
            "20 with type", get(f"{catalog}/entities", filter="kind=component,spec.type=service", limit=20), "list"
        ),
        Question("20 with tag", get(f"{catalog}/entities/by-query", filter="metadata.tags=java", limit=20), "list"),
        Question("owned by a team", get(f"{catalog}/entities/by-query", filter=owned, limit=20), "list"),
        Question(
            "by name, descending",
            get(f"{catalog}/entities/by-query", orderField="metadata.name,desc", **components),
            "list",
        ),
        Question("by title", get(f"{catalog}/entities/by-query", orderField="metadata.title,asc", **components)),
        Question(
            "three fields of each", get(f"{catalog}/entities", fields="kind,metadata.name,spec.type", **components)
        ),
        Question("full text", get(f"{catalog}/entities/by-query", fullTextFilterTerm="payments", **components), "list"),
        Question(
            "facets of all", get(f"{catalog}/entity-facets", facet=["kind", "spec.type", "metadata.tags"]), "facets"
        ),
        Question(
            "facets, filtered", get(f"{catalog}/entity-facets", facet=["spec.type"], filter="kind=component"), "facets"
        ),
        Question("search", get("/api/search/query", term="payments"), ""),
        Question(
            "nothing new", lambda: client.get(f"{catalog}/entities", components, headers={"if-none-match": etag}), "one"
        ),
    ]


def measure(question: Question) -> Answer:
    """Ask once with an empty cache, then again and again."""
    from django.core.cache import cache
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cache.clear()
    first, _, _ = _timed(question)
    with CaptureQueriesContext(connection) as captured:
        _, _, size = _timed(question)
    # Counted now, as the next request forgets them.
    statements = len(captured)
    costs, times, _ = zip(*(_timed(question) for _ in range(ROUNDS)), strict=True)
    return Answer(question, first, list(costs), list(times), statements, size)


def _timed(question: Question) -> tuple[float, float, int]:
    begun, worked = time.perf_counter(), time.process_time()
    response = question.ask()
    content = b"".join(response.streaming_content) if response.streaming else response.content
    cost, taken = (time.process_time() - worked) * 1000, (time.perf_counter() - begun) * 1000
    if response.status_code not in (200, 304):
        raise SystemExit(f"{question.name} was answered with {response.status_code}: {content[:200]!r}")
    return cost, taken, len(content)


def run(components: int) -> bool:
    """Print what each question took; whether all stay under their aims."""
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
        prepare(components, Path(folder))
        answers = [measure(question) for question in questions()]
    empty = answers[0].cost
    print(f"{'':24}{'processor, ms':>16}{'clock, ms':>24}")
    print(f"{'':24}{'first':>8}{'p50':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'× empty':>9}{'SQL':>5}{'kB':>7}  aim")
    for answer in answers:
        numbers = [answer.first, answer.cost, *(answer.percentile(percent) for percent in (50, 95, 99))]
        shown = "".join(f"{number:8.2f}" for number in numbers)
        ratio = f"{answer.cost / empty:9.1f}{answer.statements:5}{answer.size / 1000:7.1f}"
        print(f"{answer.question.name:24}{shown}{ratio}  {_verdict(answer)}")
    return all(_is_met(answer) for answer in answers)


def _is_met(answer: Answer) -> bool:
    return answer.question.aim not in AIM_MS or answer.cost <= AIM_MS[answer.question.aim]


def _verdict(answer: Answer) -> str:
    aim = AIM_MS.get(answer.question.aim)
    return "" if aim is None else f"p50 ≤ {aim:g} {'met' if _is_met(answer) else 'MISSED'}"


if __name__ == "__main__":
    sys.exit(0 if run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000) else 1)
