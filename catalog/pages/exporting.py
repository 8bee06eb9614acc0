"""A filtered list as a file: CSV for spreadsheets, JSON for scripts; sent while it is read, however long it is."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.actors import Actor
from catalog.models import address_of
from catalog.pages import list_page, listing
from catalog.pages.listing import Criteria, Reader

CHUNK = 2_000
COLUMNS = (
    *("ref", "kind", "namespace", "name", "title", "description", "type", "lifecycle"),
    *("owner_ref", "system_ref", "tags", "is_orphan", "changed_at"),
)
# What the columns are called outside, where they are not called the same.
NAMES = {"owner_ref": "owner", "system_ref": "system"}
# A spreadsheet takes a cell that begins with one of these for a formula, which strangers could write.
# Source: https://owasp.org/www-community/attacks/CSV_Injection
FORMULA_SIGNS = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}"),
    *("\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}"),
)


@dataclass(frozen=True)
class Export:
    """A file as it is sent: its parts are read when they are sent."""

    filename: str
    content_type: str
    lines: Iterator[str]


def read(criteria: Criteria, format: str, *, actor: Actor) -> Export:  # noqa: A002 — the address's word
    """Return what the list shows for the same criteria, all pages of it."""
    reader = Reader.of(actor)
    criteria = list_page.with_kind(criteria, reader=reader)
    rows = _rows(criteria, reader)
    if format == "json":
        return Export(f"catalog-{criteria.kind}.json", "application/json; charset=utf-8", _as_json(rows))
    return Export(f"catalog-{criteria.kind}.csv", "text/csv; charset=utf-8", _as_csv(rows))


def _rows(criteria: Criteria, reader: Reader) -> Iterator[dict[str, Any]]:
    found = listing.entities(criteria, reader=reader).values(*COLUMNS)
    for row in found.iterator(chunk_size=CHUNK):
        yield {
            **{NAMES.get(name, name): row[name] for name in COLUMNS},
            "changed_at": row["changed_at"].isoformat(),
            "url": settings.BASE_URL + address_of(row["ref"]),
        }


def _as_json(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "]\n" if before != "[" else "[]\n"


class _Line:
    """Takes what the writer writes, and gives it back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def _as_csv(rows: Iterator[Mapping[str, Any]]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield writer.writerow([*(NAMES.get(name, name) for name in COLUMNS), "url"])
    for row in rows:
        yield writer.writerow([cell(value) for value in row.values()])


def cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
