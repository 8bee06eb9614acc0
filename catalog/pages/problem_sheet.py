"""Problems as CSV, for whoever works through many of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from catalog.pages import exporting, problem_page
from catalog.pages.problem_page import Criteria

COLUMNS = ("severity", "name", "owner", "asked because", "file", "line", "column", "rule", "message", "cure", "since")


def as_csv(criteria: Criteria) -> Iterator[str]:
    """Yield the lines of the file, the names of the columns first."""
    yield _line(COLUMNS)
    for row in problem_page.rows(criteria):
        for problem in row.problems:
            place = (problem.path or row.path, problem.line or row.line, problem.column or "")
            said = (problem.rule, problem.message, problem.cure)
            since = row.since.isoformat() if row.since else ""
            yield _line([problem.severity, row.name, row.asked.ref, row.asked.reason, *place, *said, since])


def _line(values: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([exporting.cell(value) for value in values])
    return out.getvalue()
