"""Where a reader is in a list, as a text that they bring back: base64 of readable JSON, signed for them.

Backstage's client reads it: a cursor whose JSON has a key `query` is sent by POST, any other by GET. The signature is
one more key; it covers all the others, who asked, and for which list, so a cursor serves its reader and query alone.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

LONGEST = 2048
SIGNATURE = "signature"
SALT = "catalog.cursors"


class CursorError(ValueError):
    """A cursor that this portal did not give to this reader, or that would be too long to give."""


def encode(content: Mapping[str, Any], *, reader: str, purpose: str) -> str:
    """Return `content` as a cursor for `reader`; `purpose` names the list that it is a place in.

    Raises:
        CursorError: it would be longer than a cursor that is read.
    """
    signed = {**content, SIGNATURE: _signature(content, reader, purpose)}
    cursor = base64.b64encode(_json(signed)).decode("ascii")
    if len(cursor) > LONGEST:
        raise CursorError("The filter is too long to be read page by page; ask for fewer values at once.")
    return cursor


def decode(cursor: str, *, reader: str, purpose: str) -> dict[str, Any]:
    """Return the content of a cursor that `encode` made for `reader` and `purpose`.

    Raises:
        CursorError: it is not, in any of its signs.
    """
    if len(cursor) > LONGEST:
        raise CursorError("Malformed cursor, too long")
    try:
        content: Any = json.loads(base64.b64decode(cursor, validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise CursorError("Malformed cursor, unknown encoding") from error
    if not isinstance(content, dict):
        raise CursorError("Malformed cursor, unknown encoding")
    signature = content.pop(SIGNATURE, None)
    if not isinstance(signature, str) or not constant_time_compare(signature, _signature(content, reader, purpose)):
        raise CursorError("Malformed cursor, it was not made for this reader and this query")
    # Signs that the decoding passes over, such as blanks in the JSON, would otherwise be a second spelling.
    if encode(content, reader=reader, purpose=purpose) != cursor:
        raise CursorError("Malformed cursor, unknown encoding")
    return content


def _signature(content: Mapping[str, Any], reader: str, purpose: str) -> str:
    return salted_hmac(SALT, _json([purpose, reader, content]), algorithm="sha256").hexdigest()[:32]


def _json(content: object) -> bytes:
    return json.dumps(content, separators=(",", ":"), sort_keys=True).encode("ascii")
