"""What is known of a location's files from the last reading, so that one that is as it was costs one comparison."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from catalog.descriptor import kinds
from catalog.models import Location, SourceFile
from catalog.sources import SourceText
from catalog.storage import bulk, rules

# Raised when the checks change, so that files are read anew after an upgrade though their text is the same.
VERSION = "1"
SALT_LENGTH = 16


def hashes(location: Location) -> dict[str, str]:
    """Return the hash of each file as it was last read."""
    return dict(SourceFile.objects.filter(location=location).values_list("path", "content_hash"))


def salt(location: Location) -> str:
    """Return the first part of the hashes of a location's files: what decides how they are read, besides their text."""
    decides = json.dumps([VERSION, str(location.entry), rules.for_location(location), kinds.added()])
    return hashlib.sha256(decides.encode()).hexdigest()[:SALT_LENGTH]


def hash_of(file: SourceText) -> str:
    """Return the second part: what stands in the file."""
    text = f"{file.error}\n{file.text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[SALT_LENGTH:]


def covered(location: Location, paths: Sequence[str]) -> set[str]:
    """Return those of `paths` that are read through another location already: a folder and a file in it, say."""
    found: set[str] = set()
    for chunk in bulk.chunks(paths):
        others = SourceFile.objects.filter(path__in=chunk, location__type=location.type).exclude(location=location)
        found.update(others.values_list("path", flat=True))
    return found
