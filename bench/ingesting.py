"""How quickly descriptors get into the catalog: the first time, unchanged, a little changed, and one file by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.ingest import Report

ALONE = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: alone, description: Version {version}}}
spec: {{type: service, lifecycle: production, owner: group-0, system: system-0}}
"""


class Counter:
    """Counts the statements that a reading sends, and those that write; unlike Django's log it keeps none of them."""

    def __init__(self) -> None:
        self.statements = self.writes = 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        self.writes += sql.startswith(("INSERT", "UPDATE", "DELETE", "COPY"))
        return execute(sql, params, many, context)


def read(folder: Path) -> dict[str, float]:
    """Read everything below `folder`; return entities a second, seconds of clock and processor, and statements."""
    from django.db import connection

    from catalog import ingest

    counter = Counter()
    begun, worked = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counter):
        report: Report = ingest.read_targets([str(folder)])
    seconds, cost = time.perf_counter() - begun, time.process_time() - worked
    return {
        "rate": (report.added + report.changed + report.unchanged) / seconds,
        "seconds": seconds,
        "processor": cost,
        "statements": counter.statements,
        "writes": counter.writes,
    }


def change_some(folder: Path) -> None:
    """Change one word in a file of a hundred."""
    for path in sorted(folder.rglob("*.yaml"))[::100]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("lifecycle: production", "lifecycle: retired"), encoding="utf-8")


def one_file(folder: Path, look: Callable[[], bytes], *, rounds: int = 5) -> float:
    """Change a file that is a location of its own; return the median of the milliseconds until `look` shows it."""
    from catalog import ingest

    path = folder / "alone" / "catalog-info.yaml"
    path.parent.mkdir()
    path.write_text(ALONE.format(version=0), encoding="utf-8")
    ingest.read_targets([str(path)])
    taken = []
    for version in range(1, rounds + 1):
        path.write_text(ALONE.format(version=version), encoding="utf-8")
        begun = time.perf_counter()
        ingest.read_targets([str(path)])
        while b"Version %d" % version not in look():
            time.sleep(0.001)
        taken.append((time.perf_counter() - begun) * 1000)
    return sorted(taken)[rounds // 2]
