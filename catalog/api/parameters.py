"""What a request says: numbers and lists in its address, an object in its body."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from django.http import HttpRequest, QueryDict

from catalog.api.http import InputError
from catalog.query.predicates import is_storable

DEFAULT_PAGE = 200
# Backstage's client asks for 500 at a time, scripts for thousands; so many are some 15 MB, written piece by piece.
MOST_ON_A_PAGE = 10_000
DEEPEST = 64
MOST_DIGITS = 18
# Further than any list is long; SQLite counts in 64 bits.
FURTHEST = 10**9


def page_size(value: object, *, default: int | None = None, least: int = 1) -> int | None:
    """Return how many entities a page may have; what is more than the portal gives is cut down to that."""
    limit = number(value, "limit", least=least)
    return default if limit is None else min(limit, MOST_ON_A_PAGE)


def number(value: object, name: str, *, least: int = 0) -> int | None:
    """Return the whole number `value`, a text or a number of JSON; None when there is none."""
    if value is None:
        return None
    digits = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (digits.isascii() and digits.isdecimal()) or not least <= int(digits[:MOST_DIGITS]) <= FURTHEST:
        raise InputError(f"Invalid {name}, must be a whole number of {least} or more")
    return int(digits)


def strings(params: QueryDict, name: str) -> list[str]:
    """Return the values of a parameter that may be repeated."""
    values = params.getlist(name)
    if not all(map(is_storable, values)):
        raise InputError(f"Invalid {name}, it contains a sign that is no text")
    return values


def text(params: QueryDict, name: str, *, longest: int = 200) -> str:
    """Return the value of a parameter without blanks around it."""
    value = params.get(name, "").strip()
    if len(value) > longest or not is_storable(value):
        raise InputError(f"Invalid {name}, must be a text of at most {longest} signs")
    return value


def choice(value: object, name: str, choices: tuple[str, ...]) -> str:
    """Return `value`, one of `choices`; the first one when there is none."""
    if value is None:
        return choices[0]
    if value not in choices:
        raise InputError(f'Invalid {name} value "{value}", expected one of: {", ".join(choices)}')
    return str(value)


def body(request: HttpRequest) -> dict[str, Any]:
    """Return the object that the request's body is.

    Raises:
        InputError: it is no JSON object, or holds what no database does.
    """
    if request.content_type != "application/json":
        raise InputError("Malformed request body (did you remember to specify an application/json content type?)")
    try:
        content = json.loads(
            request.body, object_pairs_hook=_object, parse_constant=_no_number, parse_int=_integer, parse_float=float
        )
    except (ValueError, RecursionError) as error:
        raise InputError(f"Malformed request body: {error}") from error
    if not isinstance(content, dict):
        raise InputError("Expected body to be a JSON object")
    if any(depth > DEEPEST or not is_storable(found) for depth, found in _texts(content)):
        raise InputError("Malformed request body: it is too deep, or contains a sign that is no text")
    return content


def text_list(content: dict[str, Any], name: str) -> list[str]:
    """Return the list of texts that `content` has under `name`; empty when there is none."""
    values = content.get(name)
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError(f'Malformed request body: "{name}" must be a list of texts')
    return values


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a key is there twice")
    return content


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) > MOST_DIGITS:
        raise ValueError(f"an integer has more than {MOST_DIGITS} digits")
    return int(digits)


def _texts(content: Any) -> Iterator[tuple[int, str]]:
    """Yield each text in `content` with its depth, and an empty one for each list and object."""
    waiting = [(1, content)]
    while waiting:
        depth, value = waiting.pop()
        if isinstance(value, str):
            yield depth, value
        elif isinstance(value, dict | list):
            yield depth, ""
            inner = [*value, *value.values()] if isinstance(value, dict) else value
            waiting += ((depth + 1, each) for each in inner)
