"""Reads many files at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from catalog import descriptors
from catalog.annotations import Place
from catalog.descriptors import Parsed
from catalog.documents import Document
from catalog.problems import Problem
from catalog.sources import SourceText

Job = tuple[SourceText, Place]


def parse_files(
    jobs: Sequence[Job], *, rules: Sequence[dict[str, Any]], progress: Callable[[str], None]
) -> list[list[Parsed]]:
    """Return the documents of each file, in the order of `jobs`."""
    return [parse_file(file, place, rules) for file, place in jobs]


def parse_file(file: SourceText, place: Place, rules: Sequence[dict[str, Any]]) -> list[Parsed]:
    """Return the documents of a file; one that could not be read is a broken document."""
    if file.error:
        problem = Problem(file.error, 1, 1, rule="YAML", cure="Mend the file, or leave it out.")
        return [Parsed("", Document(None, [problem], 1, 0), problems=[problem])]
    return descriptors.parse(file.text, place, rules=rules)
