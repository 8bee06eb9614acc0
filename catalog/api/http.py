"""What all paths of Backstage's catalog API share: who may ask, the shape of errors, 304, and ready JSON text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from ninja.utils import check_csrf

from accounts import limits
from accounts.http import PortalRequest
from accounts.permissions import Act, Rule, rule
from catalog.query.cursors import CursorError
from catalog.query.editions import Edition
from catalog.query.predicates import FilterError
from catalog.refs import RefError

CONTENT_TYPE = "application/json; charset=utf-8"
SAFE_METHODS = ("GET", "HEAD")
Handler = Callable[..., HttpResponseBase]


class ApiError(Exception):
    """An answer that is no success; `name` is what Backstage calls it."""

    status = 500
    name = "Error"


class InputError(ApiError):
    status, name = 400, "InputError"


class AuthenticationError(ApiError):
    status, name = 401, "AuthenticationError"


class NotAllowedError(ApiError):
    status, name = 403, "NotAllowedError"


class NotFoundError(ApiError):
    status, name = 404, "NotFoundError"


class MethodNotAllowedError(ApiError):
    status, name = 405, "MethodNotAllowedError"


class ConflictError(ApiError):
    status, name = 409, "ConflictError"


class PayloadTooLargeError(ApiError):
    status, name = 413, "PayloadTooLargeError"


class TooManyRequestsError(ApiError):
    status, name = 429, "TooManyRequestsError"


def endpoint(**handlers: Handler) -> Callable[..., HttpResponseBase]:
    """Return the view that answers each method with its handler, and every failure as JSON (P18)."""

    # Checked below, after the question who asks: whoever sends no session gets a 401, not a lecture on forms.
    @csrf_exempt
    def view(request: HttpRequest, **parts: str) -> HttpResponseBase:
        try:
            response = _handled(request, handlers, parts)
        except ApiError as error:
            response = failure(request, error)
        except (FilterError, CursorError, RefError) as error:
            response = failure(request, InputError(str(error)))
        except PermissionDenied as error:
            response = failure(request, NotAllowedError(str(error)))
        except RequestDataTooBig:
            response = failure(request, PayloadTooLargeError("The request is larger than the portal reads."))
        if response.status_code == MethodNotAllowedError.status:
            response["Allow"] = _allowed(handlers)
        return _without_body(response) if request.method == "HEAD" else response

    return view


def _handled(request: HttpRequest, handlers: Mapping[str, Handler], parts: dict[str, str]) -> HttpResponseBase:
    method = "GET" if request.method == "HEAD" else request.method or ""
    if method == "OPTIONS":
        # Which methods there are is in the docs, so nobody needs a token to ask. No site but the portal's own may
        # have its pages call the API: there is no CORS header.
        return HttpResponse(status=204, headers={"Allow": _allowed(handlers)})
    if method not in handlers:
        raise MethodNotAllowedError(f"{method} is not possible here; try {', '.join(handlers)}.")
    return handlers[method](request, **parts)


def _allowed(handlers: Mapping[str, Handler]) -> str:
    return ", ".join([*handlers, *(["HEAD"] if "GET" in handlers else []), "OPTIONS"])


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    """Return what HEAD gets: everything that GET does but the body, which the server would send along."""
    if isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
        response.content = b""
        return response
    # What would be written piece by piece has not been begun, so nothing is left open.
    return HttpResponse(status=response.status_code, headers=dict(response.items()))


def failure(request: HttpRequest, error: ApiError) -> HttpResponse:
    """Answer with `error` in the shape that Backstage's clients read (P18)."""
    content = {
        "error": {"name": error.name, "message": str(error)},
        "request": {"method": request.method, "url": request.get_full_path()},
        "response": {"statusCode": error.status},
    }
    response = answer(content, status=error.status)
    if error.status == AuthenticationError.status:
        response["WWW-Authenticate"] = "Bearer"
    if error.status == TooManyRequestsError.status:
        response["Retry-After"] = str(limits.SECONDS)
    return response


def requires(act: Act) -> Callable[[Handler], Handler]:
    """Let in who may do `act` to anything at all; the service still asks about the one thing."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def checked(request: PortalRequest, **parts: str) -> HttpResponseBase:
            if rule(request.actor, act) is Rule.DENY:
                if not request.actor.is_known:
                    raise AuthenticationError("Missing credentials. Send a token, or sign in.")
                raise NotAllowedError(f"As {request.actor.role.label}, {request.actor} may not {act}.")
            if request.actor.kind == "person" and request.method not in SAFE_METHODS and check_csrf(request):
                raise NotAllowedError("The request has no valid CSRF token. Send X-CSRFToken, or use an API token.")
            return handler(request, **parts)

        return checked

    return decorate


def reads(handler: Handler) -> Handler:
    """Let in who may read the catalog, and hand on the edition that they read."""

    @requires(Act.READ_CATALOG)
    @wraps(handler)
    def read(request: PortalRequest, **parts: str) -> HttpResponseBase:
        edition = Edition.now(request.actor)
        if request.method not in SAFE_METHODS:
            return handler(request, edition, **parts)
        etag = edition.etag(request.get_full_path())
        unchanged = get_conditional_response(request, etag=etag)
        response = cast("HttpResponseBase", unchanged) if unchanged else handler(request, edition, **parts)
        response["ETag"] = etag
        return response

    return read


def answer(content: Any, *, status: int = 200) -> HttpResponse:
    """Answer with `content` as JSON."""
    return ready(json.dumps(content, separators=(",", ":"), ensure_ascii=False), status=status)


def ready(text: str, *, status: int = 200) -> HttpResponse:
    """Answer with what is JSON text already."""
    return HttpResponse(text, status=status, content_type=CONTENT_TYPE)


def array(texts: Iterable[str]) -> str:
    """Return the JSON text of a list of what is JSON text already."""
    return f"[{','.join(texts)}]"


@requires(Act.READ_CATALOG)
def unknown(request: HttpRequest, *, rest: str) -> HttpResponseBase:
    """Any other address: nothing is there, said in the shape of the API."""
    raise NotFoundError(f"There is no /{rest} in this API.")
