"""Reads the files of a location, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from catalog.descriptor import descriptors
from catalog.descriptor.annotations import Place
from catalog.descriptor.descriptors import Parsed
from catalog.documents import Document
from catalog.problems import Problem
from catalog.sources import SourceText
from catalog.sources.referenced import Library

Job = tuple[SourceText, Place]
Rules = Sequence[dict[str, Any]]


def parse_files(
    jobs: Sequence[Job], *, rules: Rules, library: Library | None = None, progress: Callable[[str], None]
) -> list[list[Parsed]]:
    """Return the documents of each file, in the order of `jobs`."""
    found: list[list[Parsed]] = []
    for file, place in jobs:
        found.append(parse_file(file, place, rules, library))
        progress(f"Checked {len(found)} of {len(jobs)} files")
    return found


def parse_file(file: SourceText, place: Place, rules: Rules, library: Library | None = None) -> list[Parsed]:
    """Return the documents of a file; one that could not be read is a broken document.

    Args:
        library: reads what placeholders lead to; without it they stay as they are, and are taken for good.
    """
    if file.error:
        problem = Problem(file.error, 1, 1, rule="YAML", cure="Mend the file, or leave it out.")
        return [Parsed("", Document(None, [problem], 1, 0), problems=[problem])]
    files = library.beside(place) if library else None
    return descriptors.parse(file.text, place, rules=rules, files=files)
