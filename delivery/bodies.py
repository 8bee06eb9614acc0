"""The body of a webhook: JSON, by itself or as the field `payload` of a form."""

from __future__ import annotations

import json
from typing import Any, NoReturn
from urllib.parse import parse_qs

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
DEEPEST = 64


class BodyRefused(Exception):
    """The body is none that a webhook has; the message says why."""


def parse(body: bytes, content_type: str) -> dict[str, Any]:
    """Return the object that a body of `content_type` holds.

    Raises:
        BodyRefused: it holds none, or one that is nested too deep.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == FORM:
        body = _of_form(body)
    elif kind != JSON:
        raise BodyRefused(f"The content type is {kind[:80] or 'missing'}; send {JSON} or {FORM}.")
    try:
        content = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BodyRefused("The body is not JSON.") from error
    if not isinstance(content, dict):
        raise BodyRefused("The body is JSON, but no object.")
    if _is_too_deep(content):
        raise BodyRefused(f"The body is nested more than {DEEPEST} deep.")
    return content


def _of_form(body: bytes) -> bytes:
    try:
        fields = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=10)
        (payload,) = fields["payload"]
    except (ValueError, KeyError) as error:
        raise BodyRefused("The form has no single field `payload`.") from error
    return payload.encode("utf-8", "surrogatepass")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")


def _is_too_deep(content: object) -> bool:
    level = [content]
    for _ in range(DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return any(isinstance(value, dict | list) for value in level)
