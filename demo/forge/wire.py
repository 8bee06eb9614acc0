"""What comes in over HTTP and what goes out, in GitHub's manners: errors, pages, ETags."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

DOCUMENTATION = "https://docs.github.com/rest"
PER_PAGE, MAX_PER_PAGE = 30, 100
JSON_TYPE = "application/json; charset=utf-8"


class ApiError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str, *, errors: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)


def not_found() -> ApiError:
    return ApiError(404, "Not Found")


def invalid(message: str, *, resource: str = "", fault: str = "", code: str = "custom", about: str = "") -> ApiError:
    """Return GitHub's 422: `about` is the field, `fault` the sentence on it."""
    named = {"resource": resource, "code": code, "field": about, "message": fault}
    return ApiError(422, message, errors=[{k: v for k, v in named.items() if v}] if resource else ())


@dataclass(frozen=True)
class Request:
    """One call: `path` decoded and below the family's prefix, header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base_url: str

    @classmethod
    def from_environ(cls, environ: Mapping[str, Any]) -> Request:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        return cls(
            method=environ["REQUEST_METHOD"],
            path=environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"),
            query=dict(parse_qsl(environ.get("QUERY_STRING", ""))),
            headers=headers,
            body=environ["wsgi.input"].read(size) if size else b"",
            base_url=f"{environ['wsgi.url_scheme']}://{host}",
        )

    @property
    def api(self) -> str:
        """The base of the REST API as the caller knows it."""
        return f"{self.base_url}/api/v3"

    def json(self) -> dict[str, Any]:
        """Return the body, which must be a JSON object; none at all is an empty one."""
        if not self.body:
            return {}
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise ApiError(400, "Problems parsing JSON") from error
        if not isinstance(value, dict):
            raise ApiError(400, "Body should be a JSON object")
        return value


@dataclass
class Answer:
    """What is sent back; `value` is JSON, or bytes of the given content type, or None for no body."""

    value: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = JSON_TYPE

    def body(self) -> bytes:
        if self.value is None:
            return b""
        return self.value if isinstance(self.value, bytes) else json.dumps(self.value).encode()

    @property
    def line(self) -> str:
        """The status line's number and words."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"


def of_error(error: ApiError) -> Answer:
    value: dict[str, Any] = {"message": error.message, "documentation_url": DOCUMENTATION}
    if error.errors:
        value["errors"] = error.errors
    return Answer(value | {"status": str(error.status)}, error.status)


def one_page(request: Request, found: Iterable[Any]) -> tuple[list[Any], dict[str, str]]:
    """Return the part of `found` that is asked for, and the `Link` header to its neighbours."""
    everything = list(found)
    size = min(_number(request, "per_page", PER_PAGE), MAX_PER_PAGE)
    number, last = _number(request, "page", 1), max(1, -(-len(everything) // size))
    places = {"prev": number - 1, "next": number + 1, "first": 1, "last": last}
    wanted = _neighbours(number, last)
    links = [f'<{_page_address(request, places[rel])}>; rel="{rel}"' for rel in places if rel in wanted]
    return everything[(number - 1) * size : number * size], {"Link": ", ".join(links)} if links else {}


def _neighbours(number: int, last: int) -> set[str]:
    before = {"prev", "first"} if number > 1 else set()
    after = {"next", "last"} if number < last else set()
    return before | after


def _number(request: Request, name: str, default: int) -> int:
    value = request.query.get(name, "")
    return max(1, int(value)) if value.isascii() and value.isdecimal() else default


def _page_address(request: Request, number: int) -> str:
    return f"{request.api}{request.path}?{urlencode({**request.query, 'page': number})}"


def with_etag(request: Request, answer: Answer) -> Answer:
    """Give a good answer to a GET its ETag; what the caller has already becomes 304."""
    if request.method != "GET" or answer.status != 200:
        return answer
    etag = f'W/"{hashlib.sha256(answer.body()).hexdigest()}"'
    if etag in request.headers.get("if-none-match", ""):
        return Answer(None, 304, {**answer.headers, "ETag": etag})
    answer.headers["ETag"] = etag
    return answer
