"""Long answers: what is JSON text already, in one piece, or written while it is read from the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from catalog.api.http import CONTENT_TYPE, array, ready

# Lists up to this length are answered in one piece.
MOST_IN_ONE_PIECE = 1000


def listed(documents: Iterable[str], *, count: int, before: str = "", after: str = "") -> HttpResponseBase:
    """Answer with a list of at most `count` JSON texts, between `before` and `after`."""
    if count <= MOST_IN_ONE_PIECE:
        return ready(f"{before}{array(documents)}{after}")
    return StreamingHttpResponse(_written(documents, before, after), content_type=CONTENT_TYPE)


def _written(documents: Iterable[str], before: str, after: str) -> Iterator[str]:
    yield f"{before}["
    for number, document in enumerate(documents):
        yield f",{document}" if number else document
    yield f"]{after}"
