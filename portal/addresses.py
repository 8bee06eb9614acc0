"""Addresses that name nothing: refused before anything is looked up."""

from collections.abc import Callable

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

NUL = "\x00"


class PlainAddressMiddleware:
    """Find nothing at an address with a NUL: no name holds one, and PostgreSQL takes none in a question.

    What follows the question mark is each page's own to judge.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if NUL in request.path:
            raise Http404
        return self.get_response(request)
