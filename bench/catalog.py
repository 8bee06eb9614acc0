"""How quickly descriptors get into the catalog, and its pages show them: `python -m bench.catalog [COMPONENTS]`.

In a portal of its own: a first reading, one in which nothing is new, one in which one file of a hundred is. Then the
list page and facets, with one client, against an empty view of the same process. `bench.reading` asks the API more.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import reading, synthetic

if TYPE_CHECKING:
    from catalog.ingest import Report

MUST = {"first": 1_000, "unchanged": 10_000}
AIM = {"first": 2_000, "unchanged": 20_000}
MOST_MS = 50.0


@dataclass(frozen=True)
class Ingest:
    """A reading of the whole catalog: what it did, its seconds by the clock and of the processor, its statements."""

    name: str
    report: Report
    seconds: float
    cost: float
    statements: int
    writes: int

    @property
    def rate(self) -> float:
        """Entities a second, by the clock."""
        report = self.report
        return (report.added + report.changed + report.unchanged) / self.seconds

    @property
    def is_met(self) -> bool:
        return self.rate >= MUST.get(self.name, 0)

    def __str__(self) -> str:
        numbers = f"{self.rate:10.0f}{self.seconds:10.2f}{self.cost:12.2f}{self.statements:8}{self.writes:8}"
        if self.name not in MUST:
            return f"{self.name:12}{numbers}"
        verdict = "met" if self.is_met else "MISSED"
        return f"{self.name:12}{numbers}  must {MUST[self.name]}, aim {AIM[self.name]}: {verdict}"


class Counter:
    """Counts the statements that a reading sends, and those that write; unlike Django's log it keeps none of them."""

    def __init__(self) -> None:
        self.statements = self.writes = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        self.writes += sql.startswith(("INSERT", "UPDATE", "DELETE", "COPY"))
        return execute(sql, params, many, context)


def ingest_all(name: str, folder: Path) -> Ingest:
    """Read everything below `folder`, and take the time."""
    from django.db import connection

    from catalog import ingest

    counter = Counter()
    begun, worked = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counter):
        report = ingest.read_targets([str(folder)])
    seconds, cost = time.perf_counter() - begun, time.process_time() - worked
    return Ingest(name, report, seconds, cost, counter.statements, counter.writes)


def change_some(folder: Path) -> None:
    """Change one word in a file of a hundred."""
    for path in sorted(folder.rglob("*.yaml"))[::100]:
        path.write_text(
            path.read_text(encoding="utf-8").replace("lifecycle: production", "lifecycle: retired"), encoding="utf-8"
        )


def pages() -> list[reading.Question]:
    """Return the pages that are measured, the empty view first."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    # Hashed names need collected files, which this portal does without.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.create_superuser("bench", "bench"))

    def get(path: str, **params: Any) -> Callable[[], Any]:
        return lambda: client.get(path, params)

    facets = {"facet": ["kind", "spec.type", "spec.lifecycle", "metadata.tags"]}
    return [
        reading.Question("an empty view", get("/healthz")),
        reading.Question("list page", get("/catalog/")),
        reading.Question("list page, filtered", get("/catalog/", kind="component", text="payments")),
        reading.Question("entity page", get("/catalog/component/default/component-7/")),
        reading.Question("facets", get("/api/catalog/entity-facets", **facets)),
        reading.Question("facets, filtered", get("/api/catalog/entity-facets", filter="kind=component", **facets)),
    ]


def run(components: int) -> bool:
    """Print both tables; whether all stays within what it must."""
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
        reading.start(Path(folder))
        company = Path(folder) / "company"
        print(f"{synthetic.generate(components, company)} entities")
        readings = [ingest_all("first", company), ingest_all("unchanged", company)]
        change_some(company)
        readings.append(ingest_all("1 % changed", company))
        print(f"{'ingest':12}{'a second':>10}{'seconds':>10}{'processor':>12}{'SQL':>8}{'writes':>8}")
        print(*readings, sep="\n")
        answers = [reading.measure(question) for question in pages()]
    empty = answers[0].cost
    print(f"\n{'pages, ms':24}{'p50':>8}{'p95':>8}{'× empty':>9}{'SQL':>5}")
    for answer in answers:
        p50, p95 = answer.percentile(50), answer.percentile(95)
        verdict = f"p95 < {MOST_MS:g} {'met' if p95 < MOST_MS else 'MISSED'}"
        ratio = f"{answer.cost / empty:9.1f}{answer.statements:5}"
        print(f"{answer.question.name:24}{p50:8.2f}{p95:8.2f}{ratio}  {verdict}")
    return all(each.is_met for each in readings) and all(answer.percentile(95) < MOST_MS for answer in answers)


if __name__ == "__main__":
    sys.exit(0 if run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000) else 1)
