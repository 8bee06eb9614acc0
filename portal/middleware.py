import logging
import sys
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views import defaults

log = logging.getLogger(__name__)
# Pages that show secrets or runs are never kept by a browser or a proxy.
NEVER_STORED = ("/admin/", "/create/tasks/", "/accounts/", "/api/v1/tasks/")
RETRY_AFTER_SECONDS = "5"
AWAY = (OperationalError, InterfaceError)


class HeadersMiddleware:
    """Say once, for every answer, how it may be cached and what it varies by; answer for a database that is away."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # A page and its partial share an address; without this a browser's Back would show the partial.
        patch_vary_headers(response, ["HX-Request", "HX-Target", "Cookie"])
        if "Cache-Control" not in response:
            stored = "no-store" if request.path.startswith(NEVER_STORED) else "no-cache"
            response["Cache-Control"] = f"private, {stored}"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _database_away(request, exception) if isinstance(exception, AWAY) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a failure outside of any view, such as in finding the token of a request: handler500 of the addresses."""
    error = sys.exc_info()[1]
    return _database_away(request, error) if isinstance(error, AWAY) else defaults.server_error(request)


def _database_away(request: HttpRequest, error: BaseException) -> HttpResponse:
    log.error("The database did not answer %s %s: %s", request.method, request.path, error)
    return HttpResponse(
        "The database does not answer. The portal tries again by itself.\n",
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": RETRY_AFTER_SECONDS},
    )
