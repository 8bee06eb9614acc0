"""What is answered where no view did: pages say it in words, addresses of an API in JSON."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from catalog.api import http

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: handler404 of the addresses."""
    if request.path.startswith(API):
        return http.failure(request, http.NotFoundError(f"There is nothing at {request.path}."))
    return defaults.page_not_found(request, exception)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 of a request that no view gets to see, such as one with thousands of fields: handler400 of the addresses."""
    if request.path.startswith(API):
        return http.failure(request, http.InputError("The request cannot be read."))
    return defaults.bad_request(request, exception)
